import { fromBase64url } from './base64url.ts';

/** What lets the user in where the server asks for a token. */
export type Pass = {
  token: string;
  /** Who the token says that the user is in the room. */
  peerId: string;
  name: string | undefined;
  /** Whether the user may write to others and hear them. */
  takesPart: boolean;
};

const KEY = 'atrium.token';

/**
 * The token that the address brought behind its `#`, where it stays in the
 * browser, or the one that it brought to this tab before. Undefined where there
 * is none, or none that can be read: then the server says what it wants.
 */
export function takePass(): Pass | undefined {
  const token =
    new URLSearchParams(location.hash.slice(1)).get('token') ?? remembered();
  const { sub, name, grants } = claimsOf(token);
  if (typeof sub !== 'string') {
    return undefined;
  }
  remember(token);
  return {
    token,
    peerId: sub,
    name: typeof name === 'string' ? name : undefined,
    takesPart: ['data', 'subscribe'].every(
      (right) => (grants as Record<string, unknown>)?.[right] !== false,
    ),
  };
}

function remembered(): string {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

function remember(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // Without storage a reload asks for the link again; nothing else is lost.
  }
}

/** What a token says; whether it is genuine is for the server to know. */
function claimsOf(token: string): Record<string, unknown> {
  try {
    const bytes = fromBase64url(token.split('.')[1] ?? '');
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<
      string,
      unknown
    >;
  } catch {
    return {};
  }
}
