import { once } from 'node:events';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';

import { Logger } from '../core/logger.ts';
import type { NodeAddress } from './NodeAddress.ts';
import { IDENTITY, NODE_TLS } from './nodeTls.ts';

const logger = new Logger('connectToNode');

/**
 * Connects to the port of another node, which has to know the secret as well.
 *
 * @param key - The key that is made of the secret.
 * @param timeout - The longest time for it, ms.
 * @param signal - Breaks it off.
 * @param identity - The purpose of the connection: clients, or links.
 * @throws {Error} The reason for which there is no connection.
 */
export async function connectToNode(
  { host, port }: NodeAddress,
  key: Buffer,
  timeout: number,
  signal: AbortSignal,
  identity = IDENTITY,
): Promise<TLSSocket> {
  signal.throwIfAborted();
  const socket = connect({
    ...NODE_TLS,
    host,
    port,
    pskCallback: () => ({ psk: key, identity }),
    // There is no certificate: a node without the secret cannot answer at all.
    checkServerIdentity: () => undefined,
  });
  socket.setNoDelay(true);
  try {
    await once(socket, 'secureConnect', {
      signal: AbortSignal.any([AbortSignal.timeout(timeout), signal]),
    });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/**
 * Tells if a node takes a connection in a time, ms. Never rejects; false as well when it
 * is broken off.
 */
export async function takesConnection(
  node: NodeAddress,
  key: Buffer,
  timeout: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const socket = await connectToNode(node, key, timeout, signal);
    socket.destroy();
    return true;
  } catch (error) {
    logger.debug('the node %s takes no connection: %s', node.host, error);
    return false;
  }
}
