import { z } from 'zod';

import { listenHostSchema, portSchema } from '../core/addresses.ts';
import { section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

const REDIS_URL = /^rediss?:\/\//;

/** The section `cluster`. */
export const clusterSection = section(
  'Several servers that serve the same rooms, each of them a node. They share a Redis, and the PostgreSQL database of store.url.',
  {
    redis: z
      .string()
      .regex(REDIS_URL, {
        message: 'expected a URL such as redis://user:password@host:6379/0',
      })
      .optional()
      .describe(
        'The Redis that says which node has which room; rediss:// for TLS. Without it, this server is alone. Environment: ATRIUM_CLUSTER_REDIS.',
      ),
    name: z
      .string()
      .regex(/^[\w.-]+$/, {
        message: 'expected letters, digits, "_", "." and "-"',
      })
      .max(64)
      .default('atrium')
      .describe(
        'Name of the cluster, the same for all of its nodes. Clusters with different names can share a Redis.',
      ),
    secret: z
      .string()
      .min(32)
      .optional()
      .describe(
        'Secret that the nodes of a cluster share, by which they know and encrypt their connections to each other. Environment: ATRIUM_CLUSTER_SECRET.',
      ),
    host: listenHostSchema
      .default('127.0.0.1')
      .describe(
        'Address for the connections of other nodes; 0.0.0.0 or :: for all interfaces. Environment: ATRIUM_CLUSTER_HOST.',
      ),
    port: portSchema
      .default(4_450)
      .describe(
        'TCP port for the connections of other nodes; 0 takes any free one. It is open only with cluster.redis. Environment: ATRIUM_CLUSTER_PORT.',
      ),
    address: listenHostSchema
      .optional()
      .describe(
        'Address at which other nodes reach cluster.port, if it differs from cluster.host. Environment: ATRIUM_CLUSTER_ADDRESS.',
      ),
    leaseTime: z
      .int()
      .min(1_000)
      .max(60_000)
      .default(10_000)
      .describe(
        'Time after which the rooms of a node that cannot reach Redis are free for others, ms. A node that takes no connections from others either has died after three tenths of it. It has to be the same for all. After a loss of what Redis knows, no new rooms open for as long.',
      ),
  },
);

/** The options of the section `cluster`. */
export type ClusterOptions = OptionsOf<typeof clusterSection>;
