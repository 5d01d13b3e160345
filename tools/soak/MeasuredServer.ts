import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Measurement, Task } from './serverProcess.ts';

/** Looks at a server until it is idle; each takes two garbage collections. */
const MAX_LOOKS = 50;

/** A server in a process of its own that measures itself when asked to. */
export class MeasuredServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  /** Everything it held before the first client. */
  readonly start: Measurement;
  /** Workers that were killed. */
  lost = 0;

  private constructor(child: ChildProcess, start: Measurement) {
    this.#child = child;
    this.start = start;
  }

  /** @param maxHeap - Most memory for JavaScript objects, MiB. */
  static async start(
    options: ConfigInput,
    maxHeap?: number,
  ): Promise<MeasuredServer> {
    const child = fork(
      path.join(import.meta.dirname, 'serverProcess.ts'),
      [JSON.stringify(options)],
      {
        execArgv: [
          '--expose-gc',
          ...(maxHeap === undefined ? [] : [`--max-old-space-size=${maxHeap}`]),
        ],
      },
    );
    return new MeasuredServer(child, await nextMeasurement(child));
  }

  /** Kills a media worker, and waits until another has taken its place. */
  async loseWorker(): Promise<void> {
    this.lost += 1;
    await this.#do('lose a worker');
  }

  /** Measures until what was cut off has been noticed and cleaned up. */
  async settled(): Promise<Measurement> {
    for (let look = 0; ; look += 1) {
      const measured = await this.#do('measure');
      const { rooms, connections, users, leftovers, handles } = measured;
      const idle = rooms + connections + users + leftovers.length === 0;
      if ((idle && handles <= this.start.handles) || look === MAX_LOOKS) {
        return measured;
      }
    }
  }

  async #do(task: Task): Promise<Measurement> {
    const measured = nextMeasurement(this.#child);
    this.#child.send(task);
    return measured;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.disconnect();
      await exited;
    }
  }
}

/** @throws {Error} When the process ends instead. */
async function nextMeasurement(child: ChildProcess): Promise<Measurement> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, 'exit', { signal }).then(([code, reason]) => {
    throw new Error(`the server ended with ${String(code ?? reason)}`);
  });
  ended.catch(() => undefined);
  try {
    const measured = once(child, 'message', { signal });
    measured.catch(() => undefined);
    const [measurement] = await Promise.race([measured, ended]);
    return measurement as Measurement;
  } finally {
    over.abort();
  }
}
