import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { databaseFolder } from '../../tools/fixtures/databaseFolder.ts';
import { freePort } from './freePort.ts';

const PROGRAM = 'redis-server';

const STARTED = 'Ready to accept connections';

/** The reason why tests with Redis cannot run here; false where they can. */
export const noRedis: string | false = reasonAgainst();

if (noRedis) {
  console.error(`NOT TESTED WITH REDIS: ${noRedis}`);
}

/**
 * A private Redis on a free port of the loopback, which keeps what it is told in a
 * temporary folder.
 */
export class RedisServer implements AsyncDisposable {
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess;

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder;
    this.#port = port;
    this.#process = child;
  }

  /** Starts an empty one; the caller disposes of it. */
  static async start(): Promise<RedisServer> {
    const folder = await mkdtemp(path.join(databaseFolder, 'atrium-redis-'));
    const port = await freePort();
    return new RedisServer(folder, port, await serve(folder, port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Stops it at once, as a crash would. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
  }

  /** Starts it again after {@link stop}, with all its data. */
  async restart(): Promise<void> {
    this.#process = await serve(this.#folder, this.#port);
  }

  /** Starts it again after {@link stop}, without any data. */
  async restartEmpty(): Promise<void> {
    await rm(path.join(this.#folder, 'appendonlydir'), { recursive: true });
    await this.restart();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function serve(folder: string, port: number): Promise<ChildProcess> {
  const options = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
  };
  const child = spawn(
    PROGRAM,
    Object.entries(options).flatMap(([name, value]) => [
      `--${name}`,
      String(value),
    ]),
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let log = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    if (log.includes(STARTED)) {
      resolve();
    }
  });
  child.once('error', reject);
  child.once('exit', () => reject(new Error(`Redis ended:\n${log}`)));
  await promise;
  return child;
}

function reasonAgainst(): string | false {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'Debian\'s package "redis-server" is not installed.';
  }
}
