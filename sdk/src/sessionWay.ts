import { claimsOf } from './core/index.ts';
import { roomOptions } from './options.ts';
import type { ProjectOptions } from './options.ts';
import { RoomWay } from './RoomWay.ts';
import type { Sessions } from './Sessions.ts';
import type { Way } from './Way.ts';

/**
 * Makes sure that the settings fit together.
 *
 * @throws {TypeError}
 */
export function sessionOptions(options: ProjectOptions): ProjectOptions {
  if (options.transport === 'p2p' && options.e2eeKey !== undefined) {
    throw new TypeError(
      'transport: expected "sfu" with an e2eeKey, got "p2p", whose keys the server could replace',
    );
  }
  return options;
}

/**
 * Enters a session over HTTP, and finds the way to the people in it. In an
 * encrypted one, only those in the room have the key.
 *
 * @throws {VideoconfError}
 */
export async function sessionWay(
  sessions: Sessions,
  { address, password }: { address: string; password: string },
  options: ProjectOptions,
): Promise<Way> {
  const [{ token, socket }, p2p] = await Promise.all([
    sessions.enter(address, password),
    options.e2eeKey === undefined ? import('./p2p/index.ts') : undefined,
  ]);
  const room = await roomOptions(
    { ...options, token },
    String(claimsOf(token)['room']),
  );
  if (!p2p) {
    return new RoomWay(room);
  }
  const tickets = {
    ticket: socket,
    renew: async () => (await sessions.enter(address, password, token)).socket,
  };
  return options.transport === 'p2p'
    ? p2p.directWay(room, tickets)
    : p2p.mixedWay(room, tickets);
}
