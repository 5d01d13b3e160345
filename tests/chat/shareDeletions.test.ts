import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { ChatRecords } from '../../lib/chat/ChatRecords.ts';
import { ChatRooms } from '../../lib/chat/ChatRooms.ts';
import { liveRoomIdOf } from '../../lib/chat/liveRoomIds.ts';
import { chatSection } from '../../lib/chat/options.ts';
import { relayToLiveRooms } from '../../lib/chat/relayToLiveRooms.ts';
import { shareDeletions } from '../../lib/chat/shareDeletions.ts';
import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import { Logger, setLogLevel } from '../../lib/core/logger.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { SampledLog } from '../../lib/limits/SampledLog.ts';
import { RoomRegistry } from '../../lib/rooms/RoomRegistry.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store, UserRecord } from '../../lib/store/Store.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { link, LinkedNode } from '../cluster/LinkedNode.ts';
import { lastingParts } from '../support/lastingParts.ts';
import { heardBy, peerOptions, Rooms } from '../support/rooms.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';

setLogLevel('error');

aboveEachEngine('lasting rooms that two nodes share', (engine) => {
  const { view } = new LiveConfig(testConfig());
  const log = new SampledLog(new Logger('test'), () => 1);
  const nodes: { rooms: ChatRooms; registry: RoomRegistry }[] = [];
  let host: Rooms;
  let store: Store;
  let ada: UserRecord;
  let links: AsyncDisposableStack;
  let north: LinkedNode;
  let south: LinkedNode;

  before(async () => {
    host = await Rooms.open();
    store = await openStore(await engine.emptyStore(), '/');
    const user = await store.users.create({
      email: 'ada@example.com',
      name: 'Ada',
      passwordHash: '$hash',
      role: 'user',
    });
    assert.ok(user);
    ada = user;
  });

  after(async () => {
    await links.disposeAsync();
    nodes.forEach(({ registry }) => registry.close('shutdown'));
    await host.close();
    await store.close();
    log.close();
  });

  beforeEach(async () => {
    await links?.disposeAsync();
    links = new AsyncDisposableStack();
    nodes.splice(0).forEach(({ registry }) => registry.close('shutdown'));
    north = links.use(await LinkedNode.start('north'));
    south = links.use(await LinkedNode.start('south'));
    for (const node of [north, south]) {
      const options = chatSection.parse({});
      const rooms = new ChatRooms(store.rooms, store.messages, () => options);
      const { pool } = host.server;
      const registry = new RoomRegistry(pool, view, new Metrics(), log, {
        ...lastingParts(store, view),
        records: new ChatRecords(rooms),
      });
      relayToLiveRooms(rooms, registry);
      shareDeletions(rooms, registry, node.mesh);
      nodes.push({ rooms, registry });
    }
  });

  /** A node, by its place among them. */
  function at(index: number) {
    const node = nodes[index];
    assert.ok(node);
    return node;
  }

  /** Opens a room at the first node, with a peer who is told of what happens. */
  async function opened() {
    const { rooms, registry } = at(0);
    const room = { name: 'Room', description: '', type: 'chat' } as const;
    const { id } = await rooms.create({ ...room, creatorId: ada.id });
    const liveRoomId = liveRoomIdOf(id);
    const options = peerOptions('ada');
    const identity = { userId: String(ada.id), role: 'user' };
    const { peer } = await registry.join(
      liveRoomId,
      { ...options, grants: { ...options.grants, identity } },
      (join) => join(),
    );
    const isOpen = (): boolean => registry.rooms.has(liveRoomId);
    return { id, events: heardBy(peer), isOpen };
  }

  test('close where they are open when they are deleted at another node', async () => {
    await link(north, south);
    const kept = await opened();
    const { id, events, isOpen } = await opened();
    await at(1).rooms.delete(id, ada.id);
    await until('the room has closed', () => !isOpen());
    assert.deepEqual(events.at(-1), { type: 'ended', reason: 'deleted' });
    assert.ok(kept.isOpen());
  });

  test('close when the nodes are linked again, if they were deleted meanwhile', async () => {
    await link(north, south);
    const kept = await opened();
    const { id, events, isOpen } = await opened();
    north.mesh.endTo('south');
    await until(
      'both ends are closed',
      () => north.ended === 1 && south.ended === 1,
    );
    await at(1).rooms.delete(id, ada.id);
    assert.ok(isOpen());
    await link(north, south);
    await until('the room has closed', () => !isOpen());
    assert.deepEqual(events.at(-1), { type: 'ended', reason: 'deleted' });
    assert.ok(kept.isOpen());
  });
});
