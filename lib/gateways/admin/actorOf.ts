import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import type { Actor } from '../../rooms/Moderator.ts';

/** A client of the API as an actor in rooms. */
export function actorOf({ keyId }: ApiClient): Actor {
  return { id: keyId, kind: 'key', gateway: 'admin' };
}
