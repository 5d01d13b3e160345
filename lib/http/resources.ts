import { z } from 'zod';

import { sessionErrors } from '../signalling/errors.ts';
import type { ErrorCode } from '../signalling/errors.ts';
import { idSchema } from '../core/validation.ts';

/** One reply that a resource gives. */
export interface ReplySpec {
  /** When it is given. */
  meaning: string;
  body: z.ZodType;
  /** JSON unless this says otherwise. */
  mediaType?: string;
}

/** One thing that is got over HTTP: where, for whom, and what comes back. */
export interface ResourceSpec {
  /** Parameters stand in braces. */
  path: string;
  summary: string;
  /** Operators' resources are not for everybody: see section `ops`. */
  audience: 'everybody' | 'operators';
  parameters: z.ZodObject;
  /** Parameters behind the `?`; others are ignored. */
  query?: z.ZodObject;
  /** Replies by their status, apart from errors. */
  replies: Record<number, ReplySpec>;
  /** Failures that a client can cause, beside {@link ACCESS_ERRORS}. */
  errors: readonly ErrorCode[];
}

/** How any resource may refuse somebody, whatever it is. */
export const ACCESS_ERRORS = [
  'ORIGIN_REFUSED',
  'LIMIT_REACHED',
] as const satisfies ErrorCode[];

/** The one shape of every error. */
export const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(Object.keys(sessionErrors) as [ErrorCode, ...ErrorCode[]]),
      message: z
        .string()
        .describe('What was wrong, where, and what would be right.'),
    }),
  })
  .meta({ id: 'Error' });

const none = z.strictObject({});

const timestamp = z.iso.datetime().describe('When this was written.');
const uptime = z
  .number()
  .min(0)
  .describe('Time since the process started, seconds.');
const count = z.int().min(0);
const bytes = z.int().min(0).describe('Bytes.');
const version = z.string().describe('Of Atrium.');
const instanceId = z
  .uuid()
  .describe('Of this run of the server; another after each start.');

const healthStatus = z.enum(['healthy', 'degraded', 'unhealthy']).meta({
  id: 'HealthStatus',
  description:
    'Unhealthy: nobody can be served. Degraded: not everybody can, because the server drains, a media worker is missing or does not answer, or the user service does not answer.',
});
const check = z.enum(['healthy', 'unhealthy', 'disabled']);

const checks = z
  .strictObject({
    database: check.describe('There is none: disabled.'),
    redis: check.describe('There is none: disabled.'),
    mediasoup: check.describe(
      'Whether all media workers are alive and answer.',
    ),
    django: check.describe(
      'Whether the user service (auth.users.url) answers; disabled where none is configured.',
    ),
  })
  .meta({ id: 'Checks', description: 'What the server stands on.' });

const memoryUsage = bytes.describe('Resident memory of the process, bytes.');
const cpuUsage = z
  .number()
  .min(0)
  .describe(
    'CPU time of the process, media workers excluded, since this was last asked for, in percent of one core.',
  );

const figures = z
  .strictObject({
    activeRooms: count.describe('Rooms with somebody in them.'),
    activeParticipants: count.describe('Peers that send or receive something.'),
    activeProducers: count.describe(
      'Tracks that they send and that are not paused.',
    ),
    activeConsumers: count.describe(
      'Tracks that they receive and that are not paused.',
    ),
    memoryUsage,
    cpuUsage,
  })
  .meta({ id: 'Figures' });

const liveness = z.strictObject({
  status: z.enum(['alive', 'dead']),
  timestamp,
  uptime,
});

const readiness = z
  .strictObject({ status: z.enum(['ready', 'not_ready']), timestamp, uptime })
  .meta({ id: 'Readiness' });

const health = z
  .strictObject({
    message: z.string().describe('"ok", or what is not as it should be.'),
    status: healthStatus,
    timestamp,
    uptime,
    version,
    instanceId,
    checks,
    metrics: figures,
    rooms: count.describe('Rooms, those without anybody in them included.'),
    peers: count.describe('Peers in them.'),
    workers: count.describe(
      'Media workers that are alive and answer; 0 for all but operators.',
    ),
  })
  .meta({ id: 'Health' });

const tracks = z
  .strictObject({
    total: count,
    active: count.describe('Those that are not paused.'),
    audio: count,
    video: count,
  })
  .meta({ id: 'Tracks' });

const kind = z.enum(['audio', 'video']);
const codecParameters = z.record(z.string(), z.unknown());

const routerCapabilities = z
  .strictObject({
    codecs: z
      .array(
        z.strictObject({
          kind,
          mimeType: z.string(),
          preferredPayloadType: z.int(),
          clockRate: z.int(),
          channels: z.int().optional(),
          parameters: codecParameters.optional(),
          rtcpFeedback: z
            .array(
              z.strictObject({
                type: z.string(),
                parameter: z.string().optional(),
              }),
            )
            .optional(),
        }),
      )
      .optional(),
    headerExtensions: z
      .array(
        z.strictObject({
          kind,
          uri: z.string(),
          preferredId: z.int(),
          preferredEncrypt: z.boolean().optional(),
          direction: z
            .enum(['sendrecv', 'sendonly', 'recvonly', 'inactive'])
            .optional(),
        }),
      )
      .optional(),
  })
  .meta({
    id: 'RouterCapabilities',
    description: 'What mediasoup-client loads into its Device.',
  });

/** Every resource. Routes, types and the OpenAPI page follow from this table. */
export const resources = {
  liveness: {
    path: '/healthz',
    summary: 'Whether the process is alive; it is where it answers at all.',
    audience: 'everybody',
    parameters: none,
    replies: { 200: { meaning: 'It is.', body: liveness } },
    errors: [],
  },
  readiness: {
    path: '/readyz',
    summary: 'Whether new clients are welcome.',
    audience: 'everybody',
    parameters: none,
    replies: {
      200: { meaning: 'They are.', body: readiness },
      503: {
        meaning: 'The server drains or stops, or no media worker is ready.',
        body: readiness,
      },
    },
    errors: [],
  },
  health: {
    path: '/health',
    summary: 'How the server is, in detail.',
    audience: 'everybody',
    parameters: none,
    replies: {
      200: { meaning: 'It can serve, if only in part.', body: health },
      503: {
        meaning: 'The server is stopping, or no media worker is ready.',
        body: health,
      },
    },
    errors: [],
  },
  version: {
    path: '/api/version',
    summary: 'What runs here.',
    audience: 'everybody',
    parameters: none,
    replies: {
      200: {
        meaning: 'The version.',
        body: z.strictObject({ service: z.string(), version, timestamp }),
      },
    },
    errors: [],
  },
  room: {
    path: '/rooms/{roomId}',
    summary: 'What a room can receive. Asking for a room never makes it.',
    audience: 'everybody',
    parameters: z.strictObject({ roomId: idSchema }),
    replies: { 200: { meaning: 'The room.', body: routerCapabilities } },
    errors: ['VALIDATION_ERROR', 'ROOM_NOT_FOUND'],
  },
  admission: {
    path: '/rooms/{roomId}/peers/{peerId}/admission',
    summary:
      'Whether a handshake over protoo would let the peer in, whose token comes as Authorization: Bearer. Browsers tell nobody why one was refused.',
    audience: 'everybody',
    parameters: z.strictObject({ roomId: idSchema, peerId: idSchema }),
    query: z.object({
      origin: z
        .string()
        .max(2_048)
        .optional()
        .describe(
          'The origin of the page, which browsers send with a handshake and not with a request to the server that the page is from.',
        ),
    }),
    replies: {
      200: {
        meaning: 'It would.',
        body: z.strictObject({ admitted: z.literal(true) }),
      },
    },
    errors: [
      'VALIDATION_ERROR',
      'TOKEN_MISSING',
      'TOKEN_INVALID',
      'TOKEN_EXPIRED',
      'TOKEN_NOT_YET_VALID',
      'FORBIDDEN',
      'SERVER_FULL',
    ],
  },
  status: {
    path: '/status',
    summary: 'How the server is, and what it runs on.',
    audience: 'operators',
    parameters: none,
    replies: {
      200: {
        meaning: 'The status, good or bad.',
        body: z.strictObject({
          service: z.string(),
          version,
          status: healthStatus,
          timestamp,
          uptime,
          instance: z.strictObject({
            id: instanceId,
            pid: z.int(),
            platform: z.string(),
            arch: z.string(),
            nodeVersion: z.string(),
          }),
          system: z.strictObject({
            memory: z.strictObject({
              rss: bytes,
              heapTotal: bytes,
              heapUsed: bytes,
              external: bytes,
            }),
            cpu: z
              .strictObject({ user: count, system: count })
              .describe('CPU time since the start, microseconds.'),
          }),
          checks,
          metrics: figures,
        }),
      },
    },
    errors: [],
  },
  metrics: {
    path: '/metrics',
    summary: 'All figures, for Prometheus.',
    audience: 'operators',
    parameters: none,
    replies: {
      200: {
        meaning: 'The text format of Prometheus.',
        body: z.string(),
        mediaType: 'text/plain; version=0.0.4',
      },
    },
    errors: [],
  },
  jsonMetrics: {
    path: '/metrics/json',
    summary: 'The most important figures, as JSON.',
    audience: 'operators',
    parameters: none,
    replies: {
      200: {
        meaning: 'The figures.',
        body: z.strictObject({
          rooms: z.strictObject({
            total: count,
            active: count.describe('Those with somebody in them.'),
            participants: count,
          }),
          participants: z.strictObject({
            total: count,
            active: count.describe('Those that send or receive something.'),
          }),
          producers: tracks,
          consumers: tracks,
          system: z.strictObject({ memoryUsage, cpuUsage, uptime }),
        }),
      },
    },
    errors: [],
  },
} as const satisfies Record<string, ResourceSpec>;

/** The name of a resource in {@link resources}. */
export type ResourceName = keyof typeof resources;
