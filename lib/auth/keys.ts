import { createPublicKey } from 'node:crypto';

import { z } from 'zod';

const MIN_SECRET_BYTES = 32;

/** Random secrets have more, even in hex; typed ones such as `aaaa…` do not. */
const MIN_DISTINCT_BYTES = 8;

/** jsonwebtoken refuses every token of a shorter one. */
const MIN_RSA_BITS = 2_048;

/** A shared secret: clients see what was made with it and could search for it. */
export const secretSchema = z
  .string()
  .refine((secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES, {
    message: `expected at least ${MIN_SECRET_BYTES} random bytes`,
    abort: true,
  })
  .refine((secret) => new Set(Buffer.from(secret)).size >= MIN_DISTINCT_BYTES, {
    message: `expected at least ${MIN_DISTINCT_BYTES} different bytes, such as the output of openssl rand -base64 48`,
    abort: true,
  })
  .refine((secret) => !secret.includes('-----BEGIN '), {
    message:
      'expected a secret, not a key in PEM, which belongs to the algorithm "RS256" or "ES256"',
  });

/** A public key for ES256. */
export const es256KeySchema = publicKey(
  'expected a public key of the curve P-256 in PEM',
  ({ asymmetricKeyType, asymmetricKeyDetails }) =>
    asymmetricKeyType === 'ec' &&
    asymmetricKeyDetails?.namedCurve === 'prime256v1',
);

/** A key that tokens are checked with. */
export const keySchema = z.discriminatedUnion('algorithm', [
  z.strictObject({
    algorithm: z.literal('HS256'),
    kid: z.string().min(1).optional(),
    secret: secretSchema,
  }),
  z.strictObject({
    algorithm: z.literal('RS256'),
    kid: z.string().min(1).optional(),
    publicKey: publicKey(
      `expected a public RSA key of at least ${MIN_RSA_BITS} bits in PEM`,
      ({ asymmetricKeyType, asymmetricKeyDetails }) =>
        asymmetricKeyType === 'rsa' &&
        (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS,
    ),
  }),
  z.strictObject({
    algorithm: z.literal('ES256'),
    kid: z.string().min(1).optional(),
    publicKey: es256KeySchema,
  }),
]);

/** A public key that its algorithm can use. */
function publicKey(
  message: string,
  fits: (key: ReturnType<typeof createPublicKey>) => boolean,
) {
  return z.string().refine(
    (pem) => {
      // Node would derive the public key from a private one.
      if (!pem.includes('-----BEGIN PUBLIC KEY-----')) {
        return false;
      }
      try {
        return fits(createPublicKey(pem));
      } catch {
        return false;
      }
    },
    { message },
  );
}
