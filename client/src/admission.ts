/** Why a server lets somebody not in, in the user's words. */
export interface Refusal {
  text: string;
  /** Whether another attempt would come to the same. */
  final: boolean;
}

/** What a user can do about refusals that no further attempt changes. */
const ADVICE: Record<string, string> = {
  TOKEN_MISSING:
    'This server lets in only who comes by a link of their own. Ask for one where you were invited.',
  TOKEN_EXPIRED: 'Your link has expired. Ask for a new one.',
  TOKEN_INVALID: 'Your link is not one of this server. Ask for a new one.',
  FORBIDDEN: 'Your link is not for this room.',
  ORIGIN_REFUSED: `The server does not know this page’s address, ${location.origin}. Whoever runs it can allow the address in access.origins, or mend the proxy in front of it.`,
  VALIDATION_ERROR: 'The server does not take the name of the room.',
};

/** What a user waits for otherwise. */
const PATIENCE: Record<string, string> = {
  LIMIT_REACHED: 'Too many people come from your network at the moment.',
  SERVER_FULL: 'The server is full at the moment.',
  SHUTTING_DOWN: 'The server is restarting.',
  USERS_UNAVAILABLE: 'The server cannot look up who you are at the moment.',
};

/** How long the server may take to say so, in milliseconds. */
const ANSWER_TIMEOUT = 10_000;

/**
 * Why the server does not let the user in over a WebSocket. Browsers tell
 * nothing of a refused handshake, so the same is asked over HTTP. Undefined
 * where it would let them in now, or cannot be asked.
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
    const { error } = (await response.json()) as { error?: { code: string } };
    return error && toRefusal(error.code);
  } catch {
    // It cannot be reached now; the next attempt will tell.
    return undefined;
  }
}

function toRefusal(code: string): Refusal | undefined {
  const final = code in ADVICE;
  const text = ADVICE[code] ?? PATIENCE[code];
  return text === undefined ? undefined : { text, final };
}
