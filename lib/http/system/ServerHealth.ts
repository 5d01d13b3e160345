import process from 'node:process';

import type { WorkerPool } from '../../media/WorkerPool.ts';

/** The state of the user service. */
interface UserService {
  /** Undefined if no user service is configured. */
  readonly health: 'healthy' | 'unhealthy' | undefined;
}

/** The place of the server in a cluster. */
interface Cluster {
  /** Undefined where the server is alone. */
  readonly reachable: boolean | undefined;
}

/** The state of the database. */
interface Database {
  /** Resolves to false where it cannot be written. */
  isHealthy(): Promise<boolean>;
}

/**
 * The phase of the server's life. While draining, it creates no rooms, but keeps
 * serving the rooms that exist.
 */
export type Phase = 'serving' | 'draining' | 'closing';

/** The state of a service that the server depends on. */
export type Check = 'healthy' | 'unhealthy' | 'disabled';

/** The longest wait for the database, in ms; one that takes longer is unhealthy. */
const DATABASE_TIMEOUT = 2_000;

/** The shortest interval over which CPU usage is measured, in ms. */
const CPU_INTERVAL = 1_000;

/** The health of the server: its phase, the services that it depends on, its CPU usage. */
export class ServerHealth {
  /** Set by the server as it drains and closes. */
  phase: Phase = 'serving';
  readonly #pool: WorkerPool;
  readonly #users: UserService;
  readonly #database: Database;
  readonly #cluster: Cluster;
  #databaseHealthy = true;
  #cpu = { at: performance.now(), used: process.cpuUsage(), percent: 0 };

  constructor(
    pool: WorkerPool,
    users: UserService,
    database: Database,
    cluster: Cluster,
  ) {
    this.#pool = pool;
    this.#users = users;
    this.#database = database;
    this.#cluster = cluster;
  }

  /** Asks the services whose state is not known without asking. */
  async refresh(): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, DATABASE_TIMEOUT, false);
    this.#databaseHealthy = await Promise.race([
      this.#database.isHealthy(),
      tooLate,
    ]);
    clearTimeout(timer);
  }

  /** The reason why no client can be served; undefined while some can. */
  get trouble(): string | undefined {
    if (this.phase === 'closing') {
      return 'the server is stopping';
    }
    return this.#pool.usable.length === 0 && this.#pool.size > 0
      ? 'no media worker is ready'
      : undefined;
  }

  /** The problems of the server, a phrase each; {@link trouble} alone if there is any. */
  get shortcomings(): string[] {
    if (this.trouble !== undefined) {
      return [this.trouble];
    }
    return [
      this.phase === 'draining' && 'the server is draining',
      !this.#workersComplete && 'a media worker is missing or does not answer',
      this.#users.health === 'unhealthy' && 'the user service does not answer',
      !this.#databaseHealthy && 'the database cannot be written',
      !this.opensRooms && 'Redis does not answer, so that no new rooms open',
    ].filter((phrase) => typeof phrase === 'string');
  }

  /** True while new clients are accepted. */
  get ready(): boolean {
    return this.trouble === undefined && this.phase === 'serving';
  }

  /** False while rooms that do not exist cannot be opened. */
  get opensRooms(): boolean {
    return this.#cluster.reachable !== false;
  }

  /** The number of media workers that are alive and answer. */
  get workers(): number {
    return this.#pool.usable.length;
  }

  get status(): 'healthy' | 'degraded' | 'unhealthy' {
    if (this.trouble !== undefined) {
      return 'unhealthy';
    }
    return this.shortcomings.length === 0 ? 'healthy' : 'degraded';
  }

  get checks(): Record<'database' | 'redis' | 'mediasoup' | 'django', Check> {
    return {
      database: this.#databaseHealthy ? 'healthy' : 'unhealthy',
      redis: this.#redisCheck,
      mediasoup: this.#workersComplete ? 'healthy' : 'unhealthy',
      django: this.#users.health ?? 'disabled',
    };
  }

  get #redisCheck(): Check {
    switch (this.#cluster.reachable) {
      case undefined:
        return 'disabled';
      case true:
        return 'healthy';
      case false:
        return 'unhealthy';
    }
  }

  get #workersComplete(): boolean {
    return this.#pool.usable.length === this.#pool.size;
  }

  /**
   * CPU usage of the process in percent of one core, measured since the previous
   * reading that is at least a second old.
   */
  get cpuUsage(): number {
    const now = performance.now();
    const elapsed = now - this.#cpu.at;
    if (elapsed >= CPU_INTERVAL) {
      const used = process.cpuUsage();
      const { user, system } = this.#cpu.used;
      const spent = used.user + used.system - user - system;
      this.#cpu = { at: now, used, percent: spent / 10 / elapsed };
    }
    return this.#cpu.percent;
  }
}
