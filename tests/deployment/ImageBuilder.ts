import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { commandIn, ignores, stagesIn } from './Dockerfile.ts';
import type { Instruction, Stage } from './Dockerfile.ts';
import type { Sandbox } from './Sandbox.ts';

/** A built stage: its layers, the top one first, and what containers run. */
export interface Image {
  readonly layers: readonly string[];
  readonly folder: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  readonly healthCheck: readonly string[];
  readonly exposed: readonly string[];
}

/** The accounts of the images, some of which Debian numbers otherwise. */
const PASSWD = [
  'root:x:0:0::/root:/bin/sh',
  'nginx:x:101:101::/nonexistent:/bin/false',
  'postgres:x:999:999::/var/lib/postgresql:/bin/sh',
  'node:x:1000:1000::/home/node:/bin/sh',
  'nobody:x:65534:65534::/nonexistent:/bin/false',
];

/** Installs nothing: the packages of a step have to be on this machine. */
const APT_GET = `#!/bin/sh
case $1 in
  update) ;;
  install)
    shift
    for package; do
      case $package in -*) ;; *) dpkg-query --status "$package" >/dev/null || exit ;; esac
    done ;;
  *) exit 2 ;;
esac
`;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Builds images as the Dockerfile says, step by step, on the file system of this
 * machine instead of the images that it is based on. The steps run without a network
 * and see the packages of this checkout, and of this machine, where they would install
 * them.
 */
export class ImageBuilder {
  readonly #sandbox: Sandbox;
  readonly #stages = new Map<string, Image>();
  readonly #file: readonly Stage[];

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#file = stagesIn(
      readFileSync(path.join(PROJECT_ROOT, 'Dockerfile'), 'utf8'),
    );
  }

  static async create(sandbox: Sandbox): Promise<ImageBuilder> {
    const builder = new ImageBuilder(sandbox);
    await builder.#layBase();
    await builder.#copyContext();
    return builder;
  }

  /** An image of a registry, by the programs of this machine. */
  get base(): Image {
    return {
      layers: [this.#path('base'), '/'],
      folder: '/',
      user: 'root',
      env: { PATH },
      command: [],
      entrypoint: [],
      healthCheck: [],
      exposed: [],
    };
  }

  /** Builds a stage, with those that it needs. */
  async build(target: string): Promise<Image> {
    const built = this.#stages.get(target);
    if (built !== undefined) {
      return built;
    }
    const stage = this.#file.find(({ name }) => name === target);
    assert.ok(stage, `the Dockerfile has a stage ${target}`);
    const parent = this.#file.some(({ name }) => name === stage.base)
      ? await this.build(stage.base)
      : this.base;
    const root = this.#rootOf(target);
    const upper = this.#path('layers', target);
    await this.#sandbox.run(
      `mkdir -p "$UPPER" "$UPPER.work" "$ROOT"
      mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$UPPER,workdir=$UPPER.work" "$ROOT"
      mount -t proc proc "$ROOT/proc"
      mount --rbind /dev "$ROOT/dev"
      mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
      mount -t tmpfs tmpfs "$ROOT/root"`,
      { UPPER: upper, ROOT: root, LOWER: parent.layers.join(':') },
    );
    let image: Image = { ...parent, layers: [upper, ...parent.layers] };
    for (const instruction of stage.instructions) {
      image = await this.#apply(image, root, instruction);
    }
    this.#stages.set(target, image);
    return image;
  }

  async #apply(
    image: Image,
    root: string,
    { name, options, text }: Instruction,
  ): Promise<Image> {
    switch (name) {
      case 'WORKDIR':
        await this.#sandbox.run('mkdir -p "$FOLDER"', { FOLDER: root + text });
        return { ...image, folder: text };
      case 'ENV': {
        const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(text) ?? [];
        return { ...image, env: { ...image.env, [key]: value } };
      }
      case 'USER':
        return { ...image, user: text };
      case 'EXPOSE':
        return { ...image, exposed: text.split(' ') };
      case 'CMD':
        return { ...image, command: commandIn(text) };
      case 'ENTRYPOINT':
        return { ...image, entrypoint: commandIn(text) };
      case 'HEALTHCHECK':
        return { ...image, healthCheck: commandIn(text.replace(/^CMD /, '')) };
      case 'VOLUME':
        return image;
      case 'COPY':
        await this.#copy(image, root, text.split(' '), options['from']);
        return image;
      case 'RUN':
        await this.#runStep(image, root, text);
        return image;
      default:
        throw new Error(`${name}: the tests do not know this instruction`);
    }
  }

  async #copy(
    { folder }: Image,
    root: string,
    words: readonly string[],
    from: string | undefined,
  ): Promise<void> {
    if (from !== undefined) {
      await this.build(from);
    }
    const source =
      from === undefined ? this.#path('context') : this.#rootOf(from);
    const to = words.at(-1) ?? '';
    const target = root + path.resolve(folder, to);
    for (const word of words.slice(0, -1)) {
      await this.#sandbox.run(
        `if [ -d "$FROM" ]; then
          mkdir -p "$TO"
          cp -a --no-preserve=ownership "$FROM/." "$TO/"
        else
          case $WORD in */) mkdir -p "$TO" ;; *) mkdir -p "$(dirname "$TO")" ;; esac
          cp -a --no-preserve=ownership "$FROM" "$TO"
        fi`,
        { FROM: path.join(source, word), TO: target, WORD: to },
      );
    }
  }

  async #runStep(
    { folder, env, user }: Image,
    root: string,
    text: string,
  ): Promise<void> {
    await this.#sandbox.run(
      `if [ -e "$ROOT$FOLDER/package-lock.json" ] && [ -z "$(ls -A "$ROOT$FOLDER/node_modules" 2>/dev/null)" ]; then
        mkdir -p "$LAYER.packages" "$LAYER.packages.work" "$ROOT$FOLDER/node_modules"
        mount -t overlay overlay -o "redirect_dir=on,lowerdir=$PACKAGES,upperdir=$LAYER.packages,workdir=$LAYER.packages.work" "$ROOT$FOLDER/node_modules"
      fi
      chroot --userspec="$STEP_USER" "$ROOT" env -i $ENVIRONMENT sh -euc 'cd "$0"; eval "$1"' "$FOLDER" "$STEP" 2>&1`,
      {
        ROOT: root,
        FOLDER: folder,
        LAYER: this.#path('layers', path.basename(root)),
        PACKAGES: path.join(PROJECT_ROOT, 'node_modules'),
        STEP_USER: user,
        STEP: text,
        ENVIRONMENT: Object.entries({
          ...env,
          HOME: '/root',
          npm_config_offline: 'true',
        })
          .map((entry) => entry.join('='))
          .join(' '),
      },
    );
  }

  /** Lays what images have and Debian has otherwise over this machine. */
  #layBase(): Promise<string> {
    return this.#sandbox.run(
      `mkdir -p "$BASE/etc" "$BASE/usr/local/bin"
      printf '%s\\n' "$PASSWD" >"$BASE/etc/passwd"
      printf '%s\\n' "$PASSWD" | sed 's/^\\([^:]*\\):x:[0-9]*:\\([0-9]*\\):.*/\\1:x:\\2:/' >"$BASE/etc/group"
      cp "$NODE" "$BASE/usr/local/bin/node"
      printf %s "$APT_GET" >"$BASE/usr/local/bin/apt-get"
      chmod 755 "$BASE/usr/local/bin/apt-get"
      for program in "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)"/*; do
        ln -s "$program" "$BASE/usr/local/bin/"
      done
      # The checkout is not there, unless a step copies it.
      [ "$PROJECT" = tmp ] || mknod "$BASE/$PROJECT" c 0 0`,
      {
        BASE: this.#path('base'),
        PASSWD: PASSWD.join('\n'),
        NODE: process.execPath,
        APT_GET,
        PROJECT: PROJECT_ROOT.split('/')[1],
      },
    );
  }

  async #copyContext(): Promise<void> {
    const ignored = ignores(
      readFileSync(path.join(PROJECT_ROOT, '.dockerignore'), 'utf8'),
    );
    // A folder that is left out may have files that are not.
    await cp(PROJECT_ROOT, this.#sandbox.outside(this.#path('context')), {
      recursive: true,
      filter: (file) => {
        const relative = path.relative(PROJECT_ROOT, file);
        return relative === '' || !ignored(relative);
      },
    });
  }

  #rootOf(stage: string): string {
    return this.#path('builds', stage);
  }

  #path(...steps: string[]): string {
    return path.join(this.#sandbox.folder, ...steps);
  }
}
