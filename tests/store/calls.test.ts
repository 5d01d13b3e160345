import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import type {
  CallHold,
  CallRecord,
  ConversationRecord,
  GuestRecord,
  ParticipantRecord,
  TranscriptionRecord,
} from '../../lib/store/CallStore.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';

const newId = () => randomBytes(12).toString('hex');
const inFuture = () => new Date(Date.now() + 60_000);
const inPast = () => new Date(Date.now() - 60_000);

function newConversation(
  ...members: readonly [string, ...string[]]
): ConversationRecord {
  return {
    id: newId(),
    type: 'group',
    title: 'Ångström',
    creatorId: members[0],
    createdAt: new Date(),
    members: members.map((userId) => ({ userId, username: `name ${userId}` })),
  };
}

function newParticipant(
  userId: string,
  role: ParticipantRecord['role'] = 'participant',
): ParticipantRecord {
  return {
    id: newId(),
    userId,
    guestId: undefined,
    username: `name ${userId}`,
    role,
    joinedAt: new Date(),
    leftAt: undefined,
    kicked: false,
  };
}

function newCall(conversationId = newId(), initiator = 'ada'): CallRecord {
  return {
    id: newId(),
    conversationId,
    type: 'video',
    mode: 'p2p',
    status: 'initiated',
    initiator: { userId: initiator, username: `name ${initiator}` },
    createdAt: new Date(),
    expiresAt: inFuture(),
    startedAt: undefined,
    endedAt: undefined,
    endReason: undefined,
    participants: [newParticipant(initiator, 'initiator')],
  };
}

/** The hold of a server that runs. */
function holdOf(holder: string, time = 600_000): CallHold {
  return { holder, time };
}

function ended(reason: CallRecord['endReason']) {
  return {
    mode: 'sfu',
    status: 'ended',
    startedAt: new Date(),
    endedAt: new Date(),
    endReason: reason,
  } as const;
}

onEachEngine('the store', (engine) => {
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

  async function createCall(
    conversationId?: string,
    hold = holdOf('here'),
  ): Promise<CallRecord> {
    const call = newCall(conversationId);
    assert.ok(await store.calls.create(call, hold));
    return call;
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

  describe('calls', () => {
    test('are kept with their participants, in the order in which they joined', async () => {
      const call = await createCall();
      const guest: ParticipantRecord = {
        ...newParticipant('-'),
        userId: undefined,
        guestId: newId(),
      };
      const bob = newParticipant('bob');
      await store.calls.addParticipant(call.id, bob);
      await store.calls.addParticipant(call.id, guest);
      const expected = {
        ...call,
        participants: [...call.participants, bob, guest],
      };
      assert.deepEqual(await store.calls.get(call.id), expected);
      assert.deepEqual(await store.calls.liveIn(call.conversationId), expected);
      assert.equal(await store.calls.get(newId()), undefined);
      assert.equal(await store.calls.liveIn(newId()), undefined);
    });

    test('are live one at a time in a conversation', async () => {
      const conversationId = newId();
      const outcomes = await Promise.all(
        Array.from({ length: 4 }, () =>
          store.calls.create(newCall(conversationId), holdOf('here')),
        ),
      );
      assert.equal(outcomes.filter(Boolean).length, 1);
      const first = await store.calls.liveIn(conversationId);
      assert.ok(first);
      await store.calls.update(first.id, ended('normal'));
      assert.equal(await store.calls.liveIn(conversationId), undefined);
      const second = await createCall(conversationId);
      await store.calls.update(second.id, {
        ...second,
        status: 'active',
        startedAt: new Date(),
      });
      assert.equal(
        await store.calls.create(newCall(conversationId), holdOf('here')),
        false,
      );
    });

    test('change their state, and participants theirs', async () => {
      const call = await createCall();
      const [participant] = call.participants;
      assert.ok(participant);
      const state = ended('forced');
      await store.calls.update(call.id, state);
      const leftAt = new Date();
      await store.calls.updateParticipant(participant.id, {
        leftAt,
        kicked: true,
      });
      assert.deepEqual(await store.calls.get(call.id), {
        ...call,
        ...state,
        participants: [{ ...participant, leftAt, kicked: true }],
      });
      await store.calls.updateParticipant(participant.id, {
        leftAt: undefined,
        kicked: false,
      });
      const back = await store.calls.get(call.id);
      assert.deepEqual(back?.participants, [participant]);
    });

    test('have ended exactly when they have the time of their end', async () => {
      const call = await createCall();
      const endless = { ...ended('normal'), endedAt: undefined };
      await assert.rejects(store.calls.update(call.id, endless));
      assert.deepEqual(await store.calls.get(call.id), call);
    });

    test('are listed by conversation and status, the newest first', async () => {
      const conversationId = newId();
      const first = await createCall(conversationId);
      // The same person again is one person.
      for (const userId of ['bob', 'bob', 'cyd']) {
        const participant = newParticipant(userId);
        await store.calls.addParticipant(first.id, participant);
      }
      await store.calls.update(first.id, ended('normal'));
      const second = await createCall(conversationId);
      await createCall();

      const page = { limit: 9, offset: 0 };
      const { calls, total } = await store.calls.history(conversationId, page);
      assert.equal(total, 2);
      const past = await store.calls.get(first.id);
      const live = {
        id: second.id,
        mode: second.mode,
        status: second.status,
        participantCount: 1,
        createdAt: second.createdAt,
        startedAt: undefined,
        endedAt: undefined,
      };
      assert.deepEqual(calls, [
        live,
        {
          id: first.id,
          mode: 'sfu',
          status: 'ended',
          participantCount: 3,
          createdAt: first.createdAt,
          startedAt: past?.startedAt,
          endedAt: past?.endedAt,
        },
      ]);
      const idsOf = async (
        options: Parameters<typeof store.calls.history>[1],
      ) => {
        const found = await store.calls.history(conversationId, options);
        return [found.calls.map(({ id }) => id), found.total];
      };
      assert.deepEqual(await idsOf({ limit: 1, offset: 1 }), [[first.id], 2]);
      assert.deepEqual(await idsOf({ limit: 1, offset: 2 }), [[], 2]);
      assert.deepEqual(await idsOf({ ...page, status: 'ended' }), [
        [first.id],
        1,
      ]);
      assert.deepEqual(await idsOf({ ...page, status: 'initiated' }), [
        [second.id],
        1,
      ]);
      assert.deepEqual(await idsOf({ ...page, status: 'active' }), [[], 0]);
    });

    test('that a server has left behind are ended together, with all who are in them', async () => {
      const holder = newId();
      const over = await createCall(undefined, holdOf(holder));
      await store.calls.update(over.id, ended('normal'));
      const call = await createCall(undefined, holdOf(holder));
      const another = await createCall(undefined, holdOf(holder));
      const elsewhere = await createCall(undefined, holdOf('elsewhere'));
      const left = { ...newParticipant('bob'), leftAt: inPast() };
      await store.calls.addParticipant(call.id, left);
      const past = await store.calls.get(over.id);
      const at = new Date();

      const [initiator] = call.participants;
      const gone = { ...initiator, leftAt: at };
      const end = { status: 'ended', endedAt: at, endReason: 'error' } as const;
      const expected = { ...call, ...end, participants: [gone, left] };
      const abandoned = await store.calls.endAbandoned('error', at, holder);
      assert.deepEqual(
        abandoned.map(({ id }) => id).toSorted(),
        [call.id, another.id].toSorted(),
      );
      assert.deepEqual(
        abandoned.find(({ id }) => id === call.id),
        { ...expected, participants: [gone] },
      );
      assert.deepEqual(await store.calls.get(call.id), expected);
      assert.deepEqual(await store.calls.get(over.id), past);
      assert.deepEqual(await store.calls.get(elsewhere.id), elsewhere);
      assert.deepEqual(await store.calls.endAbandoned('error', at, holder), []);
    });

    test('are ended when their hold has run out, and not if it is renewed', async () => {
      const holder = newId();
      const brief = holdOf(holder, -1);
      const call = await createCall(undefined, brief);
      const over = await createCall(undefined, brief);
      await store.calls.update(over.id, ended('normal'));
      const lost = await createCall(undefined, holdOf('gone', -1));
      assert.deepEqual(await store.calls.renew(holdOf(holder)), [call.id]);
      const idsOf = (calls: CallRecord[]) => calls.map(({ id }) => id);
      const at = new Date();
      assert.deepEqual(idsOf(await store.calls.endAbandoned('error', at)), [
        lost.id,
      ]);
      assert.deepEqual(await store.calls.get(call.id), call);
      await store.calls.renew(brief);
      assert.deepEqual(idsOf(await store.calls.endAbandoned('error', at)), [
        call.id,
      ]);
      assert.deepEqual(await store.calls.renew(holdOf(holder)), []);
    });

    test('are ended once by servers that look at the same time, however many they are', async () => {
      const calls: string[] = [];
      for (let count = 0; count < 105; count += 1) {
        calls.push((await createCall(undefined, holdOf('gone', -1))).id);
      }
      const at = new Date();
      const ended = await Promise.all(
        Array.from({ length: 3 }, () => store.calls.endAbandoned('error', at)),
      );
      const ids = ended.flatMap((them) => them.map(({ id }) => id));
      assert.deepEqual(ids.toSorted(), calls.toSorted());
      assert.ok(
        ended.flat().every(({ participants }) => participants.length === 1),
      );
    });
  });

  describe('transcriptions', () => {
    test('are read in the order in which they came, and in pages', async () => {
      const call = await createCall();
      const participantId = call.participants[0]?.id ?? '';
      const translations = (index: number): Record<string, string> =>
        index === 2 ? { fr: 'trois', de: 'drei "3"' } : {};
      const texts: TranscriptionRecord[] = ['one', 'two', 'three'].map(
        (text, index) => ({
          id: newId(),
          callId: call.id,
          participantId,
          text,
          language: 'en',
          timestamp: new Date(Date.now() - index * 1_000),
          confidence: index === 1 ? 0.95 : undefined,
          translations: translations(index),
        }),
      );
      for (const text of texts) {
        await store.calls.addTranscription(text);
      }
      const list = (limit: number, offset: number) =>
        store.calls.transcriptions(call.id, { limit, offset });
      const all = { transcriptions: texts, total: 3 };
      assert.deepEqual(await list(9, 0), all);
      assert.deepEqual(await list(1, 1), {
        ...all,
        transcriptions: texts.slice(1, 2),
      });
      const none = await store.calls.transcriptions(newId(), {
        limit: 9,
        offset: 0,
      });
      assert.deepEqual(none, { transcriptions: [], total: 0 });
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
