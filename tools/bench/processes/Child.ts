import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Answer, Handlers } from './serve.ts';

/** The profile of a process that is written to a file at its end. */
export type ProfileKind = 'cpu' | 'heap';

let profiling: string[] = [];

/** Has every process that is started from now on write a profile at its end. */
export function profileInto(folder: string, kind: ProfileKind): void {
  profiling = [`--${kind}-prof`, `--${kind}-prof-dir=${folder}`];
}

/** A process of its own that answers what it is asked. */
export class Child<Api extends Handlers> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 1;
  #ended: string | undefined;

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.on('message', (answer: Answer) => this.#settle(answer));
    child.once('exit', (code, signal) => {
      this.#ended = `the process ended: ${signal ?? code}`;
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(this.#ended));
      }
      this.#waiting.clear();
    });
  }

  /**
   * Starts a file as a process, which has to call `serve`.
   *
   * @param file - In this folder.
   * @param options - What the process finds as JSON in its first argument.
   * @param flags - Of Node.
   * @throws {Error} When it ends before it answers.
   */
  static async start<Api extends Handlers>(
    file: string,
    options: object = {},
    flags: readonly string[] = [],
  ): Promise<Child<Api>> {
    const url = new URL(file, import.meta.url);
    const child = fork(fileURLToPath(url), [JSON.stringify(options)], {
      execArgv: ['--expose-gc', ...profiling, ...flags],
    });
    const started = await Promise.race([
      once(child, 'message').then(() => true),
      once(child, 'exit').then(() => false),
    ]);
    if (!started) {
      throw new Error(`${file} ended before it was ready`);
    }
    return new Child<Api>(child);
  }

  /**
   * Asks the process.
   *
   * @throws {Error} With what went wrong there, or when the process ends.
   */
  async ask<Method extends keyof Api & string>(
    method: Method,
    ...[argument]: Parameters<Api[Method]>
  ): Promise<Awaited<ReturnType<Api[Method]>>> {
    if (this.#ended !== undefined) {
      throw new Error(this.#ended);
    }
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#process.send({ id, method, argument });
    return (await answer.promise) as Awaited<ReturnType<Api[Method]>>;
  }

  /** Lets the process end in good order and waits until it has. */
  async close(): Promise<void> {
    if (this.#ended === undefined) {
      const exited = once(this.#process, 'exit');
      this.#process.disconnect();
      await exited;
    }
  }

  #settle({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) {
      waiting?.resolve(result);
    } else {
      waiting?.reject(new Error(error));
    }
  }
}
