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
export type { FollowOptions } from './followEvents.ts';
export type {
  ServerAudit,
  ServerBan,
  ServerDelivery,
  ServerEvent,
  ServerHistory,
  ServerKey,
  ServerNode,
  ServerNodeDetails,
  ServerPeer,
  ServerPeerStats,
  ServerRoom,
  ServerSample,
  ServerSubscription,
  ServerTrack,
  ServerWaiting,
  ServerWorker,
} from './generated/operations.ts';
