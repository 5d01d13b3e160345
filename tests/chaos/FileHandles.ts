import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';

/** Every process has more open than this, so it gets no further handle. */
const NONE = '3';

/** The limit of this process for file handles, lowered and raised by another. */
export class FileHandles {
  readonly #limit = /^Max open files +(?<soft>\d+)/m.exec(
    readFileSync('/proc/self/limits', 'utf8'),
  )?.groups?.['soft'];
  // It has to be there before there are no handles to start it with.
  readonly #shell: ChildProcessByStdio<Writable, Readable, null> = spawn(
    'sh',
    [
      '-c',
      `while read limit; do prlimit --pid ${process.pid} --nofile="$limit": && echo; done`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );

  /** Has something happen while there are no file handles. */
  async without(work: () => Promise<unknown>): Promise<void> {
    await this.#set(NONE);
    try {
      await work();
    } finally {
      await this.#set(this.#limit ?? '1024');
    }
  }

  async close(): Promise<void> {
    this.#shell.stdin.end();
    await once(this.#shell, 'exit');
  }

  async #set(limit: string): Promise<void> {
    this.#shell.stdin.write(`${limit}\n`);
    await once(this.#shell.stdout, 'data');
  }
}

/** Waits for the next child process that this one tries to start. */
export async function nextSpawn(): Promise<void> {
  await new Promise<void>((resolve) => {
    const note = (): void => {
      unsubscribe('child_process', note);
      resolve();
    };
    subscribe('child_process', note);
  });
}
