import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type {
  CallRecord,
  ParticipantRecord,
  TranscriptionRecord,
} from '../../lib/store/CallStore.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';
import {
  newId,
  inPast,
  newParticipant,
  newCall,
  holdOf,
  ended,
} from './callRecords.ts';

onEachEngine('stored calls', (engine) => {
  let store: Store;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });
  after(() => store.close());

  async function createCall(
    conversationId?: string,
    hold = holdOf('here'),
  ): Promise<CallRecord> {
    const call = newCall(conversationId);
    assert.ok(await store.calls.create(call, hold));
    return call;
  }

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
});
