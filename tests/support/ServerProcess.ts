import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { PROJECT_ROOT } from '../../lib/config.ts';

/** The server as operators run it, in a process of its own. */
export class ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<unknown[]>;
  /** Every line of output so far. */
  readonly output: string[] = [];
  readonly #unread: string[] = [];
  /** The path of its config file. */
  readonly config: string;
  url = '';

  private constructor(
    config: string,
    command: readonly string[],
    env: NodeJS.ProcessEnv,
  ) {
    this.config = config;
    const [program = '', ...args] = command;
    this.child = spawn(program, args, {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ATRIUM_CONFIG: config, DEBUG: undefined, ...env },
    });
    this.exited = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.output.push(line);
        this.#unread.push(line);
        this.child.emit('line');
      });
    }
  }

  /**
   * Starts it, and waits until it serves.
   *
   * @param command - The program and its arguments.
   */
  static async start(
    config: string,
    command: readonly string[] = [process.execPath, 'server.ts'],
    env: NodeJS.ProcessEnv = {},
  ): Promise<ServerProcess> {
    const server = new ServerProcess(config, command, env);
    const line = await server.says(/^Atrium is at (?<url>.+)$/);
    server.url = line.groups?.['url'] ?? '';
    return server;
  }

  /** Waits for a line of output, past or to come, and forgets it. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const [index, line] of this.#unread.entries()) {
        const found = pattern.exec(line);
        if (found) {
          this.#unread.splice(index, 1);
          return found;
        }
      }
      await once(this.child, 'line');
    }
  }

  /** Sends a signal and waits for the exit status. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    const [status] = await this.exited;
    return status as number | null;
  }
}

/** A temporary folder of config files for servers in their own process. */
export class ConfigFolder {
  readonly path: string;
  #files = 0;

  private constructor(folder: string) {
    this.path = folder;
  }

  static async create(): Promise<ConfigFolder> {
    return new ConfigFolder(
      await mkdtemp(path.join(tmpdir(), 'atrium-configs-')),
    );
  }

  /**
   * Writes a new config file.
   *
   * @param code - Runs where the file is loaded.
   * @returns The path of the file.
   */
  async add(options: object = {}, code = ''): Promise<string> {
    this.#files += 1;
    const file = path.join(this.path, `config-${this.#files}.ts`);
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
