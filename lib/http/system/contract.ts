import { z } from 'zod';

import { errorSchema } from '../RouteSpec.ts';
import type { RouteContract } from '../RouteSpec.ts';

const timestamp = z.iso.datetime().describe('The time of this reply.');
const uptime = z
  .number()
  .min(0)
  .describe('Time since the process started, seconds.');
const count = z.int().min(0);
const bytes = z.int().min(0).describe('Bytes.');
const version = z.string().describe('The version of Atrium.');
const instanceId = z
  .uuid()
  .describe(
    'The id of this run of the server, as the server API and the log of a cluster have it; a new one after each start.',
  );

const healthStatus = z.enum(['healthy', 'degraded', 'unhealthy']).meta({
  id: 'HealthStatus',
  description:
    'Unhealthy: no client can be served. Degraded: some cannot, because the server is draining, a media worker is missing or does not answer, the database cannot be written, Redis does not answer, or the user service does not answer.',
});
const check = z.enum(['healthy', 'unhealthy', 'disabled']);

const checks = z
  .object({
    database: check.describe('Healthy while the database can be written.'),
    redis: check.describe(
      'Healthy while the Redis of the cluster answers; disabled where the server is alone.',
    ),
    mediasoup: check.describe(
      'Healthy while all media workers are alive and answer.',
    ),
    django: check.describe(
      'Healthy while the user service (auth.users.url) answers; disabled where none is configured.',
    ),
  })
  .meta({
    id: 'Checks',
    description: 'The services that the server depends on.',
  });

const memoryUsage = bytes.describe('Resident memory of the process, bytes.');
const cpuUsage = z
  .number()
  .min(0)
  .describe(
    'CPU usage of the process, media workers excluded, since the previous request for it, in percent of one core.',
  );

const figures = z
  .object({
    activeRooms: count.describe('Rooms with at least one peer.'),
    activeParticipants: count.describe(
      'Peers that send or receive a track that is not paused.',
    ),
    activeProducers: count.describe(
      'Tracks that peers send and that are not paused.',
    ),
    activeConsumers: count.describe(
      'Tracks that peers receive and that are not paused.',
    ),
    memoryUsage,
    cpuUsage,
  })
  .meta({ id: 'Figures' });

const liveness = z.object({
  status: z.enum(['alive', 'dead']),
  timestamp,
  uptime,
});

const readiness = z
  .object({
    status: z
      .enum(['ready', 'degraded', 'not_ready'])
      .describe(
        'Degraded: rooms that exist accept new clients, and no others open, because Redis does not answer.',
      ),
    timestamp,
    uptime,
  })
  .meta({ id: 'Readiness' });

const health = z
  .object({
    message: z
      .string()
      .describe(
        '"ok", or the problems of the server, separated by semicolons.',
      ),
    status: healthStatus,
    timestamp,
    uptime,
    version,
    instanceId,
    checks,
    metrics: figures,
    rooms: count.describe(
      'Rooms, empty ones included; 0 for all but operators.',
    ),
    peers: count.describe('Peers in rooms; 0 for all but operators.'),
    workers: count.describe(
      'Media workers that are alive and answer; 0 for all but operators.',
    ),
  })
  .meta({ id: 'Health' });

const tracks = z
  .object({
    total: count,
    active: count.describe('Tracks that are not paused.'),
    audio: count,
    video: count,
  })
  .meta({ id: 'Tracks' });

/** The routes about the server itself: its health, version and metrics. */
export const systemContract = {
  error: errorSchema,
  closingSlash: 'optional',
  routes: {
    liveness: {
      method: 'GET',
      path: '/healthz',
      summary: 'Liveness: answers as long as the process is alive.',
      audience: 'everybody',
      requires: 'public',
      replies: { 200: { meaning: 'The process is alive.', body: liveness } },
      errors: [],
    },
    readiness: {
      method: 'GET',
      path: '/readyz',
      summary: 'Readiness: tells if new clients are accepted.',
      audience: 'everybody',
      requires: 'public',
      replies: {
        200: { meaning: 'New clients are accepted.', body: readiness },
        503: {
          meaning:
            'The server is draining or stopping, or no media worker is ready.',
          body: readiness,
        },
      },
      errors: [],
    },
    health: {
      method: 'GET',
      path: '/health',
      summary: 'The health of the server in detail.',
      audience: 'everybody',
      requires: 'public',
      replies: {
        200: { meaning: 'The server is healthy or degraded.', body: health },
        503: {
          meaning: 'The server is stopping, or no media worker is ready.',
          body: health,
        },
      },
      errors: [],
    },
    version: {
      method: 'GET',
      path: '/api/version',
      summary: 'The name and version of the server.',
      audience: 'everybody',
      requires: 'public',
      replies: {
        200: {
          meaning: 'The version.',
          body: z.object({ service: z.string(), version, timestamp }),
        },
      },
      errors: [],
    },
    status: {
      method: 'GET',
      path: '/status',
      summary: 'The health of the server, and the process that it runs in.',
      audience: 'operators',
      requires: 'public',
      replies: {
        200: {
          meaning: 'The status, whichever it is.',
          body: z.object({
            service: z.string(),
            version,
            status: healthStatus,
            timestamp,
            uptime,
            instance: z.object({
              id: instanceId,
              pid: z.int(),
              platform: z.string(),
              arch: z.string(),
              nodeVersion: z.string(),
            }),
            system: z.object({
              memory: z.object({
                rss: bytes,
                heapTotal: bytes,
                heapUsed: bytes,
                external: bytes,
              }),
              cpu: z
                .object({ user: count, system: count })
                .describe(
                  'CPU time since the start of the process, microseconds.',
                ),
            }),
            checks,
            metrics: figures,
          }),
        },
      },
      errors: [],
    },
    metrics: {
      method: 'GET',
      path: '/metrics',
      summary: 'All metrics, for Prometheus.',
      audience: 'operators',
      requires: 'public',
      replies: {
        200: {
          meaning: 'The metrics in the text format of Prometheus.',
          body: z.string(),
          mediaType: 'text/plain; version=0.0.4',
        },
      },
      errors: [],
    },
    jsonMetrics: {
      method: 'GET',
      path: '/metrics/json',
      summary: 'The most important metrics, as JSON.',
      audience: 'operators',
      requires: 'public',
      replies: {
        200: {
          meaning: 'The metrics.',
          body: z.object({
            rooms: z.object({
              total: count,
              active: count.describe('Rooms with at least one peer.'),
              participants: count,
            }),
            participants: z.object({
              total: count,
              active: count.describe(
                'Peers that send or receive a track that is not paused.',
              ),
            }),
            producers: tracks,
            consumers: tracks,
            system: z.object({ memoryUsage, cpuUsage, uptime }),
          }),
        },
      },
      errors: [],
    },
  },
} as const satisfies RouteContract;
