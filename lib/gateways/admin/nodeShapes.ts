import { z } from 'zod';

import { timeShape } from './shapes.ts';

const count = z.int().min(0);

/** A media worker. */
const workerShape = z
  .object({
    index: count,
    state: z
      .enum(['ready', 'stalled', 'missing'])
      .describe(
        '`stalled`: it does not answer. `missing`: it is being restarted.',
      ),
    pid: z.int().optional(),
    consumers: count.describe('Consumers on it, of all rooms.'),
    incomingBitrate: z.number().describe('Media that it receives, bit/s.'),
    outgoingBitrate: z.number().describe('Media that it sends, bit/s.'),
    cpuUsage: z
      .number()
      .optional()
      .describe(
        'In percent of one core, since the figure before, which is at least a second old.',
      ),
    peakMemory: count.optional().describe('Peak resident memory, bytes.'),
  })
  .meta({ id: 'ServerWorker', description: 'A media worker.' });

/** The figures that a server of an older version does not report. */
const figuresShape = z.object({
  rooms: count.describe('Open rooms, empty ones included.'),
  peers: count.describe('Peers in rooms.'),
  consumers: count.describe('Consumers on its media workers.'),
  version: z.string().describe('The version of Atrium.'),
  startedAt: timeShape,
});

/** A server in the list. */
export const nodeEntryShape = z
  .object({
    nodeId: z
      .string()
      .describe(
        'The id of this run of the server; a new one after each start.',
      ),
    address: z
      .string()
      .optional()
      .describe(
        'The host and port at which the others reach it, as in the label `node` of its metrics; left out where there is no cluster.',
      ),
    url: z
      .string()
      .optional()
      .describe(
        'The URL at which it takes clients itself, by its own configuration; left out until it does.',
      ),
    region: z.string().optional().describe('Its `cluster.region`.'),
    state: z
      .enum(['serving', 'draining', 'closing'])
      .describe('`draining`: it opens no rooms, and ends with the last one.'),
    takesRooms: z
      .boolean()
      .describe(
        'True while rooms that are open nowhere can open at it: it serves, and is not full.',
      ),
    load: z
      .number()
      .describe(
        'The part of its capacity that is used; above 1 where that is exceeded.',
      ),
    heardAt: timeShape.describe(
      'The time of these figures: that of its last heartbeat; now for the server that answers.',
    ),
    ...figuresShape.partial().shape,
  })
  .meta({
    id: 'ServerNode',
    description:
      'A server of the cluster, as it has reported. One of an older version leaves out its rooms, peers, consumers, version and start.',
  });

/** A server with its media workers. */
export const nodeShape = nodeEntryShape
  .extend({
    ...figuresShape.shape,
    cpuUsage: z
      .number()
      .describe(
        'CPU usage of the process, media workers excluded, in percent of one core.',
      ),
    memoryUsage: count.describe('Resident memory of the process, bytes.'),
    incomingBitrate: z.number().describe('Media that it receives, bit/s.'),
    outgoingBitrate: z.number().describe('Media that it sends, bit/s.'),
    workers: z.array(workerShape),
  })
  .meta({
    id: 'ServerNodeDetails',
    description: 'A server of the cluster with its media workers.',
  });

/** The figures of a server at a moment. */
const sampleShape = z
  .object({
    at: timeShape,
    rooms: count,
    peers: count,
    cpuUsage: z.number().describe('As that of the server.'),
    incomingBitrate: z.number().describe('In bit/s.'),
    outgoingBitrate: z.number().describe('In bit/s.'),
    workers: z.array(
      z.object({
        index: count,
        consumers: count,
        cpuUsage: z.number().describe('In percent of one core.'),
      }),
    ),
  })
  .meta({
    id: 'ServerSample',
    description: 'The figures of a server at a moment.',
  });

/** The figures of a server over a time. */
export const historyShape = z
  .object({
    interval: count.describe('The interval of the figures, ms.'),
    samples: z
      .array(sampleShape)
      .describe('The oldest first; none from before the start of the server.'),
  })
  .meta({
    id: 'ServerHistory',
    description: 'The figures of a server over a time.',
  });
