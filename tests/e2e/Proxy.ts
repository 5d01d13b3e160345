import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { freePort } from '../support/freePort.ts';
import { until } from '../support/until.ts';

/** A reverse proxy with a sample in the docs. */
export interface ProxyKind {
  readonly name: string;
  /** The package in Debian. */
  readonly package: string;
  readonly program: string;
  readonly sample: string;
  /** The arguments to run it in the foreground. */
  readonly args: (folder: string, config: string) => string[];
  /** The sample without the part that serves the page under its own name. */
  readonly byPathAlone: (sample: string) => string;
  /** The sample with the ports, files and upstreams of a test. */
  readonly adapt: (sample: string, site: Site) => string;
}

/** The replacements between a sample and its run in a test. */
interface Site {
  folder: string;
  port: number;
  /** `host:port` of each instance. */
  upstreams: readonly string[];
}

export const nginx: ProxyKind = {
  name: 'nginx',
  package: 'nginx-light',
  program: '/usr/sbin/nginx',
  sample: 'nginx.conf',
  byPathAlone: (sample) => replaceAll(sample, [[/location \/ \{[^}]*\}/, '']]),
  args: (folder, config) => ['-p', folder, '-e', 'stderr', '-c', config],
  adapt: (sample, { folder, port, upstreams }) => {
    const site = replaceAll(sample, [
      [/listen 443 /, `listen 127.0.0.1:${port} `],
      [/listen \[::\]:443 .*;/, ''],
      [/\/etc\/nginx\/tls\//, `${folder}/`],
      [/\/var\/log\/nginx\//, `${folder}/`],
      [/127\.0\.0\.1:4443\b/, upstreams[0] ?? ''],
    ]);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    return [
      process.getuid?.() === 0 ? 'user root;' : '',
      'daemon off; worker_processes 1; pid nginx.pid;',
      'events {}',
      'http {',
      ...temporary.map((what) => `${what}_temp_path ${folder}/${what};`),
      site,
      '}',
    ].join('\n');
  },
};

export const haproxy: ProxyKind = {
  name: 'HAProxy',
  package: 'haproxy',
  program: '/usr/sbin/haproxy',
  sample: 'haproxy.cfg',
  byPathAlone: (sample) =>
    replaceAll(sample, [
      [
        / {4}http-request replace-path/,
        '    http-request deny unless { path_beg /meet/ }\n    http-request replace-path',
      ],
    ]),
  args: (_folder, config) => ['-db', '-f', config],
  adapt: (sample, { folder, port, upstreams }) =>
    replaceAll(sample, [
      [/log \/dev\/log local0/, 'log stdout format raw local0'],
      [/ {4}(?:user|group) haproxy\n/, ''],
      [/maxconn 20000/, 'maxconn 200'],
      [/bind :443,\[::\]:443 v6only/, `bind 127.0.0.1:${port}`],
      [/\/etc\/haproxy\/tls\//, `${folder}/`],
      [/server a .*/, `server a ${upstreams[0]}`],
      [
        /server b .*/,
        upstreams[1] === undefined ? '' : `server b ${upstreams[1]}`,
      ],
    ]),
};

export const caddy: ProxyKind = {
  name: 'Caddy',
  package: 'caddy',
  program: '/usr/bin/caddy',
  sample: 'Caddyfile',
  byPathAlone: (sample) => replaceAll(sample, [[/\thandle \{[^}]*\}/, '']]),
  args: (_folder, config) => [
    'run',
    '--adapter',
    'caddyfile',
    '--config',
    config,
  ],
  adapt: (sample, { folder, port, upstreams }) =>
    replaceAll(sample, [
      [
        /^\{$/m,
        '{\nadmin off\nauto_https off\nskip_install_trust\ndefault_sni meet.example',
      ],
      [
        /^meet\.example \{$/m,
        `https://meet.example:${port}, https://127.0.0.1:${port} {\nbind 127.0.0.1\ntls ${folder}/fullchain.pem ${folder}/privkey.pem`,
      ],
      [/127\.0\.0\.1:4443\b/, upstreams[0] ?? ''],
    ]),
};

/** The reason why a proxy cannot run here; false if it can. */
export function missing({ name, program, package: deb }: ProxyKind) {
  return existsSync(program)
    ? false
    : `There is no ${name} at ${program}: install Debian's package "${deb}".`;
}

for (const kind of [nginx, haproxy, caddy]) {
  const reason = missing(kind);
  if (reason !== false) {
    console.error(`NOT TESTED BEHIND ${kind.name}: ${reason}`);
  }
}

/** A running reverse proxy, configured by the sample in the docs. */
export class Proxy implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = '';

  private constructor(
    { program, args }: ProxyKind,
    folder: string,
    port: number,
  ) {
    this.port = port;
    this.#folder = folder;
    this.#child = spawn(program, args(folder, path.join(folder, 'config')), {
      cwd: folder,
      env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder },
    });
    this.#exited = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
  }

  /**
   * Starts a proxy in front of running servers.
   *
   * @param upstreams - The URLs of the servers.
   * @param edit - Modifies the sample before use.
   */
  static async start(
    kind: ProxyKind,
    upstreams: readonly string[],
    edit = (sample: string): string => sample,
  ): Promise<Proxy> {
    const folder = await mkdtemp(path.join(tmpdir(), 'atrium-proxy-'));
    const { cert, key } = testConfig().tls;
    const [chain, secret, sample] = await Promise.all([
      readFile(cert, 'utf8'),
      readFile(key, 'utf8'),
      readFile(path.join(PROJECT_ROOT, 'docs/proxies', kind.sample), 'utf8'),
    ]);
    const port = await freePort();
    const site = {
      folder,
      port,
      upstreams: upstreams.map((url) => new URL(url).host),
    };
    for (const [file, text] of [
      ['fullchain.pem', chain],
      ['privkey.pem', secret],
      ['atrium.pem', `${chain}\n${secret}`],
      ['config', kind.adapt(edit(sample), site)],
    ] as const) {
      await writeFile(path.join(folder, file), text);
    }
    const proxy = new Proxy(kind, folder, port);
    await proxy.#ready();
    return proxy;
  }

  /** The URL at which the proxy listens. */
  get url(): string {
    return `https://127.0.0.1:${this.port}/`;
  }

  /** Waits for a line in the log. @returns The whole log. */
  async logs(pattern: RegExp): Promise<string> {
    return until(`a line in the log like ${pattern}`, async () => {
      const files = ['atrium.log', 'atrium-error.log'].map((file) =>
        readFile(path.join(this.#folder, file), 'utf8').catch(() => ''),
      );
      const log = [this.#output, ...(await Promise.all(files))].join('\n');
      return pattern.test(log) && log;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Waits until the proxy listens, for which it has no event. */
  async #ready(): Promise<void> {
    await until('the proxy listening', async () => {
      if (this.#child.exitCode !== null) {
        throw new Error(`the proxy did not start: ${this.#output}`);
      }
      const socket = connect(this.port, '127.0.0.1');
      const listens = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      socket.destroy();
      return listens;
    });
  }
}

/** Replaces all matches of each pattern, which must have at least one. */
function replaceAll(
  text: string,
  replacements: readonly (readonly [RegExp, string])[],
): string {
  let result = text;
  for (const [pattern, replacement] of replacements) {
    const next = result.replaceAll(
      new RegExp(pattern, `${pattern.flags}g`),
      () => replacement,
    );
    if (next === result) {
      throw new Error(`the sample has nothing like ${pattern}`);
    }
    result = next;
  }
  return result;
}
