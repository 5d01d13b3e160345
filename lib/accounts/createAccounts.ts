import type { AuthOptions } from '../auth/options.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { Store } from '../store/Store.ts';
import { Accounts } from './Accounts.ts';
import { AccountTokens } from './AccountTokens.ts';
import type { SigningKey } from './AccountTokens.ts';
import { LoginThrottle } from './LoginThrottle.ts';
import type { AccountsOptions } from './options.ts';
import { PasswordHasher } from './PasswordHasher.ts';

/** The sections that accounts read. */
interface AccountSections {
  readonly accounts: Live<AccountsOptions>;
  readonly auth: Live<AuthOptions>;
}

/** Puts the accounts of a server together. */
export function createAccounts(
  { users, logins }: Store,
  { accounts, auth }: AccountSections,
): Accounts {
  const options = (): AccountsOptions => accounts;
  return new Accounts({
    users,
    logins,
    hasher: new PasswordHasher(options),
    throttle: new LoginThrottle(options),
    tokens: new AccountTokens(() => signingKeyOf(auth), options),
    options,
  });
}

/** @throws {AppError} NOT_FOUND when no key of the server can sign. */
function signingKeyOf({ keys }: AuthOptions): SigningKey {
  for (const key of keys) {
    if (key.algorithm === 'HS256') {
      return key;
    }
  }
  throw new AppError(
    coreErrors.NOT_FOUND,
    'logins are not served here, because auth.keys has no HS256 key to sign tokens with',
    { option: 'auth.keys' },
  );
}
