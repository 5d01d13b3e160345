import type { Metrics } from '../../core/metrics.ts';
import type { LimitUse } from '../../limits/options.ts';
import type { WorkerPool } from '../../media/WorkerPool.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { roomStats } from '../../rooms/roomStats.ts';
import type { OutboxReading } from './webhookMetrics.ts';
import type { ServerHealth } from './ServerHealth.ts';
import { declareServerMetrics } from './serverMetrics.ts';
import type { ServerReading } from './serverMetrics.ts';

/** The media workers are asked for their figures at most once in this time, ms. */
const WORKER_INTERVAL = 1_000;

/** The database is asked for the outbox at most once in this time, ms. */
const OUTBOX_INTERVAL = 1_000;

/** The parts of the server whose state is measured. */
export interface ObservedParts {
  registry: RoomRegistry;
  pool: WorkerPool;
  health: Pick<ServerHealth, 'ready'>;
  cluster: {
    readonly id: string;
    readonly links: number;
    readonly connections: ServerReading['nodeConnections'];
  };
  certificate: ServerReading['certificate'];
  /** Returns the limits on all clients together. */
  limitUses: () => LimitUse[];
  /** Returns the numbers of people in sessions. */
  sessions: () => ServerReading['sessions'];
  /** Reads the events for webhooks that wait. */
  outbox: () => Promise<OutboxReading>;
  /** The names of the gateways. */
  gateways: readonly string[];
}

/** Adds the metrics of the state of the server to those that it counts. */
export function observeServer(
  metrics: Metrics,
  {
    registry,
    pool,
    health,
    cluster,
    certificate,
    limitUses,
    sessions,
    outbox,
    gateways,
  }: ObservedParts,
): void {
  const readOutbox = atMostEvery(OUTBOX_INTERVAL, () =>
    // A database that is away has metrics of its own.
    outbox().catch(() => undefined),
  );
  const readWorkers = atMostEvery(WORKER_INTERVAL, () => figuresOf(pool));
  declareServerMetrics(metrics.registry, async () => ({
    ...(await readWorkers()),
    ready: health.ready,
    nodeId: cluster.id,
    nodeLinks: cluster.links,
    nodeConnections: cluster.connections,
    certificate,
    limitUses: limitUses(),
    sessions: sessions(),
    outbox: await readOutbox(),
    stats: roomStats(registry, gateways),
    pool,
  }));
}

async function figuresOf(
  pool: WorkerPool,
): Promise<Pick<ServerReading, 'traffic' | 'workers'>> {
  const [traffic, workers] = await Promise.all([
    pool.traffic.sample(),
    pool.usage(),
  ]);
  return { traffic, workers };
}

/** Shares one reading between all that ask during it and for a time after it. */
function atMostEvery<Value>(
  interval: number,
  read: () => Promise<Value>,
): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  let validUntil = 0;
  return () => {
    if (reading === undefined || performance.now() >= validUntil) {
      validUntil = Infinity;
      reading = read().finally(() => {
        validUntil = performance.now() + interval;
      });
    }
    return reading;
  };
}
