import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { until } from '../support/until.ts';
import { networksOf, readCompose } from './Compose.ts';
import type { Compose, ComposeService } from './Compose.ts';
import { Container } from './Container.ts';
import type { ImageBuilder } from './ImageBuilder.ts';
import type { Sandbox } from './Sandbox.ts';

/**
 * The work of the entrypoint of PostgreSQL's image: it creates a cluster once, runs
 * the scripts, and starts the server.
 */
const POSTGRES = `
  if [ ! -e "$PGDATA/PG_VERSION" ]; then
    initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" \\
      --auth-local=trust --auth-host=scram-sha-256 --locale=C.UTF-8
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    pg_ctl --wait --options="-c listen_addresses=''" start
    for script in /docker-entrypoint-initdb.d/*; do "$script"; done
    pg_ctl --wait --mode=fast stop
  fi
  exec postgres -c 'listen_addresses=*'`;

/** Lets published ports in: connections to a Unix socket go to an address. */
const GATE = `
  const { connect, createServer } = require('node:net');
  const [file, host, port] = process.argv.slice(1);
  createServer((client) => {
    const server = connect(Number(port), host);
    for (const [one, other] of [[client, server], [server, client]]) {
      one.pipe(other);
      one.on('error', () => other.destroy());
    }
  }).listen(file);`;

/** A published port. */
interface Published {
  readonly service: string;
  readonly outside: string;
  readonly inside: string;
}

/** The services of docker-compose.yml, running in a sandbox as the file says. */
export class Composition {
  readonly compose: Compose;
  readonly containers = new Map<string, Container>();
  readonly #sandbox: Sandbox;
  readonly #images: ImageBuilder;
  readonly #folder: string;
  readonly #gates: ChildProcess[] = [];
  /** The addresses of each service, by network. */
  readonly #addresses = new Map<string, Map<string, string>>();

  private constructor(sandbox: Sandbox, images: ImageBuilder, folder: string) {
    this.#sandbox = sandbox;
    this.#images = images;
    this.#folder = folder;
    this.compose = readCompose(sandbox.outside(folder));
  }

  /** Prepares a copy of the files for a host with an address, as operators do. */
  static async prepare(
    sandbox: Sandbox,
    images: ImageBuilder,
    address: string,
  ): Promise<Composition> {
    const folder = path.join(sandbox.folder, 'project');
    const outside = sandbox.outside(folder);
    await mkdir(outside);
    for (const file of ['docker-compose.yml', '.deployment']) {
      await cp(path.join(PROJECT_ROOT, file), path.join(outside, file), {
        recursive: true,
        filter: (source) => path.basename(source) !== 'secrets',
      });
    }
    await sandbox.run(`cd "$FOLDER" && sh .deployment/prepare ${address}`, {
      FOLDER: folder,
    });
    return new Composition(sandbox, images, folder);
  }

  /** Starts all services, each once those that it depends on are healthy. */
  async up(): Promise<void> {
    await this.#connect();
    const healthy = new Map<string, Promise<void>>();
    const start = (name: string): Promise<void> => {
      const begun = healthy.get(name) ?? this.#startAfter(name, start);
      healthy.set(name, begun);
      return begun;
    };
    await Promise.all(Object.keys(this.compose.services).map(start));
    await this.#publish();
  }

  /** Stops all services, those first that others do not depend on. */
  async down(): Promise<Map<string, number | null>> {
    for (const gate of this.#gates.splice(0)) {
      const ended = once(gate, 'exit');
      gate.kill();
      await ended;
    }
    const statuses = new Map<string, number | null>();
    for (const [name, container] of [...this.containers].toReversed()) {
      const { stop_signal: signal } = this.compose.services[name] ?? {};
      statuses.set(name, await container.stop(signal));
    }
    return statuses;
  }

  container(name: string): Container {
    const container = this.containers.get(name);
    assert.ok(container, name);
    return container;
  }

  /** The Unix socket behind which a published TCP port is. */
  socketOf(port: number): string {
    return this.#sandbox.outside(this.#gateOf(port));
  }

  /** Runs the health check of a service. @returns The exit status. */
  check(name: string): Promise<number | null> {
    return this.container(name).execute(checkOf(this.compose.services[name]));
  }

  /** All published ports, one by one, with the protocol: `8080/tcp`. */
  get published(): Published[] {
    return Object.entries(this.compose.services).flatMap(([service, it]) =>
      (it.ports ?? []).flatMap((entry) => publishedBy(service, entry)),
    );
  }

  /** Makes the networks, a bridge each, and connects a namespace for each service. */
  async #connect(): Promise<void> {
    const names = Object.keys(this.compose.networks);
    for (const [index, network] of names.entries()) {
      const subnet =
        this.compose.networks[network]?.ipam?.config[0]?.subnet ??
        `172.31.${index}.0/24`;
      const prefix = subnet.replace(/\.0\/24$/, '');
      await this.#sandbox.run(
        `ip link add br${index} type bridge
        ip addr add ${prefix}.1/24 dev br${index}
        ip link set br${index} up`,
      );
      const members = Object.entries(this.compose.services)
        .map(([name, service]) => [name, new Map(networksOf(service))] as const)
        .filter(([, networks]) => networks.has(network));
      const addresses = new Map<string, string>();
      for (const [place, [name, networks]] of members.entries()) {
        const address = networks.get(network) ?? `${prefix}.${100 + place}`;
        addresses.set(name, address);
        const first = [...networks.keys()].find(
          (it) => this.compose.networks[it]?.internal !== true,
        );
        await this.#sandbox.run(
          `[ -e "/run/netns/${name}" ] || ip netns add ${name}
          ip link add v${index}-${place} type veth peer name eth${index} netns ${name}
          ip link set v${index}-${place} master br${index} up
          ip -n ${name} link set lo up
          ip -n ${name} addr add ${address}/24 dev eth${index}
          ip -n ${name} link set eth${index} up
          ${first === network ? `ip -n ${name} route add default via ${prefix}.1` : ''}`,
        );
      }
      this.#addresses.set(network, addresses);
    }
  }

  async #startAfter(
    name: string,
    start: (dependency: string) => Promise<void>,
  ): Promise<void> {
    const service = this.compose.services[name];
    assert.ok(service, name);
    const dependencies = Object.entries(service.depends_on ?? {});
    for (const [, { condition }] of dependencies) {
      assert.equal(condition, 'service_healthy');
    }
    await Promise.all(dependencies.map(([dependency]) => start(dependency)));
    await this.#start(name, service);
  }

  async #start(name: string, service: ComposeService): Promise<void> {
    const image =
      service.build === undefined
        ? this.#images.base
        : await this.#images.build(service.build.target);
    const isDatabase = service.image?.startsWith('postgres:') === true;
    const container = await Container.create(this.#sandbox, {
      name,
      image,
      user: service.user,
      command: isDatabase
        ? ['sh', '-euc', POSTGRES]
        : [
            ...(service.entrypoint ?? image.entrypoint),
            ...(service.command ??
              (service.entrypoint === undefined ? image.command : [])),
          ],
      environment: {
        ...(isDatabase && { PGDATA: '/var/lib/postgresql/data' }),
        ...service.environment,
      },
      readOnly: service.read_only,
      tmpfs: service.tmpfs ?? [],
      mounts: [
        ...(service.secrets ?? []).map((secret) => this.#secret(secret)),
        ...(await Promise.all(
          (service.volumes ?? []).map((volume) =>
            this.#volume(volume, service),
          ),
        )),
      ],
      ...(service.network_mode !== 'host' && { network: name }),
      hosts: this.#hostsOf(service),
    });
    this.containers.set(name, container);
    container.start();
    await container.healthy(checkOf(service));
  }

  /** The names that the engine's DNS would know in the networks of a service. */
  #hostsOf(service: ComposeService): string[] {
    return networksOf(service).flatMap(([network]) =>
      [...(this.#addresses.get(network) ?? [])].map(
        ([name, address]) => `${address} ${name}`,
      ),
    );
  }

  #secret(name: string): string {
    const { file } = this.compose.secrets[name] ?? {};
    assert.ok(file, `${name} is a secret of the file`);
    return `${path.join(this.#folder, file)}:/run/secrets/${name}:ro`;
  }

  /** A named volume belongs to the user, as images prepare theirs. */
  async #volume(volume: string, { user }: ComposeService): Promise<string> {
    const [from = '', to = '', mode = ''] = volume.split(':');
    if (from.startsWith('.')) {
      return `${path.join(this.#folder, from)}:${to}:${mode}`;
    }
    assert.ok(from in this.compose.volumes, `${from} is a volume of the file`);
    const folder = path.join(this.#sandbox.folder, 'volumes', from);
    await this.#sandbox.run(
      'mkdir -p "$VOLUME" && chown "$OWNER" "$VOLUME" && chmod 700 "$VOLUME"',
      { VOLUME: folder, OWNER: user },
    );
    return `${folder}:${to}:${mode}`;
  }

  #gateOf(port: number): string {
    return path.join(this.#sandbox.folder, `port-${port}`);
  }

  async #publish(): Promise<void> {
    for (const { service, outside, inside } of this.published) {
      const [port = '', protocol] = outside.split('/');
      const [to = ''] = inside.split('/');
      if (protocol === 'tcp') {
        const address = this.#addresses.get('services')?.get(service) ?? '';
        const file = this.#gateOf(Number(port));
        const gate = this.#sandbox.spawn(
          [process.execPath, '-e', GATE, file, address, to],
          process.env,
        );
        this.#gates.push(gate);
        await until(`the gate to ${outside}`, () =>
          existsSync(this.#sandbox.outside(file)),
        );
      }
    }
  }
}

function checkOf(service: ComposeService | undefined): string[] {
  const [kind, ...command] = service?.healthcheck.test ?? [];
  assert.equal(kind, 'CMD');
  return command;
}

/** The ports of `80:8000`, `127.0.0.1:80:8000` and `1-2:1-2/udp`. */
function publishedBy(service: string, entry: string): Published[] {
  const [ports = '', protocol = 'tcp'] = entry.split('/');
  const [outside = [], inside = []] = ports
    .split(':')
    .slice(-2)
    .map((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, at) => first + at);
    });
  assert.equal(outside.length, inside.length, entry);
  return outside.map((port, index) => ({
    service,
    outside: `${port}/${protocol}`,
    inside: `${inside[index]}/${protocol}`,
  }));
}
