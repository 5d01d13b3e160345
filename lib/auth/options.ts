import { z } from 'zod';

import { section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';
import { apiKeysSchema } from './apiKeys.ts';
import { keySchema, secretSchema } from './keys.ts';
import { rolesSection } from './roles.ts';
import { urlWithId } from './urlWithId.ts';

/** The section `auth`. */
export const authSection = section('Authentication of clients.', {
  mode: z
    .enum(['open', 'token'])
    .default('open')
    .describe(
      '"open" lets anyone into any room under any name; "token" requires a JWT at the handshake, which alone decides on rights. /ws always requires a token.',
    ),
  allowOpen: z
    .boolean()
    .default(false)
    .describe(
      'Confirms mode "open" on an address that other machines can reach.',
    ),
  enforceExpiry: z
    .boolean()
    .default(false)
    .describe(
      'Removes a peer from its room when its token expires; its client is notified a minute before. Otherwise a token has to be valid only until its peer has joined.',
    ),
  keys: z
    .array(keySchema)
    .max(16)
    .default([])
    .describe(
      'Keys that verify tokens; several during a rotation. Environment: ATRIUM_AUTH_SECRET, one HS256 secret. The first HS256 key signs logins. Without a key, a server that only its own machine can reach makes one; any other has no logins and does not serve /ws.',
    ),
  apiKeys: apiKeysSchema
    .default([])
    .describe(
      'Keys of the server API (docs/server-api.md), which is off without one. Each has an id, a hash of its secret or a publicKey for tokens that it signs, its scopes, and optionally the time at which it expires. npm run token -- --api ID --scopes rooms:read makes one.',
    ),
  apiTokenLifetime: z
    .int()
    .min(10)
    .max(3_600)
    .default(300)
    .describe(
      'Longest lifetime of a token that a key of the server API has signed, s.',
    ),
  roomTokenLifetime: z
    .int()
    .min(60)
    .max(31_536_000)
    .default(86_400)
    .describe(
      'Longest lifetime of a token for a room that the server API makes, or a moderator, s.',
    ),
  clockTolerance: z
    .int()
    .min(0)
    .max(300)
    .default(10)
    .describe(
      'Tolerated difference between the clocks of this server and of the issuer of tokens, s. Tokens are accepted that much before their start and after their end.',
    ),
  roles: rolesSection,
  users: section('The user service, for tokens of /ws.', {
    url: urlWithId('user id')
      .optional()
      .describe(
        'URL that is queried with the token of the user, such as https://users.example/api/users/{id}/; 404 means that the user no longer exists. Without it, a valid token is sufficient.',
      ),
    timeout: z
      .int()
      .min(100)
      .max(60_000)
      .default(3_000)
      .describe('Time to wait for an answer, ms.'),
    cacheTime: z
      .int()
      .min(0)
      .max(3_600_000)
      .default(60_000)
      .describe('Time for which an answer is cached, ms.'),
  }),
});

/** The options of the section `auth`. */
export type AuthOptions = OptionsOf<typeof authSection>;

/**
 * The URLs of ICE servers that browsers take; they throw on any other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7064, https://www.rfc-editor.org/rfc/rfc7065
 */
const ICE_URL =
  /^(?!stun.*\?)(?:stun|turn)s?:(?:(?:[a-zA-Z\d](?:[\w-]*[a-zA-Z\d])?\.)*[a-zA-Z\d](?:[\w-]*[a-zA-Z\d])?|\[[\da-f:.]+\])(?::(?<port>[1-9]\d{0,4}))?(?:\?transport=(?:udp|tcp))?$/;

const isIceUrl = (url: string): boolean => {
  const found = ICE_URL.exec(url);
  return found !== null && Number(found.groups?.['port'] ?? 1) <= 65_535;
};

const isTurn = (url: string): boolean => url.startsWith('turn');

/** A STUN or TURN server, with the credentials that it needs. */
const iceServerSchema = z
  .strictObject({
    urls: z
      .array(
        z.string().refine(isIceUrl, {
          message:
            'expected a URL such as stun:stun.example:3478 or turn:turn.example:3478?transport=tcp',
          abort: true,
        }),
      )
      .min(1)
      .max(8),
    username: z.string().min(1).optional(),
    credential: z.string().min(1).optional(),
    secret: secretSchema.optional(),
  })
  .refine(
    ({ urls, username, credential, secret }) => {
      const given = [username, credential, secret].map(
        (it) => it !== undefined,
      );
      const right = urls.some(isTurn)
        ? ['true,true,false', 'false,false,true']
        : ['false,false,false'];
      return right.includes(given.join());
    },
    {
      message:
        'expected a secret, or a username and a credential, for turn: and turns:, and neither for stun: alone',
    },
  );

/** The section `ice`. */
export const iceSection = section(
  'STUN and TURN servers for clients. Only clients on networks that block the media ports need them.',
  {
    servers: z
      .array(iceServerSchema)
      .max(16)
      .default([])
      .describe(
        'Each has urls and, for TURN, either a username and a credential, or the secret that it shares with coturn (use-auth-secret), from which every client receives its own credential. Environment, for one server: ATRIUM_TURN_URLS, separated by commas, and ATRIUM_TURN_SECRET.',
      ),
    ttl: z
      .int()
      .min(60)
      .max(604_800)
      .default(43_200)
      .describe('Time for which such a credential is valid, s.'),
  },
);

/** The options of the section `ice`. */
export type IceOptions = OptionsOf<typeof iceSection>;
