import { hashOfSecret } from '../../lib/auth/apiKeys.ts';
import { API_SCOPE_NAMES } from '../../lib/auth/apiScopes.ts';
import type { ApiScope } from '../../lib/auth/apiScopes.ts';

/** A key of the server API with some scopes. */
export function apiKey(id: string, ...scopes: ApiScope[]) {
  const secret = `secret-of-${id}`;
  return {
    entry: { id, hash: hashOfSecret(secret), scopes },
    headers: { Authorization: `Bearer ${id}.${secret}` },
    token: `${id}.${secret}`,
  };
}

/** A key with every scope. */
export const rootKey = apiKey('root', ...API_SCOPE_NAMES);
