/**
 * A PostgreSQL cluster for all files of a test run, as `scripts/test.ts` starts
 * it: prints its URL, and ends when its input does, that is, when the run ends in
 * any way.
 */
import { once } from 'node:events';

import { noPostgres, PostgresCluster } from './PostgresCluster.ts';

// A terminal signals the whole group; the run then closes the input.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => undefined);
}

if (!noPostgres) {
  const ended = once(process.stdin.resume(), 'end');
  await using cluster = await PostgresCluster.start();
  console.log(cluster.url);
  await ended;
}
