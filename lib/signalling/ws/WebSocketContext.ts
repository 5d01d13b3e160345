import type { ClientRelay } from '../../cluster/ClientRelay.ts';
import type { SendBudget } from '../SendBudget.ts';
import type { SessionContext } from '../Session.ts';

/** The parts of the server that all gateways over WebSocket share. */
export interface WebSocketContext extends SessionContext {
  /** The bound on what waits to be read on all connections. */
  sendBudget: SendBudget;
  /** Undefined where there are no other nodes. */
  readonly relay?: ClientRelay | undefined;
}
