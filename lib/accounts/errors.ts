import { AppError, defineErrors } from '../core/errors.ts';
import type { PasswordProblem } from './passwordRules.ts';

/** Failures of accounts and logins. */
export const accountErrors = defineErrors({
  CREDENTIALS_WRONG: {
    status: 401,
    meaning:
      'There is no account with this address or username and this password.',
  },
  ACCOUNT_REFUSED: {
    status: 400,
    meaning:
      'The email address or the username is in use, or the password breaks a rule; the error names all reasons.',
  },
  LOGIN_ENDED: {
    status: 401,
    meaning: 'The login to which the token belongs has ended.',
  },
  USER_NOT_FOUND: { status: 404, meaning: 'There is no such account.' },
  USER_GONE: { status: 401, meaning: 'The account was deleted.' },
  REGISTRATION_CLOSED: {
    status: 403,
    meaning: 'Only an operator creates accounts (accounts.registration).',
  },
  TOO_MANY_ATTEMPTS: {
    status: 429,
    meaning: 'Too many logins failed, or too many accounts were created.',
  },
  BUSY: {
    status: 503,
    meaning: 'The server is checking as many passwords as it can at once.',
  },
});

/** The reasons for which an account cannot be created or changed. */
export interface AccountProblems {
  readonly emailTaken: boolean;
  readonly usernameTaken: boolean;
  readonly passwordProblems: readonly PasswordProblem[];
}

/** An account cannot be created or changed: ACCOUNT_REFUSED, with all the reasons. */
export class AccountRefusedError extends AppError {
  readonly emailTaken: boolean;
  readonly usernameTaken: boolean;
  readonly passwordProblems: readonly PasswordProblem[];

  constructor({
    emailTaken,
    usernameTaken,
    passwordProblems,
  }: AccountProblems) {
    super(
      accountErrors.ACCOUNT_REFUSED,
      [
        ...(emailTaken
          ? ['email: expected an address without an account']
          : []),
        ...(usernameTaken ? ['username: expected one without an account'] : []),
        ...passwordProblems.map(({ rule }) => `password: ${RULES[rule]}`),
      ].join('; '),
    );
    this.emailTaken = emailTaken;
    this.usernameTaken = usernameTaken;
    this.passwordProblems = passwordProblems;
  }
}

const RULES: Readonly<Record<PasswordProblem['rule'], string>> = {
  similar: 'expected one that is not like the address or the name',
  short: 'expected at least 8 characters',
  common: 'expected one that is not common',
  numeric: 'expected not only digits',
};
