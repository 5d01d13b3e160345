import pkg from '../../../package.json' with { type: 'json' };
import type { WorkerUsage } from '../../media/MediaWorker.ts';
import type { TrafficTotals } from '../../media/WorkerTraffic.ts';
import type { WorkerPool } from '../../media/WorkerPool.ts';
import type { Metrics } from '../../core/metrics.ts';
import { roomStats } from '../../rooms/roomStats.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import type { LimitUse } from '../../limits/options.ts';
import type { Certificate } from '../Certificate.ts';
import type { ServerHealth } from './ServerHealth.ts';

/** The media engine is asked for its figures at most once in this time, ms. */
const ENGINE_INTERVAL = 1_000;

/** What a scrape looks at. */
export interface Observed {
  registry: RoomRegistry;
  pool: WorkerPool;
  metrics: Metrics;
  vitals: ServerHealth;
  certificate: Pick<Certificate, 'expires' | 'reloadFailed'>;
  /** Returns the limits on all clients together. */
  limitUses: () => LimitUse[];
  /** The names of the gateways. */
  gateways: readonly string[];
}

interface EngineFigures {
  traffic: TrafficTotals;
  workers: WorkerUsage[];
}

/** Brings the metrics up to date when somebody asks for them. */
export class MetricsCollector {
  readonly #observed: Observed;
  #engine: Promise<EngineFigures> | undefined;
  #askAgainAt = 0;
  #deaths = 0;
  #stalls = 0;

  constructor(observed: Observed) {
    this.#observed = observed;
    observed.metrics.info.set({ version: pkg.version }, 1);
  }

  /** Every metric, in the text format of Prometheus. */
  async text(): Promise<string> {
    const { metrics } = this.#observed;
    const engine = await this.#callMediasoup();
    this.#setServer();
    this.#setLimits();
    this.#setPopulation();
    this.#setWorkers(engine.workers);
    this.#setTraffic(engine.traffic);
    return metrics.text();
  }

  /** Who asks at the same time, or soon after, shares one answer. */
  #callMediasoup(): Promise<EngineFigures> {
    if (this.#engine === undefined || performance.now() >= this.#askAgainAt) {
      this.#askAgainAt = Infinity;
      this.#engine = this.#figuresOfEngine();
    }
    return this.#engine;
  }

  async #figuresOfEngine(): Promise<EngineFigures> {
    const { pool } = this.#observed;
    try {
      const [traffic, workers] = await Promise.all([
        pool.traffic.sample(),
        pool.usage(),
      ]);
      return { traffic, workers };
    } finally {
      this.#askAgainAt = performance.now() + ENGINE_INTERVAL;
    }
  }

  #setServer(): void {
    const { metrics, pool, vitals, certificate } = this.#observed;
    metrics.certificateExpiry.set(certificate.expires.getTime() / 1_000);
    metrics.certificateReloaded.set(certificate.reloadFailed ? 0 : 1);
    metrics.ready.set(vitals.ready ? 1 : 0);
    metrics.workers.set(pool.usable.length);
    metrics.workersWanted.set(pool.size);
    metrics.workerDeaths.inc(pool.deaths - this.#deaths);
    this.#deaths = pool.deaths;
    metrics.workerStalls.inc(pool.stalls - this.#stalls);
    this.#stalls = pool.stalls;
  }

  #setLimits(): void {
    const { metrics, limitUses } = this.#observed;
    for (const { option, limit, used } of limitUses()) {
      const labels = { option: `limits.${option}` };
      metrics.limits.set(labels, limit);
      metrics.limitsUsed.set(labels, used);
    }
  }

  #setPopulation(): void {
    const { metrics, registry, gateways } = this.#observed;
    const census = roomStats(registry, gateways);
    metrics.rooms.set(census.rooms);
    metrics.routers.set(census.routers);
    metrics.pipes.set(census.pipes);
    for (const [gateway, population] of census.byGateway) {
      const { peers, transports, producers, consumers } = population;
      metrics.peers.set({ gateway }, peers);
      metrics.transports.set({ gateway }, transports);
      for (const kind of ['audio', 'video'] as const) {
        metrics.producers.set({ gateway, kind }, producers[kind]);
        metrics.consumers.set({ gateway, kind }, consumers[kind]);
      }
      metrics.dataProducers.set({ gateway }, population.dataProducers);
      metrics.dataConsumers.set({ gateway }, population.dataConsumers);
    }
  }

  #setWorkers(workers: readonly WorkerUsage[]): void {
    const { workerCpu, workerMemory } = this.#observed.metrics;
    workerCpu.reset();
    workerMemory.reset();
    for (const { index, cpuSeconds, peakMemory } of workers) {
      workerCpu.inc({ worker: index }, cpuSeconds);
      workerMemory.set({ worker: index }, peakMemory);
    }
  }

  #setTraffic({ rtp, data, transportBytes }: TrafficTotals): void {
    const { metrics } = this.#observed;
    metrics.rtpBytes.reset();
    metrics.rtpPackets.reset();
    metrics.rtpPacketsLost.reset();
    metrics.dataMessages.reset();
    metrics.dataBytes.reset();
    metrics.transportBytes.reset();
    for (const direction of ['in', 'out'] as const) {
      metrics.transportBytes.inc({ direction }, transportBytes[direction]);
      metrics.dataMessages.inc({ direction }, data[direction].messages);
      metrics.dataBytes.inc({ direction }, data[direction].bytes);
      for (const kind of ['audio', 'video'] as const) {
        const labels = { direction, kind };
        const flow = rtp[direction][kind];
        metrics.rtpBytes.inc(labels, flow.bytes);
        metrics.rtpPackets.inc(labels, flow.packets);
        metrics.rtpPacketsLost.inc(labels, flow.packetsLost);
        metrics.rtpRate.set(labels, flow.bitrate / 8);
      }
    }
  }
}
