import assert from 'node:assert/strict';
import path from 'node:path';

import type { ConfigInput } from '../../lib/config/schema.ts';
import { ProtooClient, Refused } from '../../tools/fixtures/ProtooClient.ts';
import { PostgresCluster } from '../support/PostgresCluster.ts';
import { RedisServer } from '../support/RedisServer.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { until } from '../support/until.ts';
import { get } from '../support/http.ts';

/** The time of a lease, ms. */
export const LEASE = 3_000;

export const SECRET = 'a secret that all nodes of the tests know';

/** A node of a cluster, in a process of its own. */
export class ClusterNode {
  readonly server: ServerProcess;
  /** The id of this run of it, by its log. */
  readonly id: string;
  /** The port for other nodes. */
  readonly port: number;

  private constructor(server: ServerProcess, id: string, port: number) {
    this.server = server;
    this.id = id;
    this.port = port;
  }

  /** Starts a node with a config file, and waits until it serves. */
  static async start(config: string): Promise<ClusterNode> {
    const server = await ServerProcess.start(config);
    const { groups } = await server.says(
      /node (?<id>\S+) of .+ is at .+, port (?<port>\d+)/,
    );
    const { id = '', port } = groups ?? {};
    return new ClusterNode(server, id, Number(port));
  }

  get url(): string {
    return this.server.url;
  }

  /** The port for clients. */
  get clientPort(): number {
    return Number(new URL(this.url).port);
  }

  /** A resource that the node answers with JSON. */
  async read(resource: string) {
    const { status, body } = await get(this.url, resource);
    return { status, body: JSON.parse(body) as Record<string, unknown> };
  }

  get isAlive(): boolean {
    const { exitCode, signalCode } = this.server.child;
    return exitCode === null && signalCode === null;
  }

  /** The number of rooms that are open at the node. */
  async rooms(): Promise<number> {
    const { body } = await this.read('/health');
    return body['rooms'] as number;
  }

  /** Waits until rooms can be opened at the node, which they cannot at the very start. */
  async opensRooms(): Promise<void> {
    await until('a room opens', async () => {
      try {
        const { client } = await ProtooClient.join(this.url, 'a-test', 'first');
        await client.close();
        return true;
      } catch (error) {
        assert.ok(error instanceof Refused && error.code === 503);
        return false;
      }
    });
  }

  /** Waits until the node reaches Redis. */
  async ready(): Promise<void> {
    await until('the node reaches Redis', async () => {
      const { body } = await this.read('/readyz');
      return body['status'] === 'ready';
    });
  }
}

/** Nodes that share a Redis and a PostgreSQL, all of their own. */
export class ClusterNodes implements AsyncDisposable {
  readonly redis: RedisServer;
  readonly nodes: ClusterNode[] = [];
  readonly #folder: ConfigFolder;
  readonly #database: string;
  readonly #options: ConfigInput;
  readonly #resources: AsyncDisposableStack;

  private constructor(
    redis: RedisServer,
    folder: ConfigFolder,
    database: string,
    options: ConfigInput,
    resources: AsyncDisposableStack,
  ) {
    this.redis = redis;
    this.#folder = folder;
    this.#database = database;
    this.#options = options;
    this.#resources = resources;
  }

  /**
   * Starts a number of nodes, and waits until they reach Redis; the caller disposes
   * of them.
   *
   * @param options - Options of all nodes.
   */
  static async start(
    count: number,
    options: ConfigInput = {},
  ): Promise<ClusterNodes> {
    await using resources = new AsyncDisposableStack();
    const redis = resources.use(await RedisServer.start());
    const postgres = resources.use(await PostgresCluster.start());
    const folder = resources.adopt(await ConfigFolder.create(), (it) =>
      it.remove(),
    );
    const database = await postgres.createDatabase();
    const cluster = new ClusterNodes(
      redis,
      folder,
      database,
      options,
      resources.move(),
    );
    try {
      // One after the other: the first one makes the certificate and the tables.
      while (cluster.nodes.length < count) {
        await cluster.add();
      }
      await Promise.all(cluster.nodes.map((node) => node.ready()));
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** Starts another node, with options of its own beside those of all. */
  async add(options: ConfigInput = {}): Promise<ClusterNode> {
    const { cluster: ofAll, ...optionsOfAll } = this.#options;
    const { cluster, ...ownOptions } = options;
    const config = await this.#folder.add({
      store: {
        file: path.join(this.#folder.path, 'atrium.db'),
        url: this.#database,
      },
      cluster: {
        redis: this.redis.url,
        secret: SECRET,
        port: 0,
        leaseTime: LEASE,
        // However busy the machine is, rooms stay where the tests open them.
        busyLoad: 100,
        ...ofAll,
        ...cluster,
      },
      signalling: { pingInterval: 1_000 },
      limits: { handshakeBurst: 100_000, handshakesPerMinute: 100_000 },
      ...optionsOfAll,
      ...ownOptions,
    });
    const node = await ClusterNode.start(config);
    this.#resources.defer(async () => {
      await node.server.end('SIGKILL');
      await node.server.ended();
    });
    this.nodes.push(node);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
