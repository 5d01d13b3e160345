import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { until } from '../support/until.ts';
import type { Image } from './ImageBuilder.ts';
import type { Sandbox } from './Sandbox.ts';

/** Longer than a container takes to start on a machine that is busy, ms. */
const START_TIMEOUT = 240_000;

/** The settings of a container beside its image. */
export interface ContainerSettings {
  readonly name: string;
  readonly image: Image;
  /** The program with its arguments. */
  readonly command: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  /** `PATH:OPTIONS`, the options as of Compose. */
  readonly tmpfs?: readonly string[];
  /** Folders and files to mount, `FROM:TO` with or without `:ro`. */
  readonly mounts?: readonly string[];
  /** The namespace of its network; that of the host by default. */
  readonly network?: string;
  /** Lines of its /etc/hosts. */
  readonly hosts?: readonly string[];
}

/** Mounts what the container sees, and makes the rest of it read-only. */
const LAY_OUT = `
  mkdir -p "$PLACE/upper/etc" "$PLACE/work" "$PLACE/root"
  printf '%s\\n' "$HOSTS" >"$PLACE/upper/etc/hosts"
  : >"$PLACE/log"
  mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$PLACE/upper,workdir=$PLACE/work" "$PLACE/root"
  cd "$PLACE/root"
  printf '%s\\n' "$MOUNTS" | while IFS=: read -r from to mode; do
    [ -n "$from" ] || continue
    to=$(chroot . realpath -m "$to")
    if [ -d "$from" ]; then mkdir -p ".$to"; else mkdir -p ".$(dirname "$to")"; [ -e ".$to" ] || : >".$to"; fi
    mount --bind "$from" ".$to"
    [ "$mode" != ro ] || mount -o remount,bind,ro ".$to"
  done
  printf '%s\\n' "$TMPFS" | while IFS=: read -r to options; do
    [ -n "$to" ] || continue
    to=$(chroot . realpath -m "$to")
    mkdir -p ".$to"
    mount -t tmpfs -o "\${options:-mode=1777}" tmpfs ".$to"
  done
  mount -t proc proc proc
  mount --rbind /dev dev
  [ "$READ_ONLY" != true ] || mount -o remount,ro .
  chown "$(chroot . id -u "$CONTAINER_USER")" "$PLACE/log"`;

/** Enters the container and becomes its user, without capabilities. */
const ENTER = `
  exec >>"$PLACE/log" 2>&1
  root=$PLACE/root
  uid=$(chroot "$root" id -u "$CONTAINER_USER")
  gid=$(chroot "$root" id -g "$CONTAINER_USER")
  exec chroot "$root" setpriv --reuid "$uid" --regid "$gid" --clear-groups \\
    --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all \\
    "$@"`;

/** A container as an engine would run it, by the mounts and the user that it gets. */
export class Container {
  readonly settings: ContainerSettings;
  readonly #sandbox: Sandbox;
  readonly #place: string;
  #process: ChildProcess | undefined;

  private constructor(sandbox: Sandbox, settings: ContainerSettings) {
    this.settings = settings;
    this.#sandbox = sandbox;
    this.#place = path.join(sandbox.folder, 'containers', settings.name);
  }

  /** Lays a container out, without starting it. */
  static async create(
    sandbox: Sandbox,
    settings: ContainerSettings,
  ): Promise<Container> {
    const container = new Container(sandbox, settings);
    await sandbox.run(LAY_OUT, {
      ...container.#variables,
      LOWER: settings.image.layers.join(':'),
      HOSTS: ['127.0.0.1 localhost', ...(settings.hosts ?? [])].join('\n'),
      MOUNTS: (settings.mounts ?? []).join('\n'),
      TMPFS: (settings.tmpfs ?? []).join('\n'),
      READ_ONLY: String(settings.readOnly ?? false),
    });
    return container;
  }

  start(): void {
    this.#process = this.#spawn(this.settings.command);
  }

  /** All that it has written so far. */
  get log(): string {
    return readFileSync(
      this.#sandbox.outside(path.join(this.#place, 'log')),
      'utf8',
    );
  }

  /** The files that it has mapped into memory, as Linux lists them. */
  get mappedFiles(): string {
    return readFileSync(`/proc/${this.#running.pid}/maps`, 'utf8');
  }

  /** Runs a command in it. @returns The exit status. */
  async execute(command: readonly string[]): Promise<number | null> {
    const child = this.#spawn(command);
    const [status] = (await once(child, 'exit')) as [number | null];
    return status;
  }

  /** Waits until a health check passes. @throws {Error} With the log, if it ends before. */
  async healthy(check: readonly string[]): Promise<void> {
    await until(
      `${this.settings.name} being healthy`,
      async () => {
        const { exitCode } = this.#running;
        if (exitCode !== null) {
          throw new Error(
            `${this.settings.name} ended with ${exitCode}:\n${this.log}`,
          );
        }
        return (await this.execute(check)) === 0;
      },
      START_TIMEOUT,
    );
  }

  /** Stops it by a signal. @returns The exit status. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#running;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  }

  get #running(): ChildProcess {
    if (this.#process === undefined) {
      throw new Error(`${this.settings.name} was not started`);
    }
    return this.#process;
  }

  get #variables(): Record<string, string> {
    return {
      PLACE: this.#place,
      CONTAINER_USER: (this.settings.user ?? this.settings.image.user).replace(
        /:.*/,
        '',
      ),
    };
  }

  #spawn(command: readonly string[]): ChildProcess {
    const { image, environment = {}, network } = this.settings;
    const variables = Object.entries({
      ...image.env,
      HOME: '/tmp',
      // By it the test run knows its processes.
      TEST_FILE_MARK: process.env['TEST_FILE_MARK'] ?? '',
      ...environment,
    }).map((entry) => entry.join('='));
    return this.#sandbox.spawn(
      [
        'sh',
        '-euc',
        ENTER,
        'sh',
        'env',
        '--ignore-environment',
        `--chdir=${image.folder}`,
        ...variables,
        ...command,
      ],
      { ...process.env, ...this.#variables },
      network,
    );
  }
}
