import type { Redis } from 'ioredis';

import { Logger } from '../core/logger.ts';
import { RecentMap } from '../core/RecentMap.ts';
import { Rounds } from '../core/Rounds.ts';
import { BEAT, IS_SILENT, keysOf, LEAVE, silenceOf } from './claims.ts';
import { nameOf, nodeIn, placeOf } from './NodeAddress.ts';
import type { NodeAddress } from './NodeAddress.ts';
import { reportIn } from './NodeReport.ts';
import type { NodeReport } from './NodeReport.ts';

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
  /** Returns what the others are to know of this node. */
  readonly report: () => NodeReport;
  /** Tells if a node takes a connection. Never rejects. */
  readonly answers: (node: NodeAddress) => Promise<boolean>;
  /** Called after each heartbeat, also after one that did not reach Redis. */
  readonly onBeat: () => void;
  /** Called with the name of a node that has died. */
  readonly onGone: (node: string) => void;
}

/** A node with a heartbeat, as its last report has it. */
export interface OtherNode {
  readonly name: string;
  /** Undefined if its name is of another form. */
  readonly node: NodeAddress | undefined;
  /** Undefined if it has none that can be read, as a node of another version. */
  readonly report: NodeReport | undefined;
  /** The time of its last heartbeat. */
  readonly heardAt: Date;
}

/**
 * The heartbeats of the nodes of a cluster, with their reports. A node that has been
 * silent and takes no connection has died, as far as this node can know. A node that only
 * one of the two is true of keeps its rooms: it may be cut off from Redis, or from this
 * node alone.
 */
export class NodeWatch {
  readonly #parts: WatchParts;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #silence: number;
  /** The other nodes with a heartbeat, by Redis' last answer. */
  #others: readonly OtherNode[] = [];
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
    this.#keys = keysOf(parts.cluster);
    this.#silence = silenceOf(parts.lease);
    parts.redis.on('ready', () => this.beat());
  }

  /** The other nodes that had a heartbeat when Redis answered last. */
  get others(): readonly OtherNode[] {
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
        this.#keys.nodes,
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
    const { nodes, reports } = this.#keys;
    await this.#parts.redis
      .eval(LEAVE, 2, nodes, reports, nameOf(this.#parts.node))
      .catch((error: unknown) => {
        // The others forget it soon.
        logger.debug('cannot leave the nodes: %s', error);
      });
  }

  async #beat(): Promise<void> {
    const { redis, node } = this.#parts;
    const { nodes, reports } = this.#keys;
    const report = this.#report();
    let answer: string[];
    try {
      answer = (await redis.eval(
        BEAT,
        2,
        nodes,
        reports,
        nameOf(node),
        this.#silence,
        report,
      )) as string[];
    } catch (error) {
      logger.debug('cannot send a heartbeat: %s', error);
      this.#parts.onBeat();
      return;
    }
    const others = othersIn(answer, node);
    const names = new Set(others.map(({ name }) => name));
    for (const { name } of this.#others) {
      if (!names.has(name)) {
        this.#silent.add(name);
      }
    }
    this.#noteStates(others);
    this.#others = others;
    this.#parts.onBeat();
    for (const name of this.#silent) {
      if (names.has(name)) {
        this.#silent.delete(name);
      } else {
        void this.#judge(name);
      }
    }
  }

  /**
   * The report of this node in a text; an empty one if there is none. The others have to
   * hear of this node even so.
   */
  #report(): string {
    try {
      return JSON.stringify(this.#parts.report());
    } catch (error) {
      logger.error('cannot report the load of this node to others: %o', error);
      return '';
    }
  }

  /** Logs the nodes that have come, and those whose state has changed. */
  #noteStates(others: readonly OtherNode[]): void {
    const before = new Map(
      this.#others.map(({ name, report }) => [name, report?.state]),
    );
    for (const { name, report } of others) {
      if (!before.has(name) || before.get(name) !== report?.state) {
        logger.info('the node %s is %s', name, report?.state ?? 'there');
      }
    }
  }

  /** Tells if another node is where a node was, which has ended then. */
  #isReplaced(node: NodeAddress): boolean {
    const others = this.#others.map((it) => it.node);
    return [this.#parts.node, ...others].some(
      (other) =>
        other !== undefined &&
        other.id !== node.id &&
        placeOf(other) === placeOf(node),
    );
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

/**
 * The nodes in the answer to a heartbeat, without this one. Of a node that has started
 * again, the run before may still be among them, by an earlier heartbeat: it is left out.
 */
function othersIn(answer: readonly string[], self: NodeAddress): OtherNode[] {
  const others = new Map<string, OtherNode>();
  for (let index = 0; index < answer.length; index += 3) {
    const [name = '', report = '', age] = answer.slice(index, index + 3);
    const node = nodeIn(name);
    const place = node === undefined ? name : placeOf(node);
    others.set(place, {
      name,
      node,
      report: reportIn(report),
      heardAt: new Date(Date.now() - Number(age)),
    });
  }
  others.delete(placeOf(self));
  return Array.from(others.values());
}
