import { AppError, coreErrors } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import { AttemptWindow } from '../limits/AttemptWindow.ts';
import type { MeetingRecord } from '../store/MeetingStore.ts';
import { meetingErrors } from './errors.ts';
import type { MeetingsOptions } from './options.ts';

const MINUTE = 60_000;

type FailureOption = 'failuresPerAddress' | 'failuresPerSession';

/** Hashes passwords, and compares them with their hashes. */
export interface PasswordHashing {
  /** @throws {AppError} BUSY. */
  hash(password: string, network: string): Promise<string>;
  /**
   * @param turn - `onTurn` is called after the wait; nothing is computed if it
   *   throws.
   * @throws {AppError} BUSY.
   */
  verify(
    password: string,
    hash: string,
    turn: { readonly network: string; readonly onTurn: () => void },
  ): Promise<boolean>;
}

/** Asks for the passwords of meetings, and makes guessing them slow. */
export class PasswordGate {
  readonly failures = new AttemptWindow(MINUTE);
  readonly #hasher: PasswordHashing;
  readonly #options: Live<MeetingsOptions>;

  constructor(hasher: PasswordHashing, options: Live<MeetingsOptions>) {
    this.#hasher = hasher;
    this.#options = options;
  }

  /** The hash to keep of a password; undefined for an empty one, which is none. */
  async hashOf(password: string, network: string): Promise<string | undefined> {
    return password === '' ? undefined : this.#hasher.hash(password, network);
  }

  /**
   * Makes sure that a password is that of a meeting, if it has one.
   *
   * @throws {AppError} PASSWORD_WRONG, LIMIT_REACHED, BUSY.
   */
  async require(
    { id, passwordHash }: MeetingRecord,
    password: string | undefined,
    network: string,
  ): Promise<void> {
    if (passwordHash === undefined) {
      return;
    }
    if (password === undefined || password === '') {
      throw new AppError(
        meetingErrors.PASSWORD_WRONG,
        'password: expected that of the session, got nothing',
      );
    }
    // Attempts that came together must not get past the limit together.
    const requireFew = (): void => this.#requireFew(id, network);
    requireFew();
    const right = await this.#hasher.verify(password, passwordHash, {
      network,
      onTurn: requireFew,
    });
    requireFew();
    if (!right) {
      this.failures.add(`address ${network}`);
      this.failures.add(`session ${id}`);
      throw new AppError(
        meetingErrors.PASSWORD_WRONG,
        'password: expected that of the session, got another',
      );
    }
  }

  /** @throws {AppError} LIMIT_REACHED. */
  #requireFew(id: string, network: string): void {
    this.#requireFewer('failuresPerAddress', `address ${network}`);
    this.#requireFewer('failuresPerSession', `session ${id}`);
  }

  #requireFewer(option: FailureOption, key: string): void {
    const most = this.#options[option];
    const retryAfter = Math.ceil(this.failures.wait(key, most) / 1_000);
    if (retryAfter > 0) {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `meetings.${option}: expected at most ${most} wrong passwords a minute; try again in ${retryAfter} s`,
        { option: `meetings.${option}`, retryAfter },
      );
    }
  }
}
