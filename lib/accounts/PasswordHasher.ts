import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

import { AppError } from '../core/errors.ts';
import { NetworkTurns } from '../limits/NetworkTurns.ts';
import { accountErrors } from './errors.ts';

const derive = promisify(argon2);

/** The cost of one hash. */
interface HashCost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const SALT_BYTES = 16;
const TAG_BYTES = 32;
const VERSION = 19;

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([\w+/-]{11,86})\$([\w+/-]{16,86})$/;

/** The cost of new hashes, and bounds on those that run and wait at once. */
export interface HasherOptions {
  /** KiB. */
  readonly hashMemory: number;
  readonly hashPasses: number;
  readonly hashParallelism: number;
  readonly hashesAtOnce: number;
  readonly hashesWaiting: number;
}

/** The turn at which a password is compared. */
export interface HashTurn {
  /** The network that the password came from; none for an operator's. */
  readonly network?: string | undefined;
  /** Called after the wait; nothing is computed if it throws. */
  readonly onTurn?: () => void;
}

/**
 * Hashes passwords with argon2id into PHC strings, off the event loop. Each
 * takes memory and processor time, so only so many run and wait at once, and
 * networks take turns.
 */
export class PasswordHasher {
  readonly #options: () => HasherOptions;
  readonly #turns: NetworkTurns;

  constructor(options: () => HasherOptions) {
    this.#options = options;
    this.#turns = new NetworkTurns(
      () => {
        const { hashesAtOnce, hashesWaiting } = options();
        return { atOnce: hashesAtOnce, waiting: hashesWaiting };
      },
      () => busy(options()),
    );
  }

  /**
   * @param network - Where the password came from; none for an operator's.
   * @throws {AppError} BUSY.
   */
  async hash(password: string, network?: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const cost = this.#cost;
    const tag = await this.#derive(password, salt, TAG_BYTES, cost, {
      network,
    });
    return format(cost, salt, tag);
  }

  /**
   * Compares a password with a hash. Without a hash it takes as long and
   * returns false, so that the time does not tell whether an account exists.
   *
   * @throws {AppError} BUSY.
   */
  async verify(
    password: string,
    hash: string | undefined,
    turn: HashTurn = {},
  ): Promise<boolean> {
    const matches = await this.#matches(password, hash ?? this.#decoy, turn);
    return matches && hash !== undefined;
  }

  get #cost(): HashCost {
    const { hashMemory, hashPasses, hashParallelism } = this.#options();
    return {
      memory: hashMemory,
      passes: hashPasses,
      parallelism: hashParallelism,
    };
  }

  /** A hash of no password, which costs as much to compare with as a new one. */
  get #decoy(): string {
    const salt = randomBytes(SALT_BYTES);
    return format(this.#cost, salt, randomBytes(TAG_BYTES));
  }

  async #matches(
    password: string,
    hash: string,
    turn: HashTurn,
  ): Promise<boolean> {
    const [, memory, passes, parallelism, salt, tag] = PHC.exec(hash) ?? [];
    if (salt === undefined || tag === undefined) {
      throw new Error('the stored password hash is not argon2id in PHC format');
    }
    const expected = Buffer.from(tag, 'base64');
    const actual = await this.#derive(
      password,
      Buffer.from(salt, 'base64'),
      expected.length,
      {
        memory: Number(memory),
        passes: Number(passes),
        parallelism: Number(parallelism),
      },
      turn,
    );
    return timingSafeEqual(actual, expected);
  }

  async #derive(
    message: string,
    nonce: Buffer,
    tagLength: number,
    cost: HashCost,
    { network = '', onTurn }: HashTurn,
  ): Promise<Buffer> {
    await this.#turns.take(network);
    try {
      onTurn?.();
      return await derive('argon2id', { ...cost, message, nonce, tagLength });
    } finally {
      this.#turns.end();
    }
  }
}

/** Writes a PHC string. */
function format(
  { memory, passes, parallelism }: HashCost,
  salt: Buffer,
  tag: Buffer,
): string {
  return `$argon2id$v=${VERSION}$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(tag)}`;
}

/** Base64 without padding, as PHC strings have it. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function busy({ hashesWaiting }: HasherOptions): AppError {
  return new AppError(
    accountErrors.BUSY,
    `accounts.hashesWaiting: expected at most ${hashesWaiting} passwords waiting to be checked, and that many are; try again later`,
  );
}
