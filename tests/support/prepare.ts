/**
 * Prepares a test run, as `scripts/test.ts` starts it: compiles the server once,
 * instead of in several processes at the same time, and creates the migrated
 * databases that tests above the store begin with, from an SQLite file and, where
 * there is a cluster, in PostgreSQL.
 *
 * Usage: node tests/support/prepare.ts FILE [CLUSTER]
 */
import process from 'node:process';

import '../../lib/Server.ts';
import { openStore } from '../../lib/store/openStore.ts';
import { storeSection } from '../../lib/store/options.ts';
import { createDatabase, MIGRATED } from './PostgresCluster.ts';

const [file, cluster = ''] = process.argv.slice(2);

const stores = [storeSection.parse({ file })];
if (cluster !== '') {
  const url = await createDatabase(cluster, { name: MIGRATED });
  stores.push(storeSection.parse({ url }));
}
for (const options of stores) {
  const store = await openStore(options, '/');
  await store.close();
}
