import { z } from 'zod';

import { section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * The least memory that OWASP recommends for argon2id, KiB.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const LEAST_HASH_MEMORY = 7_168;

/**
 * The section `accounts`. The default cost of hashes is the second option that
 * RFC 9106 recommends.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9106#section-4
 */
export const accountsSection = section(
  'Accounts of users, with their passwords and logins.',
  {
    registration: z
      .enum(['open', 'closed'])
      .default('open')
      .describe(
        '"open" lets anyone create an account; with "closed" only an operator can, with npm run user -- add.',
      ),
    issuer: z
      .string()
      .min(1)
      .max(256)
      .default('VideoConf')
      .describe('Issuer (iss) that the tokens of POST /auth name.'),
    accessTokenLifetime: z
      .int()
      .min(MINUTE)
      .max(30 * DAY)
      .default(DAY)
      .describe('Time for which an access token is valid, ms.'),
    refreshTokenLifetime: z
      .int()
      .min(MINUTE)
      .max(365 * DAY)
      .default(30 * DAY)
      .describe('Time for which a refresh token is valid, ms.'),
    deleteMessages: z
      .boolean()
      .default(false)
      .describe(
        'Deletes the messages of a user along with the account. Otherwise they remain, with "Deleted user" as their author.',
      ),
    hashMemory: z
      .int()
      .min(LEAST_HASH_MEMORY)
      .max(4_194_304)
      .default(65_536)
      .describe(
        'Memory that hashing a password with argon2id takes, KiB. The cost of new hashes; a password keeps its cost until it is changed.',
      ),
    hashPasses: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe('Passes over that memory for one hash of a password.'),
    hashParallelism: z
      .int()
      .min(1)
      .max(64)
      .default(4)
      .describe('Threads that hash one password.'),
    hashesAtOnce: z
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe(
        'Maximum number of passwords that are hashed at once; each takes accounts.hashMemory and accounts.hashParallelism threads.',
      ),
    hashesWaiting: z
      .int()
      .min(0)
      .max(10_000)
      .default(100)
      .describe(
        'Maximum number of logins and registrations, and of entries to sessions with a password, that wait for their turn. Addresses take turns; beyond the maximum, the newest of the address with the most is refused.',
      ),
    failuresPerAccountAndAddress: z
      .int()
      .min(1)
      .default(5)
      .describe(
        'Failed logins per minute for one account from one address; beyond that, even the right password is refused.',
      ),
    failuresPerAccount: z
      .int()
      .min(1)
      .default(20)
      .describe('Failed logins per minute for one account from all addresses.'),
    failuresPerAddress: z
      .int()
      .min(1)
      .default(100)
      .describe('Failed logins per minute from one address.'),
    registrationsPerAddress: z
      .int()
      .min(1)
      .default(20)
      .describe(
        'Accounts created per minute from one address, and email addresses that users change.',
      ),
    listedUsers: z
      .int()
      .min(1)
      .max(100_000)
      .default(1_000)
      .describe(
        'Users in one answer of GET /users, also where a client asks for all; others are read in pages.',
      ),
  },
);

/** The options of the section `accounts`. */
export type AccountsOptions = OptionsOf<typeof accountsSection>;
