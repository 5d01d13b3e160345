import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { JsonClient, withTokens } from '../../support/JsonClient.ts';
import { joinTogether } from '../../support/jsonMembers.ts';

describe('the quality of a connection', () => {
  let server: Server;

  before(async () => {
    server = await startServer(withTokens);
  });

  after(() => server.close());

  test('that a client reports is told to itself, to the others, and to newcomers', async () => {
    const { roomId, ada } = await joinTogether(server, 'ada');
    const { client: pat } = await ProtooClient.join(server.url, roomId, 'pat');

    await pat.request('reportQuality', { quality: 'weak' });

    const told = { peerId: 'pat', quality: 'weak' };
    assert.deepEqual(await pat.notified('connectionQuality'), told);
    assert.deepEqual((await ada.received('connectionQuality')).data, {
      roomId,
      participantId: 'pat',
      quality: 'weak',
    });
    const { client: eve } = await ProtooClient.join(server.url, roomId, 'eve');
    assert.deepEqual(await eve.notified('connectionQuality'), told);
    const bob = await JsonClient.as(server.url, 'bob');
    await bob.request('joinRoom', { roomId });
    assert.deepEqual((await bob.received('connectionQuality')).data, {
      roomId,
      participantId: 'pat',
      quality: 'weak',
    });
    await Promise.all([ada, bob, pat, eve].map((it) => it.close()));
  });

  test('is refused if it has no such name', async () => {
    const { roomId, ada } = await joinTogether(server, 'ada');
    const { client: pat } = await ProtooClient.join(server.url, roomId, 'pat');
    await assert.rejects(
      pat.request('reportQuality', { quality: 'fine' as never }),
      { message: /quality: expected/ },
    );
    await Promise.all([ada.close(), pat.close()]);
  });
});
