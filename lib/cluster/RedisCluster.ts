import type { Redis } from 'ioredis';

import { Logger } from '../core/logger.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Cluster, NodeServer } from './Cluster.ts';
import { redisAt } from './redisAt.ts';
import { chooseHome } from './chooseHome.ts';
import { takesConnection } from './connectToNode.ts';
import { addressOf, nodeIn } from './NodeAddress.ts';
import type { NodeAddress } from './NodeAddress.ts';
import type { NodeList } from './NodeList.ts';
import { NodeMesh } from './NodeMesh.ts';
import { NodeListener } from './NodeListener.ts';
import { NodeRelay } from './NodeRelay.ts';
import { NodeWatch } from './NodeWatch.ts';
import type { NodeFigures, NodeReport } from './NodeReport.ts';
import { nodeKey } from './nodeTls.ts';
import type { ClusterOptions } from './options.ts';
import { RedisRoomDirectory } from './RedisRoomDirectory.ts';

const logger = new Logger('Cluster');

/** The longest time for a silent node to take a connection, ms. */
const ANSWER_TIMEOUT = 1_000;

/** The parts of a server that its place in a cluster depends on. */
export interface ClusterParts {
  /** With `redis` and `secret`. */
  readonly options: ClusterOptions;
  readonly metrics: Metrics;
  /** The time between pings to a client, ms. */
  readonly pingInterval: number;
  /** The most connections from other nodes. */
  readonly mostConnections: () => number;
  /** The time for which a port that is taken is tried again, ms. */
  readonly portTimeout: number;
}

/** A node's part in a cluster that meets in Redis. */
export class RedisCluster implements Cluster {
  readonly rooms: RedisRoomDirectory;
  readonly relay: NodeRelay;
  readonly bus: NodeMesh;
  readonly id: string;
  readonly address: string;
  readonly #redis: Redis;
  readonly #listener: NodeListener;
  readonly #watch: NodeWatch;
  readonly #options: ClusterOptions;
  readonly #closing = new AbortController();
  #figures: (() => NodeFigures) | undefined;

  private constructor(
    { options, metrics, pingInterval }: ClusterParts,
    listener: NodeListener,
    key: Buffer,
    node: NodeAddress,
  ) {
    const { redis = '', name, leaseTime } = options;
    this.id = node.id;
    this.address = addressOf(node);
    this.#options = options;
    this.#redis = redisAt(redis);
    this.#listener = listener;
    this.bus = new NodeMesh({
      id: node.id,
      key,
      interval: pingInterval,
      mostBytes: options.linkBytes,
    });
    this.#watch = new NodeWatch({
      redis: this.#redis,
      cluster: name,
      node,
      lease: leaseTime,
      report: () => this.#report,
      answers: (other) =>
        takesConnection(other, key, ANSWER_TIMEOUT, this.#closing.signal),
      onBeat: () =>
        this.bus.connect(this.#watch.others.flatMap(({ node }) => node ?? [])),
      onGone: (other) => {
        this.relay.endTo(other);
        this.bus.endTo(nodeIn(other)?.id ?? '');
      },
    });
    this.rooms = new RedisRoomDirectory(
      this.#redis,
      name,
      node,
      leaseTime,
      (other) => this.#watch.isUnreachable(other),
      {
        claimed: (outcome) => metrics.roomClaims.inc({ outcome }),
        lost: () => metrics.roomsLost.inc(),
        reached: (isReached) => metrics.clusterReachable.set(isReached ? 1 : 0),
      },
    );
    this.relay = new NodeRelay({
      key,
      pingInterval,
      home: (roomId) => this.rooms.home(roomId),
      choose: (...args) => this.#choose(...args),
      assign: (roomId, other) => this.rooms.assign(roomId, other),
      takesRooms: () => this.#report.takesRooms,
      decline: (roomId) => {
        if (!this.rooms.holds(roomId) && !this.#report.takesRooms) {
          this.rooms.decline(roomId);
        }
      },
      isGone: (other) => this.#watch.isGone(other),
      nodeOf: (nodeId) =>
        this.#others.find(({ node: { id } }) => id === nodeId)?.node,
      isForwarded: (request) => listener.hasForwarded(request),
      sessionOf: (request) => listener.sessionOf(request),
    });
  }

  /**
   * Opens the port for other nodes and begins to connect to Redis, which may be
   * away.
   *
   * @param id - The id of this run of the node.
   * @throws {StartError} When the port cannot be opened.
   */
  static async open(id: string, parts: ClusterParts): Promise<RedisCluster> {
    const { options, mostConnections } = parts;
    const { secret = '', host, port } = options;
    const key = nodeKey(secret);
    const listener = new NodeListener(key, mostConnections);
    await listener.open(host, port, parts.portTimeout);
    const node = {
      id,
      host: options.address ?? host,
      port: listener.port,
    };
    logger.info(
      'node %s of the cluster %s is at %s, port %d',
      node.id,
      options.name,
      node.host,
      node.port,
    );
    return new RedisCluster(parts, listener, key, node);
  }

  get reachable(): boolean {
    return this.rooms.reachable;
  }

  get hasOthers(): boolean {
    return (
      this.reachable &&
      this.#watch.others.some(({ report }) => report?.takesRooms)
    );
  }

  get nodes(): NodeList {
    const { id, address } = this;
    return {
      self: { id, address, report: this.#report, heardAt: new Date() },
      others: this.#others.map(({ node, ...rest }) => ({
        id: node.id,
        address: addressOf(node),
        ...rest,
      })),
    };
  }

  get links(): number {
    return this.bus.size;
  }

  get connections(): { to: number; from: number } {
    return { to: this.relay.size, from: this.#listener.upgraded };
  }

  async start({ upgrade, serve, figures }: NodeServer): Promise<void> {
    this.#figures = figures;
    this.#listener.serve(upgrade, serve, (...link) => this.bus.accept(...link));
    // It tries again by itself.
    await this.#redis.connect().catch(() => undefined);
    this.rooms.renew();
    this.#watch.beat();
  }

  drain(): void {
    this.rooms.drain();
    this.#watch.beat();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.relay.close();
    await Promise.all([
      this.bus.close(),
      this.rooms.close(),
      this.#watch.close(),
      this.#listener.close(),
    ]);
    // The rooms that have closed are given up before.
    await this.#redis.quit().catch(() => this.#redis.disconnect());
  }

  /** @throws {Error} Before the node has started. */
  get #report(): NodeReport & NodeFigures {
    if (this.#figures === undefined) {
      throw new Error('the node has no figures yet');
    }
    return { ...this.#figures(), region: this.#options.region };
  }

  /** The other nodes whose reports can be read. */
  get #others() {
    return this.#watch.others.flatMap(({ node, report, heardAt }) =>
      node && report ? [{ node, report, heardAt }] : [],
    );
  }

  /** Chooses the home of a room that has none, or no id; undefined for this node. */
  #choose(
    roomId: string | undefined,
    region: string | undefined,
    isAvoided: (node: NodeAddress) => boolean,
  ): NodeAddress | undefined {
    const isHeld = roomId !== undefined && this.rooms.holds(roomId);
    if (!this.reachable || isHeld) {
      return undefined;
    }
    const others = this.#others.filter(({ node }) => !isAvoided(node));
    if (others.length === 0) {
      return undefined;
    }
    const { busyLoad } = this.#options;
    return chooseHome(this.#report, others, busyLoad, region)?.node;
  }
}
