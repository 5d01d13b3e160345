import { RequestError } from './Connection.ts';
import type { Connection } from './Connection.ts';
import type { Reply, RequestData } from '@atrium/protocol/protoo';

/** Called with the place in the lobby of the room, from 1, whenever it changes. */
export type OnWaiting = (position: number) => void;

/**
 * Joins a room, after a wait in its lobby if it has one.
 *
 * @throws {RequestError} If the server refuses the join.
 * @throws {Error} If the connection closes before.
 */
export async function joinRoom(
  connection: Connection,
  data: RequestData<'joinRoom'>,
  onWaiting: OnWaiting,
): Promise<Reply<'joinRoom'>> {
  for (;;) {
    try {
      return await connection.request('joinRoom', data);
    } catch (error) {
      if (!(error instanceof RequestError && error.errorName === 'IN_LOBBY')) {
        throw error;
      }
    }
    await admission(connection, onWaiting);
  }
}

/** Resolves once the client may leave the lobby for the room. */
function admission(
  connection: Connection,
  onWaiting: OnWaiting,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const removals = [
    connection.on('notification', ({ method, data }) => {
      if (method === 'admitted') {
        resolve();
      } else if (method === 'lobby') {
        onWaiting(data.position);
      }
    }),
    connection.on('close', () =>
      reject(new Error('The connection to the server has closed.')),
    ),
  ];
  return promise.finally(() => {
    for (const remove of removals) {
      remove();
    }
  });
}
