import { randomUUID } from 'node:crypto';

import type { Cluster } from './Cluster.ts';
import { LoneNode } from './LoneNode.ts';
import type { ClusterParts } from './RedisCluster.ts';

/**
 * Takes the place of a server in its cluster, if it is to have one.
 *
 * @throws {StartError} When the port for other nodes cannot be opened.
 */
export async function openCluster(parts: ClusterParts): Promise<Cluster> {
  const id = randomUUID();
  if (parts.options.redis === undefined) {
    return new LoneNode(id, parts.options.region);
  }
  // A server that is alone does without the client of Redis.
  const { RedisCluster } = await import('./RedisCluster.ts');
  return RedisCluster.open(id, parts);
}
