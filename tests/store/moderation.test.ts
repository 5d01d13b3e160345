import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import type {
  AuditRecord,
  BanRecord,
} from '../../lib/store/ModerationStore.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';
import { createUser } from './records.ts';

const HOUR = 3_600_000;

function newBan(changes: Partial<BanRecord> = {}): BanRecord {
  return {
    id: randomUUID(),
    roomId: randomUUID(),
    userId: undefined,
    issuedUntil: undefined,
    secretHash: undefined,
    network: undefined,
    spared: [],
    peerId: 'eve',
    displayName: 'Eve',
    bannedBy: 'ada',
    createdAt: new Date(),
    expiresAt: undefined,
    ...changes,
  };
}

function newEntry(changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    at: new Date(),
    action: 'remove',
    gateway: 'protoo',
    roomId: randomUUID(),
    actor: { id: 'ada', peerId: 'ada-phone', name: 'Ada' },
    target: { peerId: 'eve', name: 'Eve' },
    details: {},
    ...changes,
  };
}

onEachEngine('what moderators do, in the store', (engine) => {
  let store: Store;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });

  after(() => store.close());

  describe('bans', () => {
    test('are returned as they were added, once each', async () => {
      const roomId = randomUUID();
      const bare = newBan({ roomId });
      const full = newBan({
        roomId,
        userId: 'user-7',
        issuedUntil: new Date(),
        secretHash: 'a hash',
        network: '192.0.2.7',
        spared: ['user:1', 'secret:2'],
        expiresAt: new Date(Date.now() + HOUR),
      });
      for (const ban of [bare, full, full]) {
        await store.bans.add([ban]);
      }
      assert.deepEqual(await store.bans.ofRoom(roomId, 10), [full, bare]);
      assert.deepEqual(await store.bans.ofRoom(roomId, 1), [full]);
      const { place, ...found } = (await store.bans.get(full.id)) ?? {};
      assert.ok(Number.isSafeInteger(place));
      assert.deepEqual(found, full);
    });

    test('are listed in pages, of all rooms or of one', async () => {
      const roomId = randomUUID();
      const bans = [newBan({ roomId }), newBan(), newBan({ roomId })];
      await store.bans.add(bans);
      const [first] = await store.bans.list({ roomId, limit: 1 });
      assert.equal(first?.id, bans[0]?.id);
      const rest = { after: first?.place, limit: 10 };
      const ids = async (page: Parameters<typeof store.bans.list>[0]) =>
        (await store.bans.list(page)).map(({ id }) => id);
      assert.deepEqual(await ids({ roomId, ...rest }), [bans[2]?.id]);
      assert.deepEqual(await ids(rest), [bans[1]?.id, bans[2]?.id]);
    });

    test('are lifted, and expire', async () => {
      const roomId = randomUUID();
      const ban = newBan({ roomId });
      const expired = newBan({ roomId, expiresAt: new Date(Date.now() - 1) });
      await store.bans.add([ban, expired]);
      assert.equal(await store.bans.get(expired.id), undefined);
      assert.deepEqual(await store.bans.ofRoom(roomId, 10), [ban]);
      assert.equal(await store.bans.deleteExpired(1_000), 1);
      assert.deepEqual(await store.bans.delete(ban.id), ban);
      assert.equal(await store.bans.delete(ban.id), undefined);
      assert.deepEqual(await store.bans.list({ roomId, limit: 10 }), []);
    });

    test('are forgotten with an account that they kept out', async () => {
      const { id } = await createUser(store);
      const ban = newBan({ userId: String(id) });
      await store.bans.add([ban]);
      await store.users.erase(id, 'keep');
      assert.equal(await store.bans.get(ban.id), undefined);
    });
  });

  describe('the audit log', () => {
    test('is listed from its end, in pages', async () => {
      const roomId = randomUUID();
      const entries = ['mute', 'stop', 'lock'].map((action) =>
        newEntry({
          roomId,
          action,
          details: { action },
          target: action === 'lock' ? undefined : { id: 'eve' },
        }),
      );
      await store.audit.add(entries);
      const [last, ...others] = await store.audit.list(
        { roomId },
        { limit: 1 },
      );
      assert.deepEqual(others, []);
      const before = last?.place;
      const rest = await store.audit.list({ roomId }, { before, limit: 10 });
      const listed = [last, ...rest].map((it) => {
        const { place, ...entry } = it ?? {};
        assert.ok(Number.isSafeInteger(place));
        return entry;
      });
      assert.deepEqual(listed, entries.toReversed());
    });

    test('is searched by person, action and time', async () => {
      const roomId = randomUUID();
      const at = new Date(1_000);
      const odd = newEntry({
        roomId,
        at,
        action: 'lock',
        actor: { id: 'zoe' },
        target: { id: 'dan' },
      });
      await store.audit.add([odd, newEntry({ roomId })]);
      const from = new Date(1_000);
      for (const filter of [
        { action: 'lock' },
        { actorId: 'zoe' },
        { targetId: 'dan' },
        { from, until: new Date(1_001) },
      ]) {
        const found = await store.audit.list(
          { roomId, ...filter },
          { limit: 10 },
        );
        assert.deepEqual(
          found.map(({ action }) => action),
          ['lock'],
        );
      }
    });

    test('forgets old entries, and all but the newest', async () => {
      const roomId = randomUUID();
      const actions = async () =>
        (await store.audit.list({ roomId }, { limit: 10 })).map(
          ({ action }) => action,
        );
      await store.audit.add([
        newEntry({ roomId, action: 'old', at: new Date(0) }),
        newEntry({ roomId, action: 'first' }),
        newEntry({ roomId, action: 'second' }),
      ]);
      await store.audit.deleteOld(new Date(1), 1_000);
      assert.deepEqual(await actions(), ['second', 'first']);
      await store.audit.deleteOld(new Date(1), 1);
      assert.deepEqual(await actions(), ['second']);
    });

    test('keeps what an account did and suffered, without its name', async () => {
      const roomId = randomUUID();
      const { id, name } = await createUser(store);
      const person = { id: String(id), name };
      const other = { id: 'zoe', name: 'Zoe' };
      await store.audit.add([
        newEntry({ roomId, actor: person, target: other }),
        newEntry({ roomId, actor: other, target: person }),
      ]);
      await store.users.erase(id, 'keep');
      const erased = { ...person, name: 'Deleted user' };
      const people = (await store.audit.list({ roomId }, { limit: 10 })).map(
        ({ actor, target }) => [actor, target],
      );
      assert.deepEqual(people, [
        [other, erased],
        [erased, other],
      ]);
    });
  });
});
