import { randomUUID } from 'node:crypto';
import process from 'node:process';

import type { WorkerPool } from '../../media/WorkerPool.ts';

/** What answers whether the service that knows the users does. */
interface UserService {
  /** Undefined where no such service is configured. */
  readonly health: 'healthy' | 'unhealthy' | undefined;
}

/**
 * How far the server is: it serves; it drains, which is to serve those who are
 * in rooms and to make no more rooms; or it closes.
 */
export type Phase = 'serving' | 'draining' | 'closing';

/** How something is that the server stands on. */
export type Check = 'healthy' | 'unhealthy' | 'disabled';

/** Looking at the clock more often than this shows noise, ms. */
const CPU_INTERVAL = 1_000;

/** How the server is: what it stands on, and what the process uses. */
export class ServerHealth {
  /** Of this run of the server. */
  readonly instanceId = randomUUID();
  readonly #pool: WorkerPool;
  readonly #users: UserService;
  readonly #phase: () => Phase;
  #cpu = { at: performance.now(), used: process.cpuUsage(), percent: 0 };

  /** @param phase - Asked whenever somebody wants to know. */
  constructor(pool: WorkerPool, users: UserService, phase: () => Phase) {
    this.#pool = pool;
    this.#users = users;
    this.#phase = phase;
  }

  /** The reason why no client can be served; undefined while some can. */
  get trouble(): string | undefined {
    if (this.#phase() === 'closing') {
      return 'the server is stopping';
    }
    return this.#pool.usable.length === 0
      ? 'no media worker is ready'
      : undefined;
  }

  /** What is not as it should be, in a phrase each; {@link trouble} alone if any. */
  get shortcomings(): string[] {
    if (this.trouble !== undefined) {
      return [this.trouble];
    }
    return [
      this.#phase() === 'draining' && 'the server is draining',
      !this.#workersComplete && 'a media worker is missing or does not answer',
      this.#users.health === 'unhealthy' && 'the user service does not answer',
    ].filter((phrase) => typeof phrase === 'string');
  }

  /** Whether new clients are welcome. */
  get ready(): boolean {
    return this.trouble === undefined && this.#phase() === 'serving';
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
      database: 'disabled',
      redis: 'disabled',
      mediasoup: this.#workersComplete ? 'healthy' : 'unhealthy',
      django: this.#users.health ?? 'disabled',
    };
  }

  get #workersComplete(): boolean {
    return this.#pool.usable.length === this.#pool.size;
  }

  /**
   * CPU time of the process since this was last asked for, at least a second
   * ago, in percent of one core.
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
