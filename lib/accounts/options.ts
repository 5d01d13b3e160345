import { z } from 'zod';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Options of accounts: section `accounts`. */
export const accountsSection = z
  .strictObject({
    registration: z
      .enum(['open', 'closed'])
      .default('open')
      .describe(
        'Whether anyone may create an account. With "closed" an operator does, by `npm run user -- add`.',
      ),
    accessTokenLifetime: z
      .int()
      .min(MINUTE)
      .max(30 * DAY)
      .default(DAY)
      .describe('How long an access token is valid, ms.'),
    refreshTokenLifetime: z
      .int()
      .min(MINUTE)
      .max(365 * DAY)
      .default(30 * DAY)
      .describe('How long a refresh token is valid, ms.'),
    deleteMessages: z
      .boolean()
      .default(false)
      .describe(
        'Delete the messages of a user along with the account. Without it they stay, by "Deleted user".',
      ),
    hashesAtOnce: z
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe(
        'Most passwords that are hashed at once; each takes 64 MiB of memory and four threads.',
      ),
    hashesWaiting: z
      .int()
      .min(0)
      .max(10_000)
      .default(100)
      .describe('Most logins and registrations that wait for their turn.'),
    failuresPerAccountAndAddress: z
      .int()
      .min(1)
      .default(5)
      .describe(
        'Most failed logins a minute for one account from one address; the right password is refused then, too.',
      ),
    failuresPerAccount: z
      .int()
      .min(1)
      .default(20)
      .describe('Most failed logins a minute for one account from anywhere.'),
    failuresPerAddress: z
      .int()
      .min(1)
      .default(100)
      .describe('Most failed logins a minute from one address.'),
    registrationsPerAddress: z
      .int()
      .min(1)
      .default(20)
      .describe('Most accounts created a minute from one address.'),
  })
  .prefault({});

/** The section `accounts` with its defaults. */
export type AccountsOptions = z.output<typeof accountsSection>;
