import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ChatRooms } from '../../lib/chat/ChatRooms.ts';
import { liveRoomIdOf } from '../../lib/chat/liveRoomIds.ts';
import { chatSection } from '../../lib/chat/options.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { rootKey } from '../support/apiKeys.ts';
import { get } from '../support/http.ts';
import { bearing, peerToken, tokensOnly } from '../support/peerToken.ts';
import { sendAudio } from '../support/protooMembers.ts';
import { Exposition } from '../support/prometheus.ts';
import { onEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { ApiSite } from '../gateways/admin/ApiSite.ts';
import { createRoom, createUser } from '../store/records.ts';
import { accept, Receiver, status } from './Receiver.ts';
import { WebhookSite } from './WebhookSite.ts';

describe('a server with webhooks', () => {
  let receiver: Receiver;
  let site: ApiSite;

  before(async () => {
    receiver = await Receiver.start();
    site = await ApiSite.start({
      auth: { ...tokensOnly.auth, apiKeys: [rootKey.entry] },
      webhooks: {
        allowPrivate: true,
        endpoints: [
          { id: 'backend', url: receiver.url, secrets: [receiver.secret] },
        ],
      },
    });
  });
  after(async () => {
    await site[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  async function connect(roomId: string, peerId: string, role = 'member') {
    const token = peerToken(peerId, { room: roomId, role, name: `${peerId}!` });
    return ProtooClient.connect(
      site.server.url,
      roomId,
      peerId,
      bearing(token),
    );
  }

  async function join(roomId: string, peerId: string, role?: string) {
    const client = await connect(roomId, peerId, role);
    await client.request('joinRoom', { roomId, peerId });
    return client;
  }

  /** The events of a room in the order in which they came, up to its end. */
  async function eventsOf(roomId: string) {
    await receiver.find(
      ({ type, data }) => type === 'room.finished' && data.roomId === roomId,
    );
    return receiver.requests.filter(({ data }) => data.roomId === roomId);
  }

  test('tells what happens in a room, in order', async () => {
    const ada = await join('hall', 'ada', 'moderator');
    const bob = await join('hall', 'bob');
    const { producerId } = await sendAudio(bob);
    await ada.request('setLobby', { enabled: true });
    const eve = await connect('hall', 'eve');
    await assert.rejects(
      eve.request('joinRoom', { roomId: 'hall', peerId: 'eve' }),
      { errorName: 'IN_LOBBY' },
    );
    await ada.request('removePeer', { peerId: 'bob' });
    await eve.close();
    await ada.close();
    const events = await eventsOf('hall');
    assert.deepEqual(
      events.map(({ type, data }) => [
        type,
        data.peer?.peerId ?? data.waiting?.peerId ?? data.peerId,
      ]),
      [
        ['room.started', undefined],
        ['peer.joined', 'ada'],
        ['peer.joined', 'bob'],
        ['track.published', 'bob'],
        ['peer.waiting', 'eve'],
        ['track.unpublished', 'bob'],
        ['peer.removed', 'bob'],
        ['peer.left', 'bob'],
        ['peer.left', 'ada'],
        ['room.finished', undefined],
      ],
    );
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      events.map((_, index) => index + 1),
    );
    assert.equal(new Set(events.map(({ data }) => data.sessionId)).size, 1);
    const [, joined, , published, , , , bobLeft, adaLeft, finished] = events;
    assert.ok(joined);
    const { joinedAt, ...peer } = joined.data.peer;
    assert.deepEqual(peer, {
      peerId: 'ada',
      userId: 'ada',
      displayName: 'ada!',
      role: 'moderator',
      contract: 'protoo',
    });
    assert.ok(Date.parse(joinedAt) <= Date.now());
    assert.deepEqual(published?.data.track, {
      trackId: producerId,
      kind: 'audio',
      source: 'mic',
    });
    assert.equal(bobLeft?.data.reason, 'removed');
    assert.equal(adaLeft?.data.reason, 'disconnected');
    assert.equal(finished?.data.reason, 'empty');
  });

  test('tells of peers that end with their room', async () => {
    const clients = [await join('attic', 'ada'), await join('attic', 'bob')];
    const [ada] = clients;
    assert.ok(ada);
    await sendAudio(ada);
    await site.ask('POST', '/rooms/attic/close');
    await Promise.all(clients.map((it) => it.closed));
    const events = await eventsOf('attic');
    assert.deepEqual(
      events
        .slice(-4)
        .map(({ type, data }) => [type, data.peer?.peerId, data.reason]),
      [
        ['track.unpublished', undefined, undefined],
        ['peer.left', 'ada', 'closed'],
        ['peer.left', 'bob', 'closed'],
        ['room.finished', undefined, 'closed'],
      ],
    );
    await (await join('attic', 'ada')).close();
    const again = await receiver.find(
      ({ data, type }) =>
        type === 'room.started' &&
        data.roomId === 'attic' &&
        data.sessionId !== events[0]?.data.sessionId,
    );
    assert.equal(again.sequence, (events.at(-1)?.sequence ?? 0) + 1);
  });

  test('lists deliveries by the server API, and replays them', async () => {
    receiver.answer = status(500);
    const ada = await join('cellar', 'ada');
    const list = (query: string) =>
      site.ask('GET', `/webhooks/deliveries?roomId=cellar${query}`);
    const [delivery] = await until('the failure', async () => {
      const { body } = await list('&type=room.started');
      return body.items[0]?.responseStatus !== undefined && body.items;
    });
    const {
      deliveryId,
      eventId,
      createdAt,
      updatedAt,
      nextAttemptAt,
      data,
      ...shown
    } = delivery;
    assert.deepEqual(shown, {
      endpointId: 'backend',
      type: 'room.started',
      roomId: 'cellar',
      sequence: 1,
      status: 'pending',
      attempts: 1,
      responseStatus: 500,
      error: 'the receiver answered 500',
    });
    assert.equal(data.roomId, 'cellar');
    assert.ok(createdAt <= updatedAt && updatedAt < nextAttemptAt);
    const { body: first } = await list('&limit=1');
    assert.equal(first.items[0].type, 'peer.joined');
    const { body: rest } = await list(`&limit=1&cursor=${first.nextCursor}`);
    assert.equal(rest.items[0].deliveryId, deliveryId);
    assert.equal(rest.nextCursor, undefined);

    const { body } = await get(site.server.url, '/metrics');
    const metrics = new Exposition(body);
    assert.ok(metrics.sum('atrium_webhook_outbox_deliveries') >= 2);
    assert.ok(metrics.sum('atrium_webhook_outbox_oldest_age_seconds') > 0);
    assert.ok(
      metrics.sum('atrium_webhook_attempts_total', { outcome: 'retried' }) >= 1,
    );

    receiver.answer = accept;
    const reply = await site.ask(
      'POST',
      `/webhooks/deliveries/${deliveryId}/replay`,
    );
    assert.equal(reply.status, 202);
    assert.equal(reply.body.eventId, eventId);
    await until('the delivery', async () => {
      const { body: found } = await list('&status=delivered');
      return found.items.some(
        (it: { eventId: string }) => it.eventId === eventId,
      );
    });
    await ada.close();
    for (const id of ['no', '999999999', '1e3']) {
      await site.refused(
        404,
        'DELIVERY_NOT_FOUND',
        'POST',
        `/webhooks/deliveries/${id}/replay`,
      );
    }
    await site.refused(
      400,
      'VALIDATION_ERROR',
      'GET',
      '/webhooks/deliveries?status=lost',
    );
  });

  test('tells at its stop that rooms have ended', async () => {
    await join('last', 'ada');
    await site.server.close();
    const events = await eventsOf('last');
    assert.deepEqual(
      events.map(({ type, data }) => [type, data.reason]),
      [
        ['room.started', undefined],
        ['peer.joined', undefined],
        ['peer.left', 'shutdown'],
        ['room.finished', 'shutdown'],
      ],
    );
  });
});

onEachEngine('a message of a lasting room', (engine) => {
  test('is an event', async () => {
    await using site = await WebhookSite.open(await engine.emptyStore());
    const { store, webhooks, receiver } = site;
    const options = chatSection.parse({});
    const rooms = new ChatRooms(
      store.rooms,
      store.messages,
      () => options,
      (roomId, message) =>
        webhooks.messageEvents(liveRoomIdOf(roomId), roomId, message),
    );
    rooms.on('message', () => webhooks.wake());
    const author = await createUser(store);
    const { id } = await createRoom(store, author);
    const messages = [
      await rooms.post(id, author.id, 'Hello'),
      await rooms.post(id, author.id, 'Bye'),
    ];
    await receiver.received(2);
    assert.deepEqual(
      receiver.requests.map(({ type, sequence, data }) => [
        type,
        sequence,
        data,
      ]),
      messages.map(({ id: messageId, content, createdAt }, index) => [
        'chat.message',
        index + 1,
        {
          roomId: `chat-${id}`,
          chatRoomId: id,
          message: {
            messageId,
            author: { userId: author.id, displayName: author.name },
            content,
            createdAt: createdAt.toISOString(),
          },
        },
      ]),
    );
  });
});
