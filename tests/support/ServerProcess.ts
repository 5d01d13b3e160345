import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** The server as operators run it, in a process of its own. */
export class ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<unknown[]>;
  /** All lines of output so far. */
  readonly output: string[] = [];
  readonly #lines: string[] = [];
  readonly #closed: Promise<unknown[]>;
  readonly #silent: Promise<never>;
  /** The path of its config file. */
  readonly config: string;
  url = '';

  private constructor(
    config: string,
    command: readonly string[],
    env: NodeJS.ProcessEnv,
    options: readonly string[],
  ) {
    this.config = config;
    const start = [process.execPath, 'server.ts', ...options];
    const [program = '', ...args] = [...command, ...start];
    this.child = spawn(program, args, {
      cwd: PROJECT_ROOT,
      // A process group of its own, as supervisors and shells give it.
      detached: true,
      env: {
        ...process.env,
        ATRIUM_CONFIG: config,
        DEBUG: undefined,
        ...env,
      },
    });
    this.exited = once(this.child, 'exit');
    this.#closed = once(this.child, 'close');
    this.#silent = this.#closed.then(() => {
      throw new Error('the server has ended');
    });
    // Every test waits for the end of the process.
    this.#silent.catch(() => undefined);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.output.push(line);
        this.#lines.push(line);
        this.child.emit('line');
      });
    }
  }

  /**
   * Starts the server and waits until it serves.
   *
   * @param config - The file to read.
   * @param command - Runs the server, such as `prlimit`.
   */
  static async start(
    config: string,
    command: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<ServerProcess> {
    const server = ServerProcess.launch(config, command, env);
    const line = await server.says(/^Atrium is at (?<url>.+)$/);
    server.url = line.groups?.['url'] ?? '';
    return server;
  }

  /**
   * Starts the server without waiting for the outcome.
   *
   * @param options - Arguments of the command line.
   */
  static launch(
    config: string,
    command: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    options: readonly string[] = [],
  ): ServerProcess {
    return new ServerProcess(config, command, env, options);
  }

  /**
   * Waits until the server has exited by itself, and its workers as well, since
   * they share its streams.
   *
   * @returns The exit status.
   */
  async ended(): Promise<number | null> {
    const [status] = await this.#closed;
    return status as number | null;
  }

  /**
   * Waits for a line of output, past or future, and removes it from the list.
   *
   * @throws {Error} When the server ends without it.
   */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const [index, line] of this.#lines.entries()) {
        const found = pattern.exec(line);
        if (found) {
          this.#lines.splice(index, 1);
          return found;
        }
      }
      await Promise.race([once(this.child, 'line'), this.#silent]);
    }
  }

  /** Its open files, sockets and pipes. */
  get handles(): number {
    return readdirSync(`/proc/${this.child.pid}/fd`).length;
  }

  /** The ids of the processes of its workers. */
  get workers(): number[] {
    return childrenOf(this.child.pid ?? 0);
  }

  /** Signals its whole process group, as Ctrl-C in a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-(this.child.pid ?? 0), signal);
  }

  /** Sends a signal and waits for the exit status. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    const [status] = await this.exited;
    return status as number | null;
  }
}

/**
 * Files that a test run makes once, by the variable that names them or their
 * folder, with the names of their copies: migrating a database and creating a
 * certificate would take servers longer than most tests do.
 */
const MADE: readonly (readonly [string, string, string])[] = [
  ['TEST_DATABASE', '', 'atrium.db'],
  ['TEST_CERTS', 'cert.pem', 'cert.pem'],
  ['TEST_CERTS', 'key.pem', 'key.pem'],
];

/**
 * A temporary folder of config files for servers in their own process, with a
 * database and a certificate. The files are JavaScript, so that servers need not
 * load the compiler of TypeScript.
 */
export class ConfigFolder {
  readonly path: string;
  #files = 0;

  private constructor(folder: string) {
    this.path = folder;
  }

  static async create(): Promise<ConfigFolder> {
    const folder = await mkdtemp(path.join(tmpdir(), 'atrium-configs-'));
    for (const [variable, file, copy] of MADE) {
      const made = process.env[variable];
      if (made !== undefined) {
        await copyFile(path.join(made, file), path.join(folder, copy));
      }
    }
    return new ConfigFolder(folder);
  }

  /**
   * Writes a new config file.
   *
   * @param code - Runs where the file is loaded.
   * @returns The path of the file.
   */
  async add(options: object = {}, code = ''): Promise<string> {
    this.#files += 1;
    const file = path.join(this.path, `config-${this.#files}.mjs`);
    await this.write(file, options, code);
    return file;
  }

  /** Replaces a config file. */
  write(file: string, options: object, code = ''): Promise<void> {
    const config = {
      listen: { port: 0 },
      tls: {
        cert: path.join(this.path, 'cert.pem'),
        key: path.join(this.path, 'key.pem'),
      },
      rtc: { port: 0 },
      workers: { count: 1 },
      store: { file: path.join(this.path, 'atrium.db') },
      ...options,
    };
    return writeFile(
      file,
      `export default ${JSON.stringify(config)};\n${code}`,
    );
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true });
  }
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}
