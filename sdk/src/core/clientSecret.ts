const KEY = 'atrium.clientSecret';

/** Random bytes of a secret. */
const BYTES = 24;

let chosen: string | undefined;

/**
 * The secret by which a server without tokens recognises this browser, so that its
 * user has the same role after a reload, and is not affected by the ban of another
 * person in the same network. It lasts as long as the storage of the page, and
 * without storage as long as the page.
 */
export function clientSecret(): string {
  chosen ??= remembered() ?? remember(newSecret());
  return chosen;
}

function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}

function remembered(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(secret: string): string {
  try {
    localStorage.setItem(KEY, secret);
  } catch {
    // It lasts as long as the page.
  }
  return secret;
}
