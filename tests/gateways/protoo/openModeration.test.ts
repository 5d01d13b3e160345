import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { SOURCES } from '../../../lib/auth/Permissions.ts';
import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { joinTogether, permissionsOf } from '../../support/protooMembers.ts';

describe('a protoo room of an open server', () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  test('is moderated by the first, and then by who has been there longest', async () => {
    const { room, ada, bob, eve } = await joinTogether(
      server,
      'ada',
      'bob',
      'eve',
    );
    const { reply } = await ProtooClient.join(server.url, room, 'zoe');
    assert.equal(reply.self.role, 'member');
    assert.deepEqual(
      reply.peers?.map(({ role }) => role),
      ['moderator', 'member', 'member'],
    );
    assert.deepEqual(
      reply.peers?.map((it) => it.permissions.moderate.length > 0),
      [true, false, false],
    );
    await ada.close();
    const { role, permissions, by } = await permissionsOf(bob);
    assert.deepEqual([role, by], ['moderator', undefined]);
    assert.deepEqual(permissions.publish, SOURCES);
    assert.deepEqual(await eve.notified('peerUpdated'), {
      peerId: 'bob',
      role: 'moderator',
      permissions,
    });
    await eve.request('ping');
    await bob.request('removePeer', { peerId: 'eve' });
    await bob.close();
  });

  test('shows hands, reactions and new names to the others', async () => {
    const { room, ada, bob } = await joinTogether(server, 'ada', 'bob');
    const raised = await ada.request('raiseHand', { raised: true });
    const { handRaisedAt } = await bob.notified('peerUpdated');
    assert.deepEqual(raised, { handRaisedAt });
    assert.ok(Math.abs(Date.now() - Number(handRaisedAt)) < 60_000);
    await ada.request('raiseHand', { raised: true });
    await ada.request('setDisplayName', { displayName: 'Ada L.' });
    await ada.request('react', { emoji: '👍🏽' });
    assert.deepEqual(await bob.notified('reaction'), {
      peerId: 'ada',
      emoji: '👍🏽',
    });
    const { reply, client } = await ProtooClient.join(server.url, room, 'eve');
    const [seen] = reply.peers ?? [];
    assert.deepEqual(
      [seen?.displayName, seen?.handRaisedAt],
      ['Ada L.', handRaisedAt],
    );
    await ada.request('raiseHand', { raised: false });
    assert.deepEqual(await client.notified('peerUpdated'), {
      peerId: 'ada',
      handRaisedAt: null,
    });
    await bob.request('ping');
    assert.deepEqual(
      bob.notifications
        .filter(({ method }) => method === 'peerUpdated')
        .map(({ data }) => data),
      [
        { peerId: 'ada', handRaisedAt },
        { peerId: 'ada', displayName: 'Ada L.' },
        { peerId: 'ada', handRaisedAt: null },
      ],
    );
    const metadata = { seat: 4 };
    await ada.request('setPeerMetadata', { metadata });
    await client.notified('peerUpdated', (it) => 'metadata' in it);
    const late = await ProtooClient.join(server.url, room, 'zoe');
    assert.deepEqual(late.reply.peers?.[0]?.metadata, metadata);
    await late.client.close();
    await assert.rejects(ada.request('react', { emoji: 'hello' }), {
      code: 400,
      message: 'data.emoji: expected one emoji, got "hello"',
    });
    await Promise.all([ada, bob, client].map((it) => it.close()));
  });
});
