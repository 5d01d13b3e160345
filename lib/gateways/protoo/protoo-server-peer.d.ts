/**
 * protoo-server's Peer alone. The package's main file would load its WebSocket
 * layer, too, which is not used here.
 */
declare module 'protoo-server/lib/Peer.js' {
  import type {
    AcceptFn,
    NotificationCb,
    Peer,
    ProtooRequest,
    RejectFn,
  } from 'protoo-server';

  /** A peer, which passes requests on exactly as its transport emits them. */
  interface PeerOver<Request extends ProtooRequest> extends Omit<Peer, 'on'> {
    on(
      event: 'request',
      listener: (request: Request, accept: AcceptFn, reject: RejectFn) => void,
    ): void;
    on(event: 'notification', listener: NotificationCb): void;
  }

  const ProtooPeer: new <Request extends ProtooRequest>(
    id: string,
    transport: object,
  ) => PeerOver<Request>;
  export default ProtooPeer;
}
