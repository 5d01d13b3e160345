import process from 'node:process';

import pkg from '../../../package.json' with { type: 'json' };
import { roomStats } from '../../rooms/roomStats.ts';
import type { AnswerContext, ResourceHandlers } from '../serveRoutes.ts';

/** The figures that others than operators get. */
const NO_FIGURES = {
  activeRooms: 0,
  activeParticipants: 0,
  activeProducers: 0,
  activeConsumers: 0,
  memoryUsage: 0,
  cpuUsage: 0,
};

const NO_COUNTS = { rooms: 0, peers: 0, workers: 0 };

/** Resources that tell whether the server lives, and how it is. */
export const healthHandlers = {
  liveness: () => ({ status: 200, body: { status: 'alive', ...now() } }),

  readiness: ({ vitals }) =>
    vitals.ready
      ? { status: 200, body: { status: 'ready', ...now() } }
      : { status: 503, body: { status: 'not_ready', ...now() } },

  health(context) {
    const { registry, toOperators, vitals } = context;
    const { rooms, all } = roomStats(registry);
    const counts = { rooms, peers: all.peers, workers: vitals.workers };
    return {
      status: vitals.trouble === undefined ? 200 : 503,
      body: {
        message: vitals.shortcomings.join('; ') || 'ok',
        status: vitals.status,
        ...now(),
        version: pkg.version,
        instanceId: vitals.instanceId,
        checks: vitals.checks,
        metrics: toOperators ? figures(context) : NO_FIGURES,
        ...(toOperators ? counts : NO_COUNTS),
      },
    };
  },

  status(context) {
    const { vitals } = context;
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
    return {
      status: 200,
      body: {
        service: pkg.name,
        version: pkg.version,
        status: vitals.status,
        ...now(),
        instance: {
          id: vitals.instanceId,
          pid: process.pid,
          platform: process.platform,
          arch: process.arch,
          nodeVersion: process.version,
        },
        system: {
          memory: { rss, heapTotal, heapUsed, external },
          cpu: process.cpuUsage(),
        },
        checks: vitals.checks,
        metrics: figures(context),
      },
    };
  },

  version: () => ({
    status: 200,
    body: {
      service: pkg.name,
      version: pkg.version,
      timestamp: now().timestamp,
    },
  }),
} satisfies Partial<ResourceHandlers>;

function now(): { timestamp: string; uptime: number } {
  return { timestamp: new Date().toISOString(), uptime: process.uptime() };
}

function figures({ registry, vitals }: AnswerContext) {
  const { activeRooms, all } = roomStats(registry);
  return {
    activeRooms,
    activeParticipants: all.activePeers,
    activeProducers: all.producers.active,
    activeConsumers: all.consumers.active,
    memoryUsage: process.memoryUsage.rss(),
    cpuUsage: vitals.cpuUsage,
  };
}
