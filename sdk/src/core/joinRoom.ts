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
  return new Promise((resolve, reject) => {
    let waits = true;
    connection.on('notification', (notification) => {
      if (!waits) {
        return;
      }
      if (notification.method === 'admitted') {
        waits = false;
        resolve();
      } else if (notification.method === 'lobby') {
        onWaiting(notification.data.position);
      }
    });
    connection.on('close', () =>
      reject(new Error('The connection closed while waiting in the lobby.')),
    );
  });
}
