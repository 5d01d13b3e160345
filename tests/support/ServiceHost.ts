import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** The settings of a systemd unit, by name, in the order of their lines. */
export class Unit {
  readonly #settings = new Map<string, string[]>();

  constructor(text: string) {
    for (const [, name = '', value = ''] of text.matchAll(
      /^(\w+)=[ \t]*(.*)$/gm,
    )) {
      this.#settings.set(name, [...(this.#settings.get(name) ?? []), value]);
    }
  }

  all(name: string): string[] {
    return this.#settings.get(name) ?? [];
  }

  /** The value of a setting that is not a list. */
  one(name: string): string {
    return this.all(name).at(-1) ?? '';
  }
}

/** Runs commands of a shell in a mount namespace of their own. */
const IN_A_SPACE = [
  'unshare',
  '--mount',
  '--propagation',
  'private',
  'sh',
  '-euc',
] as const;

/**
 * Mounts a folder of configuration, a checkout and an empty log over those of
 * this machine. The packages and the page are those of the project.
 */
const LAY_OUT = `
  mount -t tmpfs -o mode=755 tmpfs "$SPACE"
  mkdir "$SPACE/etc" "$SPACE/opt" "$SPACE/opt/atrium"
  cp -a /etc/. "$SPACE/etc/"
  tar -C "$PROJECT" --exclude=./node_modules --exclude=./.git --exclude=./config.ts \
    --exclude=./data --exclude='./certs/*.pem' -cf - . | tar -C "$SPACE/opt/atrium" --no-same-owner -xf -
  mkdir "$SPACE/opt/atrium/node_modules"
  mount --bind "$PROJECT/node_modules" "$SPACE/opt/atrium/node_modules"
  mount --rbind "$SPACE/opt" /opt
  mount --bind "$SPACE/etc" /etc
  mount -t tmpfs tmpfs /var/log
  mount -t tmpfs -o mode=755 tmpfs /var/cache
  rm -rf /etc/atrium /etc/letsencrypt /etc/systemd/system/atrium.service
  echo ready
  exec cat`;

/** Makes all paths read-only except the unit's own, and becomes its user. */
const ENTER = `
  for name in $CACHES; do
    install -d -o "$SERVICE_USER" -g "$SERVICE_GROUP" -m "$CACHE_MODE" "/var/cache/$name"
    WRITABLE="$WRITABLE /var/cache/$name"
  done
  for place in $(awk '{ print $5 }' /proc/self/mountinfo); do
    case $place in
      /proc | /proc/* | /sys | /sys/* | /dev | /dev/*) ;;
      *) mount -o remount,bind,ro "$place" ;;
    esac
  done
  for place in $WRITABLE; do
    case $place in -*) [ -e "\${place#-}" ] || continue ;; esac
    mount --bind "\${place#-}" "\${place#-}"
    mount -o remount,bind,rw "\${place#-}"
  done
  for place in /tmp /var/tmp; do mount -t tmpfs -o mode=1777 tmpfs $place; done
  for place in /home /root; do mount -t tmpfs -o mode=000 tmpfs $place; done
  cd "$FOLDER"
  umask "$UMASK"
  # Only systemd may raise it above what this process has.
  most=$(ulimit -Hn)
  [ "$most" = unlimited ] || [ "$most" -ge "$FILES" ] || FILES=$most
  ulimit -n "$FILES"
  exec setpriv --reuid "$SERVICE_USER" --regid "$SERVICE_GROUP" \
    --init-groups --no-new-privs --inh-caps="-all$CAPABILITIES" \
    --ambient-caps="-all$CAPABILITIES" --bounding-set="-all$CAPABILITIES" "$@"`;

/**
 * A host with an installed service, in mount namespaces of this machine:
 * changes to its /etc, /opt, /var/cache and /var/log end with it. Needs root.
 */
export class ServiceHost {
  readonly #holder: ChildProcessWithoutNullStreams;
  readonly #space: string;

  private constructor(holder: ChildProcessWithoutNullStreams, space: string) {
    this.#holder = holder;
    this.#space = space;
  }

  static async create(): Promise<ServiceHost> {
    const space = await mkdtemp(path.join(tmpdir(), 'atrium-host-'));
    const holder = spawn(IN_A_SPACE[0], [...IN_A_SPACE.slice(1), LAY_OUT], {
      env: { ...process.env, SPACE: space, PROJECT: PROJECT_ROOT },
    });
    let said = '';
    holder.stderr.on('data', (text) => (said += String(text)));
    const ready = once(holder.stdout, 'data');
    const failed = once(holder, 'close').then(() => {
      throw new Error(`the host cannot be laid out: ${said}`);
    });
    failed.catch(() => undefined);
    await Promise.race([ready, failed]);
    return new ServiceHost(holder, space);
  }

  /**
   * Runs commands as root.
   *
   * @returns Their output on both streams.
   * @throws {Error} With their output, when one fails.
   */
  run(commands: string, env: NodeJS.ProcessEnv = {}): string {
    const [program = '', ...args] = this.#inside(
      'sh',
      '-euc',
      `exec 2>&1\n${commands}`,
    );
    try {
      return execFileSync(program, args, {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      });
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      throw new Error(`ended with ${status}: ${stdout}`, { cause: error });
    }
  }

  /**
   * The command that runs one of a unit's commands as systemd does: as its user,
   * with its environment and capabilities, and with the folders that it may write.
   *
   * @param line - The command, such as the value of `ExecStart`.
   * @param mark - Variables to add, by which the tests know their processes.
   */
  commandOf(
    unit: Unit,
    line: string,
    mark: Record<string, string>,
  ): { command: string[]; env: Record<string, string> } {
    const user = unit.one('User');
    const passwd = this.run(`getent passwd ${user}`).trim().split(':');
    const environment: string[] = [
      ...Object.entries(mark).map((entry) => entry.join('=')),
      `USER=${user}`,
      `LOGNAME=${user}`,
      `HOME=${passwd[5]}`,
      `SHELL=${passwd[6]}`,
      ...unit.all('Environment'),
      ...this.#readEnvironment(unit.one('EnvironmentFile')),
    ];
    const capabilities = unit
      .one('CapabilityBoundingSet')
      .split(' ')
      .filter(Boolean)
      .map((name) => `,+${name.replace('CAP_', '').toLowerCase()}`);
    return {
      command: this.#inside(
        ...IN_A_SPACE,
        ENTER,
        'sh',
        'env',
        '--ignore-environment',
        ...environment,
        ...line.split(' '),
      ),
      env: {
        PATH: process.env['PATH'] ?? '',
        SERVICE_USER: user,
        SERVICE_GROUP: unit.one('Group'),
        FOLDER: unit.one('WorkingDirectory'),
        WRITABLE: unit.all('ReadWritePaths').join(' '),
        CACHES: unit.all('CacheDirectory').join(' '),
        CACHE_MODE: unit.one('CacheDirectoryMode'),
        UMASK: unit.one('UMask'),
        FILES: unit.one('LimitNOFILE'),
        CAPABILITIES: capabilities.join(''),
      },
    };
  }

  async remove(): Promise<void> {
    const gone = once(this.#holder, 'close');
    this.#holder.stdin.end();
    await gone;
    await rmdir(this.#space);
  }

  /** A file whose name begins with a dash may be missing. */
  #readEnvironment(file: string): string[] {
    const name = file.replace(/^-/, '');
    const read =
      name === file ? `cat ${name}` : `[ ! -e ${name} ] || cat ${name}`;
    return this.run(file === '' ? ':' : read)
      .split('\n')
      .filter((line) => /^\w+=/.test(line));
  }

  #inside(...command: string[]): string[] {
    return [
      'nsenter',
      '--target',
      `${this.#holder.pid}`,
      '--mount',
      ...command,
    ];
  }
}
