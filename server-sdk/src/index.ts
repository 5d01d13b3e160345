export { AtriumError } from './AtriumError.ts';
export { AtriumServer } from './AtriumServer.ts';
export type {
  AuditFilter,
  DeliveryFilter,
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
  ServerDelivery,
  ServerNode,
  ServerPeer,
  ServerPeerStats,
  ServerRoom,
  ServerSubscription,
  ServerTrack,
  ServerWaiting,
  ServerWorker,
} from './generated/operations.ts';
