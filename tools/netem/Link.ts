import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';

import { linkProgram } from './program.ts';

/** The state of one direction of a link. What is left out does not get in the way. */
export interface Conditions {
  /** Packets lost, %; 100 for a network that is gone. */
  loss?: number;
  /** The mean number of packets lost in a row; by default each for itself. */
  burst?: number;
  /** The time from one end to the other, ms. */
  delay?: number;
  /** The most that a packet is delayed beyond that, ms; the order stays. */
  jitter?: number;
  /** The most that passes, kbit/s. */
  rate?: number;
  /** The longest wait for the rate, ms; what would wait longer is dropped. */
  queue?: number;
}

/** Packets of one direction so far. */
export interface Counts {
  entered: number;
  lost: number;
  /** Did not fit into the queue. */
  dropped: number;
  left: number;
  /** Bytes of those that left. */
  bytes: number;
}

/** A direction: `down` leads to the far end. */
export type Direction = 'down' | 'up';

/** The order in which the program numbers the directions. */
const DIRECTIONS: readonly Direction[] = ['down', 'up'];

/** The usual queue of a router at home, ms. */
const QUEUE = 300;

/** The figures of a direction in the program's answer. */
const FIGURES = ['entered', 'lost', 'dropped', 'left', 'bytes'] as const;

/**
 * A bad network between this host and programs that run behind it, for TCP and UDP
 * alike: it loses, delays and throttles as told, and can be told otherwise at any
 * time. It leaves nothing behind, even if this process is killed.
 */
export class Link implements AsyncDisposable {
  /** The address of this host, to which programs at the far end connect. */
  readonly near: string;
  /** The address of the far end. */
  readonly far: string;
  /** The device of this host. */
  readonly device: string;
  readonly #process: ChildProcess;
  readonly #namespace: string;
  readonly #answers: AsyncIterator<string>;
  #asking: Promise<unknown> = Promise.resolve();

  private constructor(
    child: ChildProcess,
    ready: string,
    answers: AsyncIterator<string>,
  ) {
    const [, device = '', near = '', far = '', namespace = ''] =
      ready.split(' ');
    this.#process = child;
    this.#answers = answers;
    this.device = device;
    this.near = near;
    this.far = far;
    this.#namespace = namespace;
  }

  /**
   * Opens a link that is as good as none at first; the caller closes it.
   *
   * @throws {Error} Where `noLink` says why.
   */
  static async open(): Promise<Link> {
    const child = spawn(linkProgram(), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // Its end is told by the answers.
    child.stdin.on('error', () => undefined);
    const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
    const { value: ready, done } = await answers.next();
    if (done) {
      throw new Error('the link could not be made');
    }
    return new Link(child, ready, answers);
  }

  /** The id of the process behind it. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Starts a program at the far end: the file to execute in its place, and the
   * environment that leads there.
   */
  starting(program: string): {
    executablePath: string;
    env: Record<string, string>;
  } {
    return {
      executablePath: linkProgram(),
      env: {
        ...(process.env as Record<string, string>),
        NETEM_NAMESPACE: this.#namespace,
        NETEM_PROGRAM: program,
      },
    };
  }

  /** Sets the state of both directions, or of one; it replaces the one before. */
  async set(
    conditions: Conditions,
    directions: readonly Direction[] = DIRECTIONS,
  ): Promise<void> {
    const {
      loss = 0,
      burst = 1,
      delay = 0,
      jitter = 0,
      rate = 0,
      queue = QUEUE,
    } = conditions;
    for (const direction of directions) {
      const values = [loss, burst, delay, jitter, rate, queue].join(' ');
      await this.#ask(`set ${DIRECTIONS.indexOf(direction)} ${values}`);
    }
  }

  /** Counts the packets that have passed so far. */
  async counts(): Promise<Record<Direction, Counts>> {
    const answer = await this.#ask('count');
    const [, ...figures] = answer.split(' ').map(Number);
    const countsOf = (direction: Direction): Counts => {
      const start = DIRECTIONS.indexOf(direction) * FIGURES.length;
      return Object.fromEntries(
        FIGURES.map((figure, index) => [figure, figures[start + index]]),
      ) as unknown as Counts;
    };
    return { down: countsOf('down'), up: countsOf('up') };
  }

  /** Ends the link. Programs at the far end lose their network. */
  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.stdin?.end();
      await exited;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Asks one question after another. */
  #ask(line: string): Promise<string> {
    const answered = this.#asking.then(async () => {
      this.#process.stdin?.write(`${line}\n`);
      const { value, done } = await this.#answers.next();
      if (done) {
        throw new Error('the link has ended');
      }
      if (value.startsWith('unknown')) {
        throw new Error(`the link does not understand: ${line}`);
      }
      return value;
    });
    this.#asking = answered.catch(() => undefined);
    return answered;
  }
}
