import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

import { PROJECT_ROOT } from '../../lib/config.ts';

/** The server as operators run it, in a process of its own. */
export class ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<unknown[]>;
  readonly #lines: string[] = [];
  readonly #silent: Promise<never>;
  url = '';

  private constructor(config: string, command: readonly string[]) {
    const [program, ...args] = [...command, process.execPath, 'server.ts'];
    this.child = spawn(program, args, {
      cwd: PROJECT_ROOT,
      // A process group of its own, as supervisors and shells give it.
      detached: true,
      env: { ...process.env, ATRIUM_CONFIG: config, DEBUG: undefined },
    });
    this.exited = once(this.child, 'exit');
    this.#silent = once(this.child, 'close').then(() => {
      throw new Error('the server has ended');
    });
    // It ends in every test.
    this.#silent.catch(() => undefined);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.#lines.push(line);
        this.child.emit('line');
      });
    }
  }

  /**
   * @param config - The file to read.
   * @param command - Runs the server, such as `prlimit`.
   */
  static async start(
    config: string,
    command: readonly string[] = [],
  ): Promise<ServerProcess> {
    const server = new ServerProcess(config, command);
    const line = await server.says(/^Atrium is at (?<url>.+)$/);
    server.url = line.groups?.['url'] ?? '';
    return server;
  }

  /**
   * Waits for a line of output, past or to come, and forgets it.
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

  /** Files, sockets and pipes that it holds open. */
  get handles(): number {
    return readdirSync(`/proc/${this.child.pid}/fd`).length;
  }

  /** The ids of the processes of its workers. */
  get workers(): number[] {
    return childrenOf(this.child.pid ?? 0);
  }

  /** Signals all of its process group, as Ctrl-C at a terminal does. */
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

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}
