import process from 'node:process';

import pkg from '../../package.json' with { type: 'json' };
import { takeCensus } from '../rooms/census.ts';
import type { ResourceContext, ResourceHandlers } from './serve.ts';

/** Resources for whoever asks whether the server lives, and how. */
export const healthHandlers = {
  liveness: () => ({ status: 200, body: { status: 'alive', ...now() } }),

  readiness: ({ vitals }) =>
    vitals.ready
      ? { status: 200, body: { status: 'ready', ...now() } }
      : { status: 503, body: { status: 'not_ready', ...now() } },

  health(context) {
    const { vitals } = context;
    const metrics = figures(context);
    const { rooms, all } = takeCensus(context.registry);
    return {
      status: vitals.trouble === undefined ? 200 : 503,
      body: {
        message: vitals.trouble ?? 'ok',
        status: vitals.status,
        ...now(),
        version: pkg.version,
        instanceId: vitals.instanceId,
        checks: vitals.checks,
        metrics,
        rooms,
        peers: all.peers,
        workers: vitals.workers,
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

function figures({ registry, vitals }: ResourceContext) {
  const { activeRooms, all } = takeCensus(registry);
  return {
    activeRooms,
    activeParticipants: all.activePeers,
    activeProducers: all.producers.active,
    activeConsumers: all.consumers.active,
    memoryUsage: process.memoryUsage.rss(),
    cpuUsage: vitals.cpuUsage,
  };
}
