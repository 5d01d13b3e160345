import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../../tools/fixtures/rtp.ts';
import { rootKey } from '../../support/apiKeys.ts';
import { JsonClient } from '../../support/JsonClient.ts';
import { bearing, tokensOnly } from '../../support/peerToken.ts';
import {
  joinTogether,
  receive,
  sendAudio,
} from '../../support/protooMembers.ts';
import { ApiSite } from './ApiSite.ts';

describe('tokens of the server API', () => {
  let site: ApiSite;

  before(async () => {
    site = await ApiSite.start({
      auth: {
        ...tokensOnly.auth,
        apiKeys: [rootKey.entry],
        roomTokenLifetime: 7_200,
      },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  test('open the room for the peer, with their permissions', async () => {
    const { status, body } = await site.ask('POST', '/tokens', {
      roomId: 'lesson',
      peerId: 'ada',
      displayName: 'Ada',
      role: 'guest',
      permissions: { publish: ['mic'], chat: false },
      ttl: 60,
    });
    assert.equal(status, 201);
    const left = Date.parse(body.expiresAt) - Date.now();
    assert.ok(left > 0 && left <= 60_000, `${left} ms`);
    const { token, roomId, peerId } = body;
    const client = await ProtooClient.connect(
      site.server.url,
      roomId,
      peerId,
      bearing(token),
    );
    await client.request('joinRoom', {
      roomId,
      peerId,
      rtpCapabilities,
    });
    const { body: shown } = await site.ask('GET', '/rooms/lesson/peers/ada');
    assert.deepEqual(
      [shown.displayName, shown.role, shown.permissions.chat],
      ['Ada', 'guest', false],
    );
    assert.deepEqual(shown.permissions.publish, ['mic']);
    assert.deepEqual(shown.permissions.moderate, []);
    await client.close();
  });

  test('have a random peer and an hour unless told otherwise', async () => {
    const { body } = await site.ask('POST', '/tokens', { roomId: 'team-*' });
    assert.match(body.peerId, /^[\da-f-]{36}$/);
    const left = Date.parse(body.expiresAt) - Date.now();
    assert.ok(left > 3_500_000 && left <= 3_600_000, `${left} ms`);
  });

  test('are refused for what the server would refuse', async () => {
    for (const [wrong, problem] of [
      [{}, /^body\.roomId: expected string, got nothing/],
      [{ roomId: 'chat-1' }, /^roomId: expected a room that is not of another/],
      [
        { roomId: 'r', ttl: 7_201 },
        /^ttl: expected at most auth\.roomTokenLifetime, 7200 s, got 7201/,
      ],
      [{ roomId: 'r', role: 'king' }, /^body\.role: expected "guest" or /],
    ] as const) {
      assert.match(
        await site.refused(400, 'VALIDATION_ERROR', 'POST', '/tokens', wrong),
        problem,
      );
    }
  });

  test('need a key of the server that signs', async () => {
    await using keyless = await ApiSite.start({
      listen: { host: '0.0.0.0' },
      auth: { allowOpen: true, apiKeys: [rootKey.entry] },
      ops: { port: 0 },
    });
    const reply = await fetch(`${keyless.server.opsUrl}api/server/v1/tokens`, {
      method: 'POST',
      headers: { ...rootKey.headers, 'Content-Type': 'application/json' },
      body: '{"roomId":"r"}',
    });
    const { error } = (await reply.json()) as { error: { code: string } };
    assert.deepEqual([reply.status, error.code], [409, 'SIGNING_KEY_MISSING']);
  });
});

describe('data of the server API', () => {
  test('reaches all peers, or those given, in every contract', async () => {
    await using site = await ApiSite.start({
      auth: { ...tokensOnly.auth, mode: 'open', apiKeys: [rootKey.entry] },
    });
    const { room, ada, bob } = await joinTogether(site.server, 'ada', 'bob');
    const cleo = await JsonClient.join(site.server.url, room, 'cleo');
    const path = `/rooms/${room}/data`;
    const data = { lesson: 'ends', in: [5, 'minutes'] };
    assert.equal((await site.ask('POST', path, { data })).status, 204);
    for (const client of [ada, bob]) {
      assert.deepEqual(await client.notified('serverMessage'), { data });
    }
    assert.deepEqual(await cleo.notified('serverMessage'), {
      roomId: room,
      data,
    });
    await site.ask('POST', path, { data: 'for bob', to: ['bob'] });
    await site.ask('POST', path, { data: 'for all' });
    for (const client of [ada, bob]) {
      await client.notified('serverMessage', (it) => it['data'] === 'for all');
    }
    const said = (client: ProtooClient) =>
      client.notifications
        .filter(({ method }) => method === 'serverMessage')
        .map((it) => it.data['data']);
    assert.deepEqual(said(ada), [data, 'for all']);
    assert.deepEqual(said(bob), [data, 'for bob', 'for all']);
    await site.refused(404, 'PEER_NOT_FOUND', 'POST', path, {
      data: 1,
      to: ['ada', 'eve'],
    });
    await site.refused(404, 'ROOM_NOT_FOUND', 'POST', '/rooms/nowhere/data', {
      data: 1,
    });
    const deep = `${'['.repeat(20)}${']'.repeat(20)}`;
    assert.match(
      await site.refused(400, 'VALIDATION_ERROR', 'POST', path, {
        data: JSON.parse(deep),
      }),
      /^body\.data: expected objects and lists nested at most 16 deep/,
    );
    await cleo.close();
  });
});

describe('lobbies of the server API', () => {
  test('list those who wait, let them in, and turn them away', async () => {
    await using site = await ApiSite.start();
    const { room, host } = await joinTogether(site.server, 'host');
    const patched = await site.ask('PATCH', `/rooms/${room}`, { lobby: true });
    assert.deepEqual([patched.status, patched.body.lobby], [200, true]);
    await host.notified('roomUpdated');
    const [ada, bob] = await Promise.all(
      ['ada', 'bob'].map(async (name) => {
        const client = await ProtooClient.connect(site.server.url, room, name);
        const asked = { roomId: room, peerId: name, displayName: name };
        await assert.rejects(client.request('joinRoom', asked), {
          errorName: 'IN_LOBBY',
        });
        return client;
      }),
    );
    assert.ok(ada && bob);
    const path = `/rooms/${room}/waiting`;
    const { body } = await site.ask('GET', `${path}?limit=1`);
    const [{ waitingSince, ...first }] = body.items;
    assert.ok(Date.parse(waitingSince) <= Date.now());
    assert.deepEqual(first, { peerId: 'ada', displayName: 'ada', device: {} });
    const next = await site.ask('GET', `${path}?cursor=${body.nextCursor}`);
    assert.equal(next.body.items[0].peerId, 'bob');
    assert.equal((await site.ask('POST', `${path}/ada/admit`)).status, 204);
    await ada.notified('admitted');
    assert.equal((await site.ask('DELETE', `${path}/bob`)).status, 204);
    assert.equal((await bob.closed).code, 4000);
    assert.deepEqual((await site.ask('GET', path)).body, { items: [] });
    await site.refused(404, 'PEER_NOT_FOUND', 'DELETE', `${path}/bob`);
    await site.refused(404, 'PEER_NOT_FOUND', 'POST', `${path}/eve/admit`);
  });
});

describe('subscriptions of the server API', () => {
  let site: ApiSite;

  before(async () => {
    site = await ApiSite.start();
  });

  after(() => site[Symbol.asyncDispose]());

  test('end what is switched off, and announce what is switched on', async () => {
    const { room, ada, bob } = await joinTogether(site.server, 'ada', 'bob');
    const { producerId } = await sendAudio(ada);
    await bob.notified('newProducer');
    const { consumerId } = await receive(bob, producerId);
    const path = `/rooms/${room}/peers/bob/subscriptions`;
    const { body } = await site.ask('GET', path);
    assert.deepEqual(body.items, [
      { peerId: 'ada', sources: ['mic', 'camera', 'screen', 'screen-audio'] },
    ]);
    const off = await site.ask('PUT', `${path}/ada`, { sources: ['camera'] });
    assert.deepEqual(off.body, { peerId: 'ada', sources: ['camera'] });
    assert.deepEqual(await bob.notified('consumerClosed'), { consumerId });
    assert.deepEqual(await bob.notified('producerClosed'), {
      producerId,
      peerId: 'ada',
    });
    await assert.rejects(bob.request('consume', { producerId }), {
      errorName: 'PRODUCER_NOT_FOUND',
    });
    await ada.request('pauseProducer', { producerId });
    await site.ask('PUT', `${path}/ada`, { sources: ['mic'] });
    const shown = await bob.notified(
      'newProducer',
      (it) => it['paused'] === true,
    );
    assert.deepEqual(
      [shown['producerId'], shown['peerId']],
      [producerId, 'ada'],
    );
    await bob.request('consume', { producerId });
  });

  test('hide the tracks that come later, and their end', async () => {
    const { room, ada, bob } = await joinTogether(site.server, 'ada', 'bob');
    const path = `/rooms/${room}/peers/bob/subscriptions`;
    await site.ask('PUT', `${path}/ada`, { sources: [] });
    const { producerId } = await sendAudio(ada);
    await ada.request('pauseProducer', { producerId });
    await ada.request('closeProducer', { producerId });
    await site.ask('POST', `/rooms/${room}/data`, { data: 'next' });
    await bob.notified('serverMessage');
    const methods = bob.notifications.map(({ method }) => method);
    assert.ok(!methods.some((it) => /producer/i.test(it)), methods.join(', '));
  });

  test('decide on what a client that subscribes to all receives', async () => {
    const { room, ada } = await joinTogether(site.server, 'ada');
    const { producerId } = await sendAudio(ada);
    const { client: bob } = await ProtooClient.join(
      site.server.url,
      room,
      'bob',
      {
        rtpCapabilities,
        transports: [{ direction: 'recv' }],
        subscribe: 'auto',
      },
    );
    const path = `/rooms/${room}/peers/bob/subscriptions/ada`;
    await site.ask('PUT', path, { sources: [] });
    await bob.notified('producerClosed');
    await site.ask('PUT', path, { sources: ['mic'] });
    const opened = await bob.notified('consumerOpened');
    assert.equal(opened['producerId'], producerId);
    await bob.close();
  });

  test('are between peers of the room', async () => {
    const { room } = await joinTogether(site.server, 'ada', 'bob');
    for (const [peer, from] of [
      ['bob', 'eve'],
      ['eve', 'bob'],
    ] as const) {
      await site.refused(
        404,
        'PEER_NOT_FOUND',
        'PUT',
        `/rooms/${room}/peers/${peer}/subscriptions/${from}`,
        { sources: [] },
      );
    }
  });
});
