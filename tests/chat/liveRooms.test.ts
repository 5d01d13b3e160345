import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { ChatRecords } from '../../lib/chat/ChatRecords.ts';
import { lastingParts } from '../support/lastingParts.ts';
import { ChatRooms } from '../../lib/chat/ChatRooms.ts';
import { lastingRoomIdOf, liveRoomIdOf } from '../../lib/chat/liveRoomIds.ts';
import { chatSection } from '../../lib/chat/options.ts';
import { relayToLiveRooms } from '../../lib/chat/relayToLiveRooms.ts';
import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import { Logger } from '../../lib/core/logger.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { SampledLog } from '../../lib/limits/SampledLog.ts';
import type { KeptMessage, RoomRecords } from '../../lib/rooms/RoomRecords.ts';
import { RoomRegistry } from '../../lib/rooms/RoomRegistry.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store, UserRecord } from '../../lib/store/Store.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';
import type { Heard, Somebody } from '../support/rooms.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';

describe('the id of a live room', () => {
  test('leads back to the lasting room', () => {
    for (const roomId of [1, 42, Number.MAX_SAFE_INTEGER]) {
      assert.equal(lastingRoomIdOf(liveRoomIdOf(roomId)), roomId);
    }
  });

  for (const id of [
    'chat-',
    'chat-0',
    'chat-01',
    'chat--1',
    'chat-1x',
    'chat-1.0',
    'chat-9999999999999999',
    'call-1',
    'xchat-1',
  ]) {
    test(`leads from ${id} to none`, () => {
      assert.equal(lastingRoomIdOf(id), undefined);
    });
  }
});

/** Records that are found only when the test says so. */
class GatedRecords implements RoomRecords {
  readonly #records: RoomRecords;
  /** The number of times that a record was asked for. */
  count = 0;
  gate = Promise.resolve();

  constructor(records: RoomRecords) {
    this.#records = records;
  }

  async find(roomId: string) {
    this.count += 1;
    const record = await this.#records.find(roomId);
    await this.gate;
    return record;
  }
}

aboveEachEngine('the live room of a lasting one', (engine) => {
  const { view } = new LiveConfig(testConfig());
  const log = new SampledLog(new Logger('test'), () => 1);
  let host: Rooms;
  let store: Store;
  let chatRooms: ChatRooms;
  let records: GatedRecords;
  let registry: RoomRegistry;
  let ada: UserRecord;
  let bob: UserRecord;
  let roomId: number;
  let id: string;

  before(async () => {
    host = await Rooms.open();
    store = await openStore(await engine.emptyStore(), '/');
    const options = chatSection.parse({});
    chatRooms = new ChatRooms(store.rooms, store.messages, () => options);
    records = new GatedRecords(new ChatRecords(chatRooms));
    const { pool } = host.server;
    registry = new RoomRegistry(pool, view, new Metrics(), log, {
      ...lastingParts(store, view),
      records,
    });
    relayToLiveRooms(chatRooms, registry);
    ada = await createUser('Ada');
    bob = await createUser('Bob');
  });

  after(async () => {
    registry.close('shutdown');
    await host.close();
    await store.close();
    log.close();
  });

  beforeEach(async () => {
    records.count = 0;
    const room = { name: 'Room', description: '', type: 'chat' } as const;
    ({ id: roomId } = await chatRooms.create({ ...room, creatorId: ada.id }));
    id = liveRoomIdOf(roomId);
  });

  async function createUser(name: string): Promise<UserRecord> {
    const user = await store.users.create({
      email: `${name}@example.com`,
      name,
      passwordHash: '$hash',
      role: 'user',
    });
    assert.ok(user);
    return user;
  }

  /** Enters the live room as a peer of a user. */
  async function enter(user: UserRecord, peerId: string): Promise<Somebody> {
    const options = peerOptions(peerId);
    const identity = { userId: String(user.id), role: 'user' };
    const { peer, others } = await registry.join(
      id,
      { ...options, grants: { ...options.grants, identity } },
      (join) => join(),
    );
    return { peer, others, events: heardBy(peer) };
  }

  function isOpen(): boolean {
    return registry.rooms.has(id);
  }

  /** The messages of the record among events, with their senders. */
  function keptIn(events: readonly Heard[]): [string, KeptMessage][] {
    return events.flatMap((event) =>
      event.type === 'keptMessage' ? [[event.from, event.message]] : [],
    );
  }

  test('opens once for all who enter together, and closes with the last', async () => {
    const entered = await Promise.all(
      Array.from({ length: 10 }, (_, index) => enter(ada, `ada-${index}`)),
    );
    assert.equal(records.count, 1);
    assert.equal(registry.get(id).peers.size, 10);
    for (const { peer } of entered) {
      peer.close('left');
    }
    assert.ok(!isOpen());
    const { peer } = await enter(bob, 'bob');
    assert.equal(records.count, 2);
    peer.close('left');
  });

  test('does not open without a record', async () => {
    const deleted = id;
    await chatRooms.delete(roomId, ada.id);
    for (const missing of [deleted, 'chat-999999', 'chat-01', 'call-1']) {
      id = missing;
      await assert.rejects(enter(ada, 'ada'), {
        code: 'ROOM_NOT_FOUND',
        message: `there is no room "${missing}"; it was never made, or was deleted`,
      });
    }
    assert.equal(registry.rooms.size, 0);
  });

  test('closes when its record is deleted', async () => {
    const { peer, events } = await enter(ada, 'ada');
    await chatRooms.delete(roomId, ada.id);
    assert.ok(peer.closed);
    assert.ok(!isOpen());
    assert.deepEqual(events.at(-1), { type: 'ended', reason: 'deleted' });
    await assert.rejects(enter(ada, 'ada'), { code: 'ROOM_NOT_FOUND' });
  });

  test('does not stay when its record is deleted while it opens', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    records.gate = promise;
    const routers = await host.countRouters();
    const entries = [enter(ada, 'ada'), enter(bob, 'bob')].map((entry) =>
      assert.rejects(entry, { code: 'ROOM_NOT_FOUND' }),
    );
    await until('the record is looked up', () => records.count === 1);
    await chatRooms.delete(roomId, ada.id);
    resolve();
    await Promise.all(entries);
    assert.ok(!isOpen());
    assert.equal(await host.countRouters(), routers);
  });

  test('does not stay when its record is deleted at any time of an entry', async () => {
    for (let round = 0; round < 20; round += 1) {
      const room = { name: 'Room', description: '', type: 'chat' } as const;
      ({ id: roomId } = await chatRooms.create({ ...room, creatorId: ada.id }));
      id = liveRoomIdOf(roomId);
      const entries = [enter(ada, 'ada'), enter(bob, 'bob')];
      for (let turn = 0; turn < round; turn += 1) {
        await Promise.resolve();
      }
      const [, ...outcomes] = await Promise.allSettled([
        chatRooms.delete(roomId, ada.id),
        ...entries,
      ]);
      assert.ok(!isOpen());
      for (const outcome of outcomes) {
        assert.ok(
          outcome.status === 'fulfilled'
            ? outcome.value.peer.closed
            : outcome.reason.code === 'ROOM_NOT_FOUND',
        );
      }
    }
  });

  test('sends its members what the record keeps, as it was kept', async () => {
    const [one, other, listener] = await Promise.all([
      enter(ada, 'ada-1'),
      enter(ada, 'ada-2'),
      enter(bob, 'bob'),
    ]);
    await one.peer.messages.send({ data: { content: 'sent', more: 1 } });
    await one.peer.messages.post('posted');
    const [sent, posted] = await chatRooms.messages(roomId, {});
    assert.ok(sent && posted);
    const expected = [sent, posted].map((message) => ({
      id: message.id,
      author: { id: ada.id, email: 'Ada@example.com', name: 'Ada' },
      content: message.content,
      createdAt: message.createdAt.getTime(),
    }));
    for (const { events } of [other, listener]) {
      assert.deepEqual(
        keptIn(events),
        expected.map((message) => ['ada-1', message]),
      );
    }
    // The reply tells it of the message that it sent.
    assert.deepEqual(keptIn(one.events), [['ada-1', expected[1]]]);
    registry.get(id).close('shutdown');
  });

  test('names the user when the sender has left, or was never there', async () => {
    const [sender, listener] = await Promise.all([
      enter(ada, 'ada'),
      enter(bob, 'bob'),
    ]);
    const posting = sender.peer.messages.post('goodbye');
    sender.peer.close('left');
    await posting;
    await chatRooms.post(roomId, ada.id, 'from afar');
    assert.deepEqual(
      keptIn(listener.events).map(([from, { content }]) => [from, content]),
      [
        [String(ada.id), 'goodbye'],
        [String(ada.id), 'from afar'],
      ],
    );
    listener.peer.close('left');
  });

  test('passes on what is no message to all without keeping it', async () => {
    const [sender, listener] = await Promise.all([
      enter(ada, 'ada'),
      enter(bob, 'bob'),
    ]);
    const data = [
      { content: 7 },
      { text: 'x' },
      'content',
      ['content'],
      null,
      { content: 'for bob alone' },
    ];
    for (const [index, datum] of data.entries()) {
      const isLast = index === data.length - 1;
      await sender.peer.messages.send({
        data: datum,
        to: isLast ? ['bob'] : undefined,
      });
    }
    assert.deepEqual(
      listener.events.flatMap((event) =>
        event.type === 'message' ? [event.data] : [],
      ),
      data,
    );
    assert.deepEqual(await chatRooms.messages(roomId, {}), []);
    registry.get(id).close('shutdown');
  });

  test('keeps nothing that is not valid', async () => {
    const { peer, events } = await enter(ada, 'ada');
    for (const content of ['', ' \n', 'x'.repeat(4_001), '\0', '\ud83d']) {
      await assert.rejects(peer.messages.send({ data: { content } }), {
        code: 'VALIDATION_ERROR',
        status: 400,
      });
    }
    assert.deepEqual(keptIn(events), []);
    assert.deepEqual(await chatRooms.messages(roomId, {}), []);
    peer.close('left');
  });

  test('says that it closed when a message comes too late for its record', async () => {
    const { peer } = await enter(ada, 'ada');
    const deleting = chatRooms.delete(roomId, ada.id);
    await deleting;
    await assert.rejects(peer.messages.post('late'), {
      code: 'ROOM_CLOSED',
      status: 410,
    });
  });
});
