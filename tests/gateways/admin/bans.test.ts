import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { routeContract } from '../../../lib/gateways/admin/routes.ts';
import type { RouteSpec } from '../../../lib/http/RouteSpec.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { newSecret } from '../../../tools/webhooks/receiver.ts';
import { rootKey } from '../../support/apiKeys.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { joinTogether, sendAudio } from '../../support/protooMembers.ts';
import { until } from '../../support/until.ts';
import { ApiSite } from './ApiSite.ts';

describe('bans of the server API', () => {
  let site: ApiSite;

  before(async () => {
    site = await ApiSite.start({
      auth: { ...tokensOnly.auth, apiKeys: [rootKey.entry] },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  async function join(roomId: string, peerId: string): Promise<ProtooClient> {
    const client = await ProtooClient.connect(
      site.server.url,
      roomId,
      peerId,
      bearing(peerToken(peerId, { room: roomId })),
    );
    await client.request('joinRoom', { roomId, peerId });
    return client;
  }

  test('come with the removal of a peer, and are lifted', async () => {
    const ada = await join('hall', 'ada');
    const eve = await join('hall', 'eve');
    const path = '/rooms/hall/peers/eve?ban=3600';
    assert.equal((await site.ask('DELETE', path)).status, 204);
    assert.equal((await eve.closed).code, 4000);
    await assert.rejects(join('hall', 'eve'));
    const listed = await until('the ban', async () => {
      const { body } = await site.ask('GET', '/bans?roomId=hall');
      return body.items.length > 0 && body.items;
    });
    const [{ banId, createdAt, expiresAt, ...ban }] = listed;
    assert.deepEqual(ban, {
      roomId: 'hall',
      userId: 'eve',
      peerId: 'eve',
      displayName: 'eve',
      bannedBy: 'root',
    });
    const left = Date.parse(expiresAt) - Date.parse(createdAt);
    assert.ok(Math.abs(left - 3_600_000) < 5_000, `${left} ms`);
    assert.equal((await site.ask('DELETE', `/bans/${banId}`)).status, 204);
    await site.refused(404, 'BAN_NOT_FOUND', 'DELETE', `/bans/${banId}`);
    await (await join('hall', 'eve')).close();
    await ada.close();
  });

  test('keep users out who are in the room, or are not yet', async () => {
    const eve = await join('attic', 'eve');
    const { status, body } = await site.ask('POST', '/bans', {
      roomId: 'attic',
      userId: 'eve',
    });
    assert.equal(status, 201);
    assert.deepEqual(
      [body.roomId, body.userId, body.bannedBy, body.expiresAt],
      ['attic', 'eve', 'root', undefined],
    );
    assert.equal((await eve.closed).code, 4000);
    await assert.rejects(join('attic', 'eve'));
    await site.ask('POST', '/bans', { roomId: 'cellar', userId: 'eve' });
    await assert.rejects(join('cellar', 'eve'));
    await (await join('cellar', 'ada')).close();
  });

  test('keep a network out, but for those who are in the room', async () => {
    const ada = await join('den', 'ada');
    const { status } = await site.ask('POST', '/bans', {
      roomId: 'den',
      network: '127.0.0.1',
    });
    assert.equal(status, 201);
    await assert.rejects(join('den', 'eve'));
    const { body } = await site.ask('GET', '/rooms/den/peers');
    assert.deepEqual(
      body.items.map(({ peerId }: { peerId: string }) => peerId),
      ['ada'],
    );
    await ada.close();
    await assert.rejects(join('den', 'ada'));
  });

  test('need a user or a network', async () => {
    for (const [wrong, problem] of [
      [{ roomId: 'r' }, /^userId, network: expected at least one/],
      [{ roomId: 'r', network: 'here' }, /^body\.network: expected an IPv4 or/],
      [{ roomId: 'r', userId: 'a', ttl: 0 }, /^body\.ttl: expected a value of/],
    ] as const) {
      assert.match(
        await site.refused(400, 'VALIDATION_ERROR', 'POST', '/bans', wrong),
        problem,
      );
    }
    const { body } = await site.ask('POST', '/bans', {
      roomId: 'r',
      network: '2001:db8::1',
    });
    assert.equal(body.network, '2001:db8:0:0::/64');
    for (const ban of ['0', 'no', '-1']) {
      const path = `/rooms/hall/peers/eve?ban=${ban}`;
      assert.match(
        await site.refused(400, 'VALIDATION_ERROR', 'DELETE', path),
        /^ban: expected true, forever, or a number of seconds/,
      );
    }
  });
});

describe('the audit log of the server API', () => {
  test('has every request that writes, and is read page by page', async () => {
    await using site = await ApiSite.start({
      auth: { ...tokensOnly.auth, mode: 'open', apiKeys: [rootKey.entry] },
      // Nothing listens there.
      webhooks: {
        endpoints: [
          {
            id: 'backend',
            url: 'http://127.0.0.1:1/',
            secrets: [newSecret()],
            events: ['peer.joined'],
          },
        ],
      },
    });
    const { room, ada } = await joinTogether(site.server, 'ada', 'bob');
    const { producerId } = await sendAudio(ada);
    const [{ deliveryId }] = await until('a delivery', async () => {
      const { body } = await site.ask('GET', '/webhooks/deliveries');
      return body.items.length > 0 && body.items;
    });
    const path = `/rooms/${room}`;
    const track = `${path}/peers/ada/tracks/${producerId}`;
    const { body: ban } = await site.ask('POST', '/bans', {
      roomId: room,
      userId: 'eve',
    });
    await site.ask('PATCH', path, { lobby: true });
    for (const name of ['cleo', 'dan']) {
      await assert.rejects(ProtooClient.join(site.server.url, room, name), {
        errorName: 'IN_LOBBY',
      });
    }
    const done = [
      ['createServerBan', 'addBan'],
      ['updateServerRoom', 'setLobby'],
      ...(
        [
          ['admitServerWaiting', 'admit', 'POST', `${path}/waiting/cleo/admit`],
          ['rejectServerWaiting', 'reject', 'DELETE', `${path}/waiting/dan`],
          [
            'createServerRoom',
            'createRoom',
            'POST',
            '/rooms',
            { roomId: room },
          ],
          ['updateServerRoom', 'updateRoom', 'PATCH', path, { maxPeers: 9 }],
          ['sendServerData', 'sendData', 'POST', `${path}/data`, { data: 1 }],
          [
            'createServerToken',
            'createToken',
            'POST',
            '/tokens',
            { roomId: room },
          ],
          [
            'updateServerPeer',
            'setRole',
            'PATCH',
            `${path}/peers/ada`,
            { role: 'moderator' },
          ],
          [
            'setServerSubscription',
            'chooseReceived',
            'PUT',
            `${path}/peers/bob/subscriptions/ada`,
            { sources: ['mic'] },
          ],
          ['muteServerTrack', 'mute', 'POST', `${track}/mute`],
          [
            'requestServerUnmute',
            'requestUnmute',
            'POST',
            `${track}/request-unmute`,
          ],
          ['stopServerTrack', 'stop', 'DELETE', track],
          ['removeServerPeer', 'remove', 'DELETE', `${path}/peers/ada`],
          ['closeServerRoom', 'close', 'POST', `${path}/close`],
          ['deleteServerRoom', 'deleteRoom', 'DELETE', path],
          ['liftServerBan', 'liftBan', 'DELETE', `/bans/${ban.banId}`],
          [
            'replayServerDelivery',
            'replayDelivery',
            'POST',
            `/webhooks/deliveries/${deliveryId}/replay`,
          ],
        ] as const
      ).map(([name, action, ...request]) => [name, action, request] as const),
    ] as const;
    for (const [name, , request] of done) {
      if (request !== undefined) {
        const [method, target, body] = request;
        const { status } = await site.ask(method, target, body);
        assert.ok([200, 201, 202, 204].includes(status), `${name}: ${status}`);
      }
    }
    const writes = Object.entries<RouteSpec>(routeContract.routes)
      .filter(([, { method }]) => method !== 'GET')
      .map(([name]) => name);
    assert.deepEqual(
      new Set([...done.map(([name]) => name), 'drainServerNode']),
      new Set(writes),
    );
    const read = async (query: string): Promise<string[]> => {
      const actions: string[] = [];
      let cursor = '';
      do {
        const { body } = await site.ask(
          'GET',
          `/audit?limit=4${query}${cursor}`,
        );
        for (const entry of body.items) {
          assert.deepEqual(entry.actor, { id: 'root' });
          assert.equal(entry.contract, 'admin');
          actions.push(entry.action);
        }
        cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
      } while (cursor !== '');
      return actions.toReversed();
    };
    const expected = done.map(([, action]) => action);
    await until('all entries', async () => {
      return (await read('')).length >= expected.length;
    });
    assert.deepEqual(await read(''), expected);
    assert.deepEqual(await read('&action=mute&actorId=root'), ['mute']);
    assert.deepEqual(await read('&actorId=ada'), []);
    assert.deepEqual(await read(`&until=2020-01-01T00:00:00Z`), []);
    assert.match(
      await site.refused(400, 'VALIDATION_ERROR', 'GET', '/audit?cursor=YQ'),
      /^cursor: expected the nextCursor of a page of this list/,
    );
  });
});
