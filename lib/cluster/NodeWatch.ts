import type { Redis } from 'ioredis';

import { Logger } from '../core/logger.ts';
import { RecentMap } from '../core/RecentMap.ts';
import { Rounds } from '../core/Rounds.ts';
import { BEAT, IS_SILENT, keysOf, silenceOf } from './claims.ts';
import { nameOf, nodeIn } from './NodeAddress.ts';
import type { NodeAddress } from './NodeAddress.ts';

const logger = new Logger('NodeWatch');

/** The heartbeats of a node in the time of silence. */
const BEATS = 3;

/** The time for which it is remembered if a node answers, ms. */
const REMEMBERED = 1_000;

/** The most nodes of which that is remembered. */
const NODES = 1_000;

/** The parts of a node that its watch needs. */
export interface WatchParts {
  /** Reconnects by itself, and refuses commands until it has. */
  readonly redis: Redis;
  readonly cluster: string;
  /** This node. */
  readonly node: NodeAddress;
  /** The time after which a claim that is not renewed is gone, ms. */
  readonly lease: number;
  /** Tells if a node takes a connection. Never rejects. */
  readonly answers: (node: NodeAddress) => Promise<boolean>;
  /** Called with the name of a node that has died. */
  readonly onGone: (node: string) => void;
}

/**
 * The heartbeats of the nodes of a cluster. A node that has been silent and takes no
 * connection has died, as far as this node can know. A node that only one of the two
 * is true of keeps its rooms: it may be cut off from Redis, or from this node alone.
 */
export class NodeWatch {
  readonly #parts: WatchParts;
  readonly #key: string;
  readonly #silence: number;
  /** The other nodes with a heartbeat, by Redis' last answer. */
  #others: readonly string[] = [];
  /** The nodes that had one, and have not been found dead yet. */
  readonly #silent = new Set<string>();
  readonly #answers = new RecentMap<
    string,
    { since: number; answers: Promise<boolean> }
  >(NODES);
  readonly #rounds = new Rounds(
    () => this.#beat(),
    () => this.#silence / BEATS,
  );

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#key = keysOf(parts.cluster).nodes;
    this.#silence = silenceOf(parts.lease);
    parts.redis.on('ready', () => this.beat());
  }

  /** The names of the other nodes that had a heartbeat when Redis answered last. */
  get others(): readonly string[] {
    return this.#others;
  }

  /** Sends a heartbeat now, and from then on in time. */
  beat(): void {
    this.#rounds.begin();
  }

  /**
   * Tells if a node takes no connection, or a later run of it does in its place;
   * asked at most once a second.
   */
  async isUnreachable(node: NodeAddress): Promise<boolean> {
    if (this.#isReplaced(node)) {
      return true;
    }
    const name = nameOf(node);
    const now = performance.now();
    let known = this.#answers.get(name);
    if (known === undefined || now - known.since >= REMEMBERED) {
      known = { since: now, answers: this.#parts.answers(node) };
      this.#answers.set(name, known);
    }
    // A node that ends itself breaks its questions off.
    return !(await known.answers) && !this.#rounds.closed;
  }

  /** Tells if a node has been silent and takes no connection. Never rejects. */
  async isGone(node: NodeAddress): Promise<boolean> {
    const { redis } = this.#parts;
    try {
      const isSilent = await redis.eval(
        IS_SILENT,
        1,
        this.#key,
        nameOf(node),
        this.#silence,
      );
      return isSilent === 1 && (await this.isUnreachable(node));
    } catch (error) {
      logger.debug('cannot look up a node: %s', error);
      return false;
    }
  }

  /** Sends no more heartbeats; the node is silent from now on. */
  async close(): Promise<void> {
    await this.#rounds.close();
    await this.#parts.redis
      .zrem(this.#key, nameOf(this.#parts.node))
      .catch((error: unknown) => {
        // The others forget it soon.
        logger.debug('cannot leave the nodes: %s', error);
      });
  }

  async #beat(): Promise<void> {
    const { redis, node } = this.#parts;
    let names: string[];
    try {
      names = (await redis.eval(
        BEAT,
        1,
        this.#key,
        nameOf(node),
        this.#silence,
      )) as string[];
    } catch (error) {
      logger.debug('cannot send a heartbeat: %s', error);
      return;
    }
    const others = new Set(names);
    others.delete(nameOf(node));
    for (const name of this.#others) {
      if (!others.has(name)) {
        this.#silent.add(name);
      }
    }
    this.#others = Array.from(others);
    for (const name of this.#silent) {
      if (others.has(name)) {
        this.#silent.delete(name);
      } else {
        void this.#judge(name);
      }
    }
  }

  /** Tells if another node is where a node was, which has ended then. */
  #isReplaced({ id, host, port }: NodeAddress): boolean {
    return [nameOf(this.#parts.node), ...this.#others].some((name) => {
      const other = nodeIn(name);
      return other?.id !== id && other?.host === host && other.port === port;
    });
  }

  /** Announces the death of a silent node, unless it answers. */
  async #judge(name: string): Promise<void> {
    const node = nodeIn(name);
    const isUnreachable =
      node === undefined || (await this.isUnreachable(node));
    if (isUnreachable && this.#silent.delete(name)) {
      logger.info('the node %s has ended, or is cut off', name);
      this.#parts.onGone(name);
    }
  }
}
