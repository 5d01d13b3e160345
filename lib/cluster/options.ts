import { z } from 'zod';

import { listenHostSchema, portSchema } from '../core/addresses.ts';
import { section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

const REDIS_URL = /^rediss?:\/\//;

/** The name of a region. */
const regionSchema = z
  .string()
  .regex(/^[\w.-]+$/, {
    message: 'expected letters, digits, "_", "." and "-"',
  })
  .max(64);

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
        'Secret shared by all nodes of a cluster, which authenticates and encrypts the connections between them. Environment: ATRIUM_CLUSTER_SECRET.',
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
    region: regionSchema
      .optional()
      .describe(
        'Region that this node is in, such as "eu-west". A new room opens in the region of its first client, if a node there takes it. Environment: ATRIUM_CLUSTER_REGION.',
      ),
    busyLoad: z
      .number()
      .min(0)
      .max(100)
      .default(0.2)
      .describe(
        'Load of this node (the part of its capacity that is used) from which a new room goes to another node that is at least 25 % less loaded. Below it, the node that a client reaches first takes the room, unless its region or state sends the room elsewhere.',
      ),
    consumersPerWorker: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(400)
      .describe(
        'Consumers that each media worker of this node is to carry: with as many, the load of the node is 1, even if they take less CPU.',
      ),
    linkBytes: z
      .int()
      .min(65_536)
      .max(1_073_741_824)
      .default(16_777_216)
      .describe(
        'Most bytes that wait to be sent to another node, such as events of calls to people who are connected to it. Beyond, the link is reset. At least four times limits.sdpBytes.',
      ),
    leaseTime: z
      .int()
      .min(1_000)
      .max(60_000)
      .default(10_000)
      .describe(
        'Time after which other nodes may take over the rooms of a node that cannot reach Redis, ms. A node that accepts no connections from other nodes either counts as dead after three tenths of this time. All nodes need the same value. If Redis loses its data, no new rooms open for this long.',
      ),
  },
);

/** The options of the section `cluster`. */
export type ClusterOptions = OptionsOf<typeof clusterSection>;
