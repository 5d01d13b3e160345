import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type {
  ConversationRecord,
  GuestRecord,
} from '../../lib/store/CallStore.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';
import {
  newId,
  inFuture,
  inPast,
  newConversation,
  newCall,
  holdOf,
} from './callRecords.ts';

onEachEngine('stored conversations', (engine) => {
  let store: Store;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });
  after(() => store.close());

  async function createConversation(
    ...members: readonly [string, ...string[]]
  ): Promise<ConversationRecord> {
    const conversation = newConversation(...members);
    assert.ok(await store.conversations.create(conversation, 1_000));
    return conversation;
  }

  describe('conversations', () => {
    test('are kept with their members, in the order in which they were added', async () => {
      const conversation = await createConversation('zoe', 'ada', 'kay');
      const { id } = conversation;
      assert.deepEqual(await store.conversations.get(id), conversation);
      const bob = { userId: 'bob', username: 'Bob' };
      assert.equal(await store.conversations.addMember(id, bob, 4), 'added');
      assert.deepEqual(await store.conversations.get(id), {
        ...conversation,
        members: [...conversation.members, bob],
      });
      assert.equal(await store.conversations.get(newId()), undefined);
    });

    test('may have no creator and no members', async () => {
      const conversation = {
        ...newConversation('-'),
        creatorId: undefined,
        members: [],
      };
      assert.ok(await store.conversations.create(conversation, 0));
      const found = await store.conversations.get(conversation.id);
      assert.deepEqual(found, conversation);
    });

    test('are listed from the one that a user joined last', async () => {
      const first = await createConversation('lister', 'ada');
      const second = await createConversation('ada');
      const third = await createConversation('lister');
      const lister = { userId: 'lister', username: 'Lister' };
      await store.conversations.addMember(second.id, lister, 9);
      const list = async (limit: number, offset: number) =>
        (await store.conversations.listOf('lister', { limit, offset })).map(
          ({ id }) => id,
        );
      assert.deepEqual(await list(9, 0), [second.id, third.id, first.id]);
      assert.deepEqual(await list(1, 1), [third.id]);
      assert.deepEqual(await list(9, 3), []);
      assert.equal(await store.conversations.countOf('lister'), 3);
      assert.equal(await store.conversations.countOf('stranger'), 0);
    });

    test('are as many as their creator may have, also when asked for together', async () => {
      const create = () =>
        store.conversations.create(newConversation('maker', 'ada'), 3);
      const created = await Promise.all(Array.from({ length: 5 }, create));
      assert.equal(created.filter(Boolean).length, 3);
      const [one] = await store.conversations.listOf('maker', {
        limit: 1,
        offset: 0,
      });
      assert.ok(await store.conversations.removeMember(one?.id ?? '', 'maker'));
      assert.equal(await create(), true);
      assert.equal(await create(), false);
    });

    test('take a member once, and as many as they have room for', async () => {
      const { id } = await createConversation('ada');
      const add = (userId: string) =>
        store.conversations.addMember(id, { userId, username: userId }, 3);
      assert.equal(await add('ada'), 'member');
      const outcomes = await Promise.all(['b', 'b', 'c', 'd'].map(add));
      assert.equal(outcomes.filter((it) => it === 'added').length, 2);
      assert.equal((await store.conversations.get(id))?.members.length, 3);
      const stranger = { userId: 'x', username: 'x' };
      assert.equal(
        await store.conversations.addMember(newId(), stranger, 3),
        'missing',
      );
    });

    test('let members go', async () => {
      const { id } = await createConversation('ada', 'bob');
      const other = await createConversation('bob');
      assert.equal(await store.conversations.removeMember(id, 'bob'), true);
      assert.equal(await store.conversations.removeMember(id, 'bob'), false);
      const left = await store.conversations.get(id);
      assert.deepEqual(
        left?.members.map(({ userId }) => userId),
        ['ada'],
      );
      assert.equal(
        (await store.conversations.get(other.id))?.members.length,
        1,
      );
    });

    test('know a user by one name, in every conversation', async () => {
      const one = await createConversation('renamed', 'ada');
      const two = await createConversation('ada', 'renamed');
      await store.conversations.renameMember('renamed', 'New');
      for (const { id } of [one, two]) {
        const found = await store.conversations.get(id);
        const names = new Map(
          found?.members.map(({ userId, username }) => [userId, username]),
        );
        assert.equal(names.get('renamed'), 'New');
        assert.equal(names.get('ada'), 'name ada');
      }
    });
  });

  describe('share links and guests', () => {
    test('are found until they expire, and forgotten then', async () => {
      const conversationId = newId();
      const link = { conversationId, expiresAt: inFuture() };
      const old = { conversationId, expiresAt: inPast() };
      assert.ok(await store.conversations.createShareLink('link', link, 1));
      assert.ok(await store.conversations.createShareLink('old', old, 2));
      const guest: GuestRecord = {
        id: newId(),
        conversationId,
        username: 'Guest',
        language: 'fr',
        expiresAt: inFuture(),
      };
      const plain = { ...guest, id: newId(), language: undefined };
      const late = { ...guest, id: newId(), expiresAt: inPast() };
      assert.ok(await store.conversations.createGuest('guest', guest, 9));
      assert.ok(await store.conversations.createGuest('plain', plain, 9));
      assert.ok(await store.conversations.createGuest('late', late, 9));

      assert.deepEqual(await store.conversations.shareLink('link'), link);
      assert.equal(await store.conversations.shareLink('old'), undefined);
      assert.equal(await store.conversations.shareLink('none'), undefined);
      assert.deepEqual(await store.conversations.guest('guest'), guest);
      assert.deepEqual(await store.conversations.guest('plain'), plain);
      assert.equal(await store.conversations.guest('late'), undefined);

      assert.equal(await store.conversations.deleteExpired(), 2);
      assert.equal(await store.conversations.deleteExpired(), 0);
      assert.deepEqual(await store.conversations.guest('guest'), guest);
    });

    test('are as many as a conversation may have, expired ones aside', async () => {
      const conversationId = newId();
      const addLink = (name: string, expiresAt: Date) =>
        store.conversations.createShareLink(
          `${conversationId} ${name}`,
          { conversationId, expiresAt },
          2,
        );
      assert.ok(await addLink('expired', inPast()));
      const links = await Promise.all(
        ['a', 'b', 'c'].map((name) => addLink(name, inFuture())),
      );
      assert.equal(links.filter(Boolean).length, 2);

      const addGuest = (name: string, expiresAt: Date) =>
        store.conversations.createGuest(
          `${conversationId} ${name}`,
          {
            id: newId(),
            conversationId,
            username: name,
            language: undefined,
            expiresAt,
          },
          2,
        );
      assert.ok(await addGuest('expired', inPast()));
      const guests = await Promise.all(
        ['a', 'b', 'c'].map((name) => addGuest(name, inFuture())),
      );
      assert.equal(guests.filter(Boolean).length, 2);
    });
  });

  describe('an account that is erased', () => {
    for (const [texts, count] of [
      ['keep', 1],
      ['delete', 0],
    ] as const) {
      test(`leaves conversations, and no name in calls: ${texts} texts`, async () => {
        const user = await store.users.create({
          email: `${texts}@example.com`,
          name: 'Ada',
          passwordHash: '$hash',
          role: 'user',
        });
        assert.ok(user);
        const userId = String(user.id);
        const conversation = await createConversation(userId, 'bob');
        const call = newCall(conversation.id, userId);
        await store.calls.create(call, holdOf('here'));
        const [participant] = call.participants;
        assert.ok(participant);
        await store.calls.addTranscription({
          id: newId(),
          callId: call.id,
          participantId: participant.id,
          text: 'said',
          language: 'en',
          timestamp: new Date(),
          confidence: undefined,
          translations: {},
        });

        await store.users.erase(user.id, texts);

        const username = 'Deleted user';
        const kept = await store.conversations.get(conversation.id);
        assert.deepEqual(kept?.members, [
          { userId: 'bob', username: 'name bob' },
        ]);
        assert.deepEqual(await store.calls.get(call.id), {
          ...call,
          initiator: { userId, username },
          participants: [{ ...participant, username }],
        });
        const page = { limit: 9, offset: 0 };
        const { total } = await store.calls.transcriptions(call.id, page);
        assert.equal(total, count);
      });
    }
  });
});
