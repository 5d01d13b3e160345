import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe } from 'node:test';

import { storeSection } from '../../lib/store/options.ts';
import type { StoreOptions } from '../../lib/store/options.ts';
import { sample } from '../../scripts/samples.ts';
import { databaseFolder } from '../../tools/fixtures/databaseFolder.ts';
import {
  createDatabase,
  dropDatabase,
  MIGRATED,
  noPostgres,
  PostgresCluster,
} from './PostgresCluster.ts';

const ENGINES = 'database engines under the parts above the store';

/** A database engine that a suite runs on. */
export interface Engine {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** Options of a store with an empty database. */
  emptyStore(): Promise<StoreOptions>;
}

/** The database that the stores of a suite begin with. */
type Begin = 'empty' | 'migrated';

/** Runs a suite of the store once on each database engine, from empty databases. */
export function onEachEngine(
  name: string,
  suite: (engine: Engine) => void,
): void {
  onSqlite(name, suite);
  onPostgres(name, suite);
}

function onSqlite(
  name: string,
  suite: (engine: Engine) => void,
  begin: Begin = 'empty',
): void {
  describe(`${name}, on SQLite`, () => {
    const folder = mkdtempSync(path.join(databaseFolder, 'atrium-store-'));
    let files = 0;
    suite({
      name: 'SQLite',
      emptyStore: () => {
        files += 1;
        const file = path.join(folder, `${files}.db`);
        const migrated = process.env['TEST_DATABASE'];
        if (begin === 'migrated' && migrated !== undefined) {
          copyFileSync(migrated, file);
        }
        return Promise.resolve(storeSection.parse({ file }));
      },
    });
    // After those of the suite, which close its stores.
    after(() => rmSync(folder, { recursive: true, force: true }));
  });
}

/**
 * Runs a suite of a part above the store once on each database engine, or with
 * --fast on one of them, which is another one for other suites. Its databases are
 * without rows, but in a whole run they have the schema already.
 */
export function aboveEachEngine(
  name: string,
  suite: (engine: Engine) => void,
): void {
  const engines = noPostgres ? [onSqlite] : [onPostgres, onSqlite];
  for (const on of sample(ENGINES, engines, noPostgres ? 0 : name.length)) {
    on(name, suite, 'migrated');
  }
}

/** Runs a suite on PostgreSQL alone. */
export function onPostgres(
  name: string,
  suite: (engine: Engine) => void,
  begin: Begin = 'empty',
): void {
  describe(`${name}, on PostgreSQL`, { skip: noPostgres }, () => {
    // The cluster of the whole run; a file that runs alone starts its own.
    const shared = process.env['TEST_POSTGRES'] ?? '';
    let cluster = shared;
    const resources = new AsyncDisposableStack();
    before(async () => {
      if (cluster === '') {
        cluster = resources.use(await PostgresCluster.start()).url;
      }
    });
    suite({
      name: 'PostgreSQL',
      emptyStore: async () => {
        const url = await createDatabase(cluster, {
          ...(begin === 'migrated' &&
            cluster === shared && { template: MIGRATED }),
        });
        resources.defer(() => dropDatabase(cluster, url));
        return storeSection.parse({ url });
      },
    });
    // After what the suite closes.
    after(() => resources.disposeAsync());
  });
}
