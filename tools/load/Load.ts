import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Traffic } from './Media.ts';
import type { LoadOptions } from './options.ts';
import type { Order, Report } from './process.ts';
import { addProgress } from './Progress.ts';
import type { Progress } from './Progress.ts';
import { Signer } from './Signer.ts';
import type { Entry } from './PeerGroup.ts';

const PROCESS = fileURLToPath(new URL('process.ts', import.meta.url));

/** The longest that a process may take for its last report, ms. */
const PATIENCE = 30_000;

/** The state of a load. */
export interface Standing {
  progress: Progress;
  /** Since the start, s. */
  seconds: number;
}

/** The outcome of a load. */
export interface Outcome extends Standing {
  /** Traffic after the last peer was started, and its duration in s. */
  steady: { traffic: Traffic; seconds: number };
}

/**
 * Peers in several processes, from the first that comes to the last that goes.
 * Emits "progress" whenever one of the processes has told its state.
 */
export class Load extends EventEmitter<{ progress: [] }> {
  readonly #options: LoadOptions;
  readonly #children: ChildProcess[];
  readonly #reports: (Report | undefined)[];
  readonly #stopped = Promise.withResolvers<void>();
  /** Rejects when a process ends; none may before all is over. */
  readonly #died: Promise<never>;
  #began = performance.now();

  private constructor(options: LoadOptions, children: ChildProcess[]) {
    super();
    this.#options = options;
    this.#children = children;
    this.#reports = children.map(() => undefined);
    this.#died = Promise.race(
      children.map((child) => once(child, 'exit')),
    ).then(([code, signal]) => {
      throw new Error(`a process of the load ended: ${signal ?? code}`);
    });
    // Once everything is over they end as they should.
    this.#died.catch(() => undefined);
    for (const [index, child] of children.entries()) {
      child.on('message', (report: Report) => {
        this.#reports[index] = report;
        this.emit('progress');
        // There is nothing to wait for then.
        if (this.standing.progress.failed === options.rooms * options.peers) {
          this.stop();
        }
      });
    }
  }

  /**
   * Starts the processes, which start to send peers in.
   *
   * @throws {UsageError} When there is no key where one was named.
   * @throws {Error} When a process does not start.
   */
  static async start(options: LoadOptions): Promise<Load> {
    const entries = entriesOf(options);
    const count = Math.min(options.processes, entries.length);
    const children = Array.from({ length: count }, () =>
      fork(PROCESS, [options.engine]),
    );
    const load = new Load(options, children);
    const ready = children.map((child) => once(child, 'message'));
    await Promise.race([Promise.all(ready), load.#died]);
    load.#begin(entries);
    return load;
  }

  get standing(): Standing {
    return {
      progress: addProgress(
        this.#reports.flatMap((report) => report?.progress ?? []),
      ),
      seconds: (performance.now() - this.#began) / 1_000,
    };
  }

  /** Ends the load before its time. */
  stop(): void {
    this.#stopped.resolve();
  }

  /**
   * Waits until the load is over and all peers have left.
   *
   * @throws {Error} When a process ended before that.
   */
  async finish(): Promise<Outcome> {
    const { rooms, peers, ramp, duration } = this.#options;
    try {
      await this.#pass(((rooms * peers) / ramp) * 1_000);
      const full = this.standing;
      await this.#pass(duration * 1_000);
      await Promise.race([this.#lastReports(), this.#died]);
      const end = this.standing;
      return { ...end, steady: between(full, end) };
    } finally {
      await Promise.all(this.#children.map(end));
    }
  }

  /** Gives each process its share, in turns. */
  #begin(entries: readonly Entry[]): void {
    this.#began = performance.now();
    const count = this.#children.length;
    for (const [index, child] of this.#children.entries()) {
      const own = entries.filter((_, at) => at % count === index);
      child.send({ type: 'start', entries: own } satisfies Order);
    }
  }

  /** Lets time pass, unless the load is to stop. */
  async #pass(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    try {
      await Promise.race([promise, this.#stopped.promise, this.#died]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #lastReports(): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new Error(`a process did not report in ${PATIENCE} ms`));
    }, PATIENCE);
    try {
      await Promise.all(
        this.#children.map(async (child, index) => {
          child.send({ type: 'stop' } satisfies Order);
          while (this.#reports[index]?.last !== true) {
            await Promise.race([once(child, 'message'), promise]);
          }
        }),
      );
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Lets a process go, and waits until it has gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  }
}

/** Everybody who is sent in, room by room in turns. */
function entriesOf(options: LoadOptions): Entry[] {
  const { url, rooms, peers, publishers, publish, prefix, key, kid } = options;
  const signer = Signer.find(key, kid);
  const total = rooms * peers;
  const seconds = total / options.ramp + options.duration;
  return Array.from({ length: total }, (_, index) => {
    const roomId = `${prefix}-${index % rooms}`;
    const number = Math.floor(index / rooms);
    const peerId = `${roomId}-${number}`;
    return {
      destination: {
        url: url.href,
        roomId,
        peerId,
        token: signer?.sign(roomId, peerId, Math.ceil(seconds)),
        insecure: options.insecure,
      },
      publish: number < publishers ? publish : [],
      allowRemote: options.allowRemote,
      at: (index / options.ramp) * 1_000,
    };
  });
}

function between(start: Standing, end: Standing): Outcome['steady'] {
  const traffic = { ...end.progress.traffic };
  for (const field of Object.keys(traffic) as (keyof Traffic)[]) {
    traffic[field] -= start.progress.traffic[field];
  }
  return { traffic, seconds: end.seconds - start.seconds };
}
