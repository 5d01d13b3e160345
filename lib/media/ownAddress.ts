import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';

/** An address of the range for documentation, which stands for any remote host. */
const REMOTE = '203.0.113.1';

/** Any port: nothing is sent to it. */
const PORT = 9;

/**
 * The IPv4 address of this machine in its network: the one from which it reaches other
 * networks, or else the first one that is not a loopback address.
 *
 * @returns Undefined on a machine without a network.
 */
export async function ownAddress(): Promise<string | undefined> {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  const route = own.length > 1 ? await sourceAddress() : undefined;
  return own.find((address) => address === route) ?? own[0];
}

/** The address that the system would send from; undefined without a route. */
async function sourceAddress(): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    const connected = once(socket, 'connect');
    socket.connect(PORT, REMOTE);
    await connected;
    return socket.address().address;
  } catch {
    // Without a route, the first address has to do.
    return undefined;
  } finally {
    socket.close();
  }
}
