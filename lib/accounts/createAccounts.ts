import type { AuthOptions } from '../auth/options.ts';
import { signingKeyOf } from '../auth/signingKey.ts';
import type { Live } from '../core/Live.ts';
import type { Store } from '../store/Store.ts';
import { Accounts } from './Accounts.ts';
import { AccountTokens } from './AccountTokens.ts';
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
  hasher = new PasswordHasher(() => accounts),
  throttle = new LoginThrottle(() => accounts),
): Accounts {
  const options = (): AccountsOptions => accounts;
  return new Accounts({
    users,
    logins,
    hasher,
    throttle,
    tokens: new AccountTokens(() => signingKeyOf(auth), options),
    options,
  });
}
