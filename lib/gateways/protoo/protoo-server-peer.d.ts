/**
 * protoo-server's Peer alone. The package's main file would load its WebSocket
 * layer, too, which is not used here.
 */
declare module 'protoo-server/lib/Peer.js' {
  import type { Peer } from 'protoo-server';

  const ProtooPeer: new (id: string, transport: object) => Peer;
  export default ProtooPeer;
}
