import { execFile, execFileSync, spawn } from 'node:child_process';
import type {
  ChildProcess,
  ChildProcessWithoutNullStreams,
} from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The reason why containers cannot be imitated here; false where they can. */
export const noSandbox: string | false = reasonAgainst();

if (noSandbox) {
  console.error(`NOT TESTED AS CONTAINERS: ${noSandbox}`);
}

/**
 * A host for containers, in mount and network namespaces of this machine, with a
 * folder for their files. What runs in it reaches no other network, and all of its
 * mounts and interfaces end with it. Needs root.
 */
export class Sandbox implements AsyncDisposable {
  /** The folder of its files, in memory, as the programs in it see it. */
  readonly folder = '/run/sandbox';
  readonly #holder: ChildProcessWithoutNullStreams;
  readonly #running = new Set<ChildProcess>();

  private constructor(holder: ChildProcessWithoutNullStreams) {
    this.#holder = holder;
  }

  /** @param address - That of the host, at which its clients would reach it. */
  static async create(address: string): Promise<Sandbox> {
    const script = `
      ip link set lo up
      ip addr add "$0/32" dev lo
      echo 1 >/proc/sys/net/ipv4/ip_forward
      mount -t tmpfs -o mode=755 tmpfs /run
      mkdir /run/netns /run/sandbox
      echo ready
      exec cat`;
    const holder = spawn('unshare', [
      '--mount',
      '--net',
      '--propagation',
      'private',
      'sh',
      '-euc',
      script,
      address,
    ]);
    let said = '';
    holder.stderr.on('data', (text) => (said += String(text)));
    const failed = once(holder, 'close').then(() => {
      throw new Error(`the sandbox cannot be made: ${said}`);
    });
    failed.catch(() => undefined);
    await Promise.race([once(holder.stdout, 'data'), failed]);
    return new Sandbox(holder);
  }

  /** The path at which this process finds a file of the sandbox. */
  outside(file: string): string {
    return `/proc/${this.#holder.pid}/root${file}`;
  }

  /**
   * Runs commands as root.
   *
   * @returns Their output.
   * @throws {Error} With their output, when one fails.
   */
  async run(commands: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const [program = '', ...args] = this.#inside('sh', '-euc', commands);
    try {
      const { stdout } = await run(program, args, {
        env: { ...process.env, ...env },
        maxBuffer: 16 * 1_048_576,
      });
      return stdout;
    } catch (error) {
      const { code, stdout, stderr } = error as Record<string, unknown>;
      throw new Error(
        `ended with ${String(code)}: ${String(stdout)}${String(stderr)}`,
        { cause: error },
      );
    }
  }

  /** Starts a program as root, in the network of the host or of a container. */
  spawn(
    command: readonly string[],
    env: NodeJS.ProcessEnv,
    network?: string,
  ): ChildProcess {
    const inNetwork =
      network === undefined ? [] : ['ip', 'netns', 'exec', network];
    const [program = '', ...args] = this.#inside(...inNetwork, ...command);
    const child = spawn(program, args, { env, stdio: 'ignore' });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#running) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    const gone = once(this.#holder, 'close');
    this.#holder.stdin.end();
    await gone;
  }

  #inside(...command: string[]): string[] {
    return [
      'nsenter',
      '--target',
      `${this.#holder.pid}`,
      '--mount',
      '--net',
      ...command,
    ];
  }
}

function reasonAgainst(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'only root on Linux can make the namespaces.';
  }
  const script = `
    folder=$(mktemp -d)
    trap 'umount "$folder" && rmdir "$folder"' EXIT
    mount -t tmpfs tmpfs "$folder"
    mkdir "$folder/upper" "$folder/work" "$folder/root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
    umount "$folder/root"
    ip link add bridge0 type bridge`;
  try {
    execFileSync('unshare', ['--mount', '--net', 'sh', '-euc', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    return false;
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error).trim();
  }
}
