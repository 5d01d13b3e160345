export { AtriumError } from './AtriumError.ts';
export { AtriumServer } from './AtriumServer.ts';
export type {
  AuditFilter,
  NewBan,
  NewRoom,
  NewToken,
  PeerChanges,
  RoomChanges,
  RoomFilter,
  Source,
} from './AtriumServer.ts';
export type { ConnectionOptions, RequestOptions } from './Connection.ts';
export type {
  ServerAudit,
  ServerBan,
  ServerNode,
  ServerPeer,
  ServerPeerStats,
  ServerRoom,
  ServerSubscription,
  ServerTrack,
  ServerWaiting,
  ServerWorker,
} from './generated/operations.ts';
