import type { Redis } from 'ioredis';

import { Logger } from '../core/logger.ts';
import { RecentMap } from '../core/RecentMap.ts';
import { Rounds } from '../core/Rounds.ts';
import { ASSIGN, CLAIM, keysOf, RELEASE, RENEW, silenceOf } from './claims.ts';
import { nameOf, nodeIn } from './NodeAddress.ts';
import type { NodeAddress } from './NodeAddress.ts';
import type {
  ClaimOutcome,
  RoomClaim,
  RoomDirectory,
} from './RoomDirectory.ts';

const logger = new Logger('RoomDirectory');

/** Claims are renewed this many times in the time of a lease. */
const RENEWALS = 10 / 3;

/** The most claims that one script renews, which holds up others meanwhile. */
const AT_ONCE = 500;

/** The most homes that are remembered for the time when Redis is away. */
const REMEMBERED = 10_000;

/** The part of a lease after which the answer to a claim comes too late. */
const LATE = 0.5;

/** The fence of a room that is assigned to a node, which has not claimed it yet. */
const ASSIGNED = '0';

/** Tells if a node that has been silent cannot be reached either. */
export type IsUnreachable = (node: NodeAddress) => Promise<boolean>;

/** Counts what happens to claims. */
export interface ClaimObserver {
  /** A claim has been answered. */
  claimed(outcome: 'held' | 'elsewhere' | 'unavailable'): void;
  /** A room has been lost to another node. */
  lost(): void;
  /** Redis has answered, or not. */
  reached(isReached: boolean): void;
}

/** A claim that this node has. */
interface HeldClaim {
  readonly fence: string;
  readonly onLost: () => void;
}

/**
 * The directory of a cluster, in Redis. While Redis is away, the rooms of this node
 * go on, and no claim is granted.
 */
export class RedisRoomDirectory implements RoomDirectory {
  readonly #redis: Redis;
  readonly #node: string;
  readonly #lease: number;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #isUnreachable: IsUnreachable;
  readonly #observer: ClaimObserver;
  readonly #held = new Map<string, HeldClaim>();
  readonly #homes = new RecentMap<string, NodeAddress | undefined>(REMEMBERED);
  #reachable: boolean | undefined;
  #isDraining = false;
  readonly #rounds = new Rounds(
    () => this.#renewAll(),
    () => this.#lease / RENEWALS,
  );

  /**
   * @param redis - Reconnects by itself, and refuses commands until it has.
   * @param lease - The time after which a claim that is not renewed is gone, ms.
   * @param isUnreachable - Decides if the room of a silent node is taken over.
   */
  constructor(
    redis: Redis,
    cluster: string,
    node: NodeAddress,
    lease: number,
    isUnreachable: IsUnreachable,
    observer: ClaimObserver,
  ) {
    this.#redis = redis;
    this.#node = nameOf(node);
    this.#lease = lease;
    this.#keys = keysOf(cluster);
    this.#isUnreachable = isUnreachable;
    this.#observer = observer;
    redis.on('ready', () => this.renew());
  }

  /** True while Redis answers. */
  get reachable(): boolean {
    return this.#reachable ?? false;
  }

  /** Renews all claims now, and from then on in time. */
  renew(): void {
    this.#rounds.begin();
  }

  /** Renews claims no more, once the round under way is done. */
  close(): Promise<void> {
    return this.#rounds.close();
  }

  /** Grants no further claims. */
  drain(): void {
    this.#isDraining = true;
  }

  async claim(roomId: string, onLost: () => void): Promise<ClaimOutcome> {
    if (this.#isDraining) {
      return 'draining';
    }
    let since = performance.now();
    let answer: string | null;
    try {
      answer = await this.#ask(roomId);
      const silent = answer?.startsWith('~')
        ? nodeIn(answer.slice(1))
        : undefined;
      if (silent !== undefined && (await this.#isUnreachable(silent))) {
        since = performance.now();
        answer = await this.#ask(roomId, nameOf(silent));
      }
    } catch (error) {
      logger.debug('cannot claim a room: %s', error);
      return this.#answered('unavailable');
    }
    if (answer === null) {
      return this.#answered('unavailable');
    }
    if (/^[=~]/.test(answer)) {
      this.#homes.set(roomId, nodeIn(answer.slice(1)));
      return this.#answered('elsewhere');
    }
    if (performance.now() - since > this.#lease * LATE) {
      this.#giveUp(roomId, answer);
      return this.#answered('unavailable');
    }
    this.#answered('held');
    return this.#hold(roomId, { fence: answer, onLost });
  }

  async isElsewhere(roomId: string): Promise<boolean> {
    return (await this.home(roomId)) !== undefined;
  }

  /** Tells if this node has a room. */
  holds(roomId: string): boolean {
    return this.#held.has(roomId);
  }

  /**
   * Assigns a room to another node, unless a node has it. Never rejects.
   *
   * @returns The name of the node that is its home then; undefined where that cannot
   *   be known.
   */
  async assign(roomId: string, to: NodeAddress): Promise<string | undefined> {
    const { alive, grace, fence, room } = this.#keys;
    try {
      const home = await this.#redis.eval(
        ASSIGN,
        4,
        alive,
        grace,
        fence,
        room(roomId),
        nameOf(to),
        this.#lease,
        silenceOf(this.#lease),
      );
      return (home as string | null) ?? undefined;
    } catch (error) {
      logger.debug('cannot assign a room: %s', error);
      return undefined;
    }
  }

  /** Gives up a room that is assigned to this node, which has not claimed it. */
  decline(roomId: string): void {
    this.#giveUp(roomId, ASSIGNED);
  }

  /** The node that has a room, unless it is this one or none. Never rejects. */
  async home(roomId: string): Promise<NodeAddress | undefined> {
    try {
      const value = await this.#redis.get(this.#keys.room(roomId));
      const holder = value?.slice(value.indexOf(' ') + 1);
      const home =
        holder === undefined || holder === this.#node
          ? undefined
          : nodeIn(holder);
      this.#homes.set(roomId, home);
      return home;
    } catch (error) {
      logger.debug('cannot look up a room: %s', error);
      // Clients of a running room may come back meanwhile.
      return this.#homes.get(roomId);
    }
  }

  /** @param unreachable - The node whose claim is taken over if it is silent. */
  async #ask(roomId: string, unreachable = ''): Promise<string | null> {
    const { alive, grace, fence, room, nodes } = this.#keys;
    return (await this.#redis.eval(
      CLAIM,
      5,
      alive,
      grace,
      fence,
      room(roomId),
      nodes,
      this.#node,
      this.#lease,
      silenceOf(this.#lease),
      unreachable,
    )) as string | null;
  }

  #hold(roomId: string, claim: HeldClaim): RoomClaim {
    this.#held.set(roomId, claim);
    // While Redis is away, it would still be where it was before.
    this.#homes.set(roomId, undefined);
    return {
      release: () => {
        if (this.#held.get(roomId) === claim) {
          this.#held.delete(roomId);
          this.#giveUp(roomId, claim.fence);
        }
      },
    };
  }

  #giveUp(roomId: string, fence: string): void {
    this.#redis
      .eval(RELEASE, 1, this.#keys.room(roomId), `${fence} ${this.#node}`)
      .catch((error: unknown) => {
        // It ends with its lease.
        logger.debug('cannot give up a room: %s', error);
      });
  }

  async #renewAll(): Promise<void> {
    const held = Array.from(this.#held);
    try {
      // Without rooms, too, so that others know that Redis has not been away.
      for (let from = 0; from === 0 || from < held.length; from += AT_ONCE) {
        const some = held.slice(from, from + AT_ONCE);
        // Those that were given up meanwhile would be claimed again.
        await this.#renewSome(
          some.filter(([roomId, claim]) => this.#held.get(roomId) === claim),
        );
      }
      this.#noteReachable();
    } catch (error) {
      this.#noteReachable(error);
    }
  }

  async #renewSome(held: readonly [string, HeldClaim][]): Promise<void> {
    const { alive, grace, fence, room } = this.#keys;
    const lost = (await this.#redis.eval(
      RENEW,
      3 + held.length,
      alive,
      grace,
      fence,
      ...held.map(([roomId]) => room(roomId)),
      this.#node,
      this.#lease,
      ...held.map(([, claim]) => claim.fence),
    )) as number[];
    for (const place of lost) {
      const [roomId, claim] = held[place - 1] ?? [];
      if (roomId !== undefined && this.#held.get(roomId) === claim) {
        logger.warn(
          'the room %j closes here, because another node has opened it',
          roomId,
        );
        this.#held.delete(roomId);
        this.#observer.lost();
        claim?.onLost();
      }
    }
  }

  #answered<Outcome extends 'held' | 'elsewhere' | 'unavailable'>(
    outcome: Outcome,
  ): Outcome {
    this.#observer.claimed(outcome);
    return outcome;
  }

  #noteReachable(error?: unknown): void {
    const reachable = error === undefined;
    if (reachable !== this.#reachable) {
      this.#reachable = reachable;
      if (reachable) {
        logger.info('Redis answers');
      } else {
        logger.error(
          'Redis does not answer (cluster.redis), so that no new rooms open: %s',
          error instanceof Error ? error.message : error,
        );
      }
    }
    this.#observer.reached(reachable);
  }
}
