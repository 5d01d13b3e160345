import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';

/** Lower than what any process has open, so that it gets no more handles. */
const NONE = '3';

/** This process's limit on file handles, changed by another process. */
export class FileHandles {
  readonly #limit = /^Max open files +(?<soft>\d+)/m.exec(
    readFileSync('/proc/self/limits', 'utf8'),
  )?.groups?.['soft'];
  // Started early, as starting a process takes file handles.
  readonly #shell: ChildProcessByStdio<Writable, Readable, null> = spawn(
    'sh',
    [
      '-c',
      `while read limit; do prlimit --pid ${process.pid} --nofile="$limit": && echo; done`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );

  /** Runs an action while no file handles are available. */
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

/** Waits until this process next tries to start a child process. */
export async function nextSpawn(): Promise<void> {
  await new Promise<void>((resolve) => {
    const note = (): void => {
      unsubscribe('child_process', note);
      resolve();
    };
    subscribe('child_process', note);
  });
}
