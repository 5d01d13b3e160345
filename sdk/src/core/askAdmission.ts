import type { Address } from './address.ts';

/** The longest that the server may take to answer, ms. */
const ANSWER_TIMEOUT = 10_000;

/**
 * Asks the server over HTTP if a client may enter.
 *
 * @param query - Further parameters.
 * @throws {Error} When it cannot be asked.
 */
export async function askAdmission(
  { url, roomId, peerId, token }: Address,
  query: Record<string, string> = {},
): Promise<{ ok: boolean; reply: unknown }> {
  const [room, peer] = [roomId, peerId].map(encodeURIComponent);
  const resource = new URL(
    `rooms/${room}/peers/${peer}/admission`,
    url.replace(/^ws/, 'http'),
  );
  // Browsers name the page's origin to its own server in handshakes alone.
  const { origin } = location;
  resource.search = `${new URLSearchParams({ ...query, origin })}`;
  const response = await fetch(resource, {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_TIMEOUT),
  });
  return { ok: response.ok, reply: await response.json() };
}
