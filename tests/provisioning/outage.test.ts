import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { ApiSite } from '../gateways/admin/ApiSite.ts';
import { noPostgres, PostgresCluster } from '../support/PostgresCluster.ts';

test(
  'while the database is away, rooms without a record open, and others do not',
  { skip: noPostgres },
  async () => {
    await using cluster = await PostgresCluster.start();
    await using site = await ApiSite.start({
      store: { url: await cluster.createDatabase() },
    });
    await site.ask('POST', '/rooms', { roomId: 'lasting' });
    await site.ask('POST', '/rooms', { roomId: 'open' });
    const { url } = site.server;
    const inside = await ProtooClient.join(url, 'open', 'ada');
    await cluster.stop();
    await assert.rejects(ProtooClient.join(url, 'lasting', 'ada'), {
      errorName: 'RECORD_UNAVAILABLE',
    });
    const open = await ProtooClient.join(url, 'open', 'bob');
    const other = await ProtooClient.join(url, 'other', 'ada');
    await site.refused(503, 'STORE_UNAVAILABLE', 'POST', '/rooms', {});
    await Promise.all(
      [inside, open, other].map(({ client }) => client.close()),
    );
  },
);
