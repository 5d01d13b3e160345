import process from 'node:process';

import pkg from '../../../package.json' with { type: 'json' };
import type { Metrics } from '../../core/metrics.ts';
import { roomStats } from '../../rooms/roomStats.ts';
import type { TrackCounts } from '../../rooms/holdings.ts';
import type { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { routeTable } from '../RouteSpec.ts';
import type { RouteHandlers, RouteTable } from '../RouteSpec.ts';
import { systemContract } from './contract.ts';
import type { ServerHealth } from './ServerHealth.ts';

/** Shown in place of the figures to all but operators. */
const NO_FIGURES = {
  activeRooms: 0,
  activeParticipants: 0,
  activeProducers: 0,
  activeConsumers: 0,
  memoryUsage: 0,
  cpuUsage: 0,
};

const NO_COUNTS = { rooms: 0, peers: 0, workers: 0 };

/** The parts of the server that its routes report on. */
export interface SystemParts {
  /** The id of this run of the server. */
  nodeId: string;
  registry: RoomRegistry;
  health: ServerHealth;
  metrics: Metrics;
}

/** The routes about the server itself, with the code that serves them. */
export function systemRoutes(parts: SystemParts): RouteTable {
  const { nodeId, registry, health, metrics } = parts;
  const handlers: RouteHandlers<typeof systemContract> = {
    liveness: () => ({ status: 200, body: { status: 'alive', ...now() } }),

    readiness: () =>
      health.ready
        ? {
            status: 200,
            body: {
              status: health.opensRooms ? 'ready' : 'degraded',
              ...now(),
            },
          }
        : { status: 503, body: { status: 'not_ready', ...now() } },

    async health({ toOperators }) {
      await health.refresh();
      const { rooms, all } = roomStats(registry);
      const counts = { rooms, peers: all.peers, workers: health.workers };
      return {
        status: health.trouble === undefined ? 200 : 503,
        body: {
          message: health.shortcomings.join('; ') || 'ok',
          status: health.status,
          ...now(),
          version: pkg.version,
          instanceId: nodeId,
          checks: health.checks,
          metrics: toOperators ? figures(parts) : NO_FIGURES,
          ...(toOperators ? counts : NO_COUNTS),
        },
      };
    },

    async status() {
      await health.refresh();
      return { status: 200, body: statusOf(parts) };
    },

    version: () => ({
      status: 200,
      body: {
        service: pkg.name,
        version: pkg.version,
        timestamp: now().timestamp,
      },
    }),

    metrics: async () => ({ status: 200, body: await metrics.text() }),

    jsonMetrics() {
      const { rooms, activeRooms, all } = roomStats(registry);
      return {
        status: 200,
        body: {
          rooms: {
            total: rooms,
            active: activeRooms,
            participants: all.peers,
          },
          participants: { total: all.peers, active: all.activePeers },
          producers: tracks(all.producers),
          consumers: tracks(all.consumers),
          system: {
            memoryUsage: process.memoryUsage.rss(),
            cpuUsage: health.cpuUsage,
            uptime: process.uptime(),
          },
        },
      };
    },
  };
  return routeTable(systemContract, { handlers });
}

function now(): { timestamp: string; uptime: number } {
  return { timestamp: new Date().toISOString(), uptime: process.uptime() };
}

function statusOf(parts: SystemParts) {
  const { nodeId, health } = parts;
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  return {
    service: pkg.name,
    version: pkg.version,
    status: health.status,
    ...now(),
    instance: {
      id: nodeId,
      pid: process.pid,
      platform: process.platform,
      arch: process.arch,
      nodeVersion: process.version,
    },
    system: {
      memory: { rss, heapTotal, heapUsed, external },
      cpu: process.cpuUsage(),
    },
    checks: health.checks,
    metrics: figures(parts),
  };
}

function figures({ registry, health }: SystemParts) {
  const { activeRooms, all } = roomStats(registry);
  return {
    activeRooms,
    activeParticipants: all.activePeers,
    activeProducers: all.producers.active,
    activeConsumers: all.consumers.active,
    memoryUsage: process.memoryUsage.rss(),
    cpuUsage: health.cpuUsage,
  };
}

function tracks({ audio, video, active }: TrackCounts) {
  return { total: audio + video, active, audio, video };
}
