import { AppError } from '../core/errors.ts';
import { AttemptWindow } from '../limits/AttemptWindow.ts';
import { accountErrors } from './errors.ts';
import type { AccountsOptions } from './options.ts';

const MINUTE = 60_000;

/** The options that bound attempts. */
type Limits = Pick<
  AccountsOptions,
  | 'failuresPerAccountAndAddress'
  | 'failuresPerAccount'
  | 'failuresPerAddress'
  | 'registrationsPerAddress'
>;

/**
 * Makes guessing passwords slow. Failed logins are counted by account and
 * network, by account, and by network; accounts by the address that was given,
 * whether there is such an account or not.
 */
export class LoginThrottle {
  readonly failures = new AttemptWindow(MINUTE);
  readonly registrations = new AttemptWindow(MINUTE);
  readonly #limits: () => Limits;

  constructor(limits: () => Limits) {
    this.#limits = limits;
  }

  /** @throws {AppError} TOO_MANY_ATTEMPTS. */
  requireLogin(email: string, network: string): void {
    for (const [option, key] of keysOf(email, network)) {
      this.#require(this.failures, option, key);
    }
  }

  /** Counts a login that failed. */
  countFailure(email: string, network: string): void {
    for (const [, key] of keysOf(email, network)) {
      this.failures.add(key);
    }
  }

  /**
   * Counts an account that is about to be created.
   *
   * @throws {AppError} TOO_MANY_ATTEMPTS.
   */
  takeRegistration(network: string): void {
    this.#require(this.registrations, 'registrationsPerAddress', network);
    this.registrations.add(network);
  }

  #require(attempts: AttemptWindow, option: keyof Limits, key: string): void {
    const limit = this.#limits()[option];
    const retryAfter = Math.ceil(attempts.wait(key, limit) / 1_000);
    if (retryAfter > 0) {
      throw new AppError(
        accountErrors.TOO_MANY_ATTEMPTS,
        `accounts.${option}: expected at most ${limit} a minute; try again in ${retryAfter} s`,
        { option: `accounts.${option}`, retryAfter },
      );
    }
  }
}

/** The keys under which a login counts, by the option that bounds each. */
function keysOf(
  email: string,
  network: string,
): [option: keyof Limits, key: string][] {
  const account = email.toLowerCase();
  return [
    ['failuresPerAccountAndAddress', `both ${network} ${account}`],
    ['failuresPerAccount', `account ${account}`],
    ['failuresPerAddress', `network ${network}`],
  ];
}
