import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import type { Actor } from '../../rooms/Moderator.ts';

/** A client of the API as the author of what it does in rooms. */
export function actorOf({ keyId }: ApiClient): Actor {
  return { id: keyId, kind: 'key', gateway: 'admin' };
}
