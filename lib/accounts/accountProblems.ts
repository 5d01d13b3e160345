import type { Users } from '../store/Store.ts';
import { AccountRefusedError } from './errors.ts';
import type { AccountProblems } from './errors.ts';
import { passwordProblems } from './passwordRules.ts';

/** The data of a new account. */
export interface Registration {
  /** Empty for none. */
  readonly email: string;
  readonly username?: string | undefined;
  readonly name: string;
  readonly password: string;
}

/** A registration as far as it could be read. */
export type RegistrationDraft = {
  readonly [Field in keyof Registration]?: Registration[Field] | undefined;
};

/**
 * The problems of a registration, or of the new data of an account.
 *
 * @param own - The id of the account, whose own address is not taken.
 */
export async function problemsOf(
  users: Pick<Users, 'findByEmail' | 'findByUsername'>,
  { email = '', username = '', name = '', password }: RegistrationDraft,
  own?: number,
): Promise<AccountProblems> {
  const ofEmail = email === '' ? undefined : await users.findByEmail(email);
  const ofUsername =
    username === '' ? undefined : await users.findByUsername(username);
  return {
    emailTaken: ofEmail !== undefined && ofEmail.id !== own,
    usernameTaken: ofUsername !== undefined && ofUsername.id !== own,
    passwordProblems:
      password === undefined
        ? []
        : await passwordProblems(password, { email, username, name }),
  };
}

/** @throws {AppError} ACCOUNT_REFUSED. */
export function requireNoProblems(problems: AccountProblems): void {
  const { emailTaken, usernameTaken, passwordProblems: broken } = problems;
  if (emailTaken || usernameTaken || broken.length > 0) {
    throw new AccountRefusedError(problems);
  }
}
