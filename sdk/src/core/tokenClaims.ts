import { fromBase64url } from './base64url.ts';

/**
 * The claims of a token, unverified: that is up to the server. Empty where the
 * text is not a token.
 */
export function claimsOf(token: string): Record<string, unknown> {
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
