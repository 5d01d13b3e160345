import { createServer } from 'node:net';
import { once } from 'node:events';

/** Below the ports that a system or a media worker chooses by itself. */
const RANGE = { from: 2_000, to: 9_999 };

/**
 * A port for TCP that was free when it was tried, and that a process gets only if
 * it asks for this one: it is still free a while later, beside other tests.
 */
export async function freePort(
  host = '127.0.0.1',
  { from, to } = RANGE,
): Promise<number> {
  for (;;) {
    const port = from + Math.floor(Math.random() * (to - from));
    const server = createServer().listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
        continue;
      }
      throw error;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
