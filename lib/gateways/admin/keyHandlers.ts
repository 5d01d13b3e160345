import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import type { RouteHandlers } from '../../http/RouteSpec.ts';
import type { keyRoutes } from './keyRoutes.ts';

/** The function that serves the key of a request. */
export const keyHandlers: RouteHandlers<
  { routes: typeof keyRoutes; error: never },
  ApiClient
> = {
  showServerKey: ({ user: { keyId, scopes } }) => ({
    status: 200,
    body: { keyId, scopes: [...scopes] },
  }),
};
