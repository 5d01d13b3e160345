import { refusalFor } from './Refusal.ts';
import type { Refusal } from './Refusal.ts';

/** The longest that the server may take to answer, ms. */
const ANSWER_TIMEOUT = 10_000;

/** A server that would let the user in, if only the WebSocket reached it. */
const CUT_OFF: Refusal = {
  code: 'WEBSOCKETS_BLOCKED',
  final: false,
  message: 'The server answers over HTTP, but not over WebSocket.',
};

/**
 * Asks why the server refuses the user's WebSocket. Browsers tell
 * nothing of a refused handshake, so the same is asked over HTTP. Undefined
 * where the server cannot be asked.
 *
 * @param url - That of the WebSocket.
 */
export async function refusalOf(url: string): Promise<Refusal | undefined> {
  const { searchParams } = new URL(url);
  const [room, peer] = ['roomId', 'peerId'].map((name) =>
    encodeURIComponent(searchParams.get(name) ?? ''),
  );
  const token = searchParams.get('token');
  try {
    const resource = new URL(
      `rooms/${room}/peers/${peer}/admission`,
      url.replace(/^ws/, 'http'),
    );
    // Browsers name the page's origin to its own server in handshakes alone.
    resource.searchParams.set('origin', location.origin);
    const response = await fetch(resource, {
      headers: token === null ? {} : { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT),
    });
    const { error } = (await response.json()) as {
      error?: { code: string; message: string };
    };
    return response.ok
      ? CUT_OFF
      : error && refusalFor(error.code, error.message);
  } catch {
    // It cannot be reached now; the next attempt will tell.
    return undefined;
  }
}
