import { createHash } from 'node:crypto';

import { z } from 'zod';

import { API_SCOPE_NAMES } from './apiScopes.ts';
import { es256KeySchema } from './keys.ts';

/** The first part of a hash, which names its algorithm. */
const ALGORITHM = 'sha256:';

/** The hash by which the configuration knows the secret of a key. */
export function hashOfSecret(secret: string): string {
  return `${ALGORITHM}${createHash('sha256').update(secret).digest('base64url')}`;
}

/** The id of a key. It has no dot, which ends it in the header of a request. */
export const apiKeyIdSchema = z.string().regex(/^[\w-]{1,64}$/, {
  message: 'expected 1 to 64 letters, digits, hyphens and underscores',
});

/** A key of the server API. */
export const apiKeySchema = z
  .strictObject({
    id: apiKeyIdSchema,
    hash: z
      .string()
      .regex(/^sha256:[\w-]{43}$/, {
        message:
          'expected sha256: and a hash in base64url, as npm run token -- --api prints it',
      })
      .optional(),
    publicKey: es256KeySchema.optional(),
    scopes: z.array(z.enum(API_SCOPE_NAMES)).min(1),
    expires: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ hash, publicKey }) => (hash ?? publicKey) !== undefined, {
    message: 'expected a hash or a publicKey',
  });

/** All keys of the server API. */
export const apiKeysSchema = z
  .array(apiKeySchema)
  .max(256)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, {
    message: 'expected keys with different ids',
  });
