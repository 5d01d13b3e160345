import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { userCaller } from '../support/callers.ts';
import { CallsHarness } from '../support/calls.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';

aboveEachEngine('an observer of calls', (engine) => {
  let harness: CallsHarness;

  before(async () => {
    harness = await CallsHarness.open(engine);
  });
  after(() => harness.close());

  /** The facts about a call, each with the person it is about. */
  const factsOf = (callId: string): string[] =>
    harness.facts
      .filter(({ call }) => call.id === callId)
      .map((fact) =>
        'participant' in fact
          ? `${fact.type} ${fact.participant.userId}`
          : fact.type,
      );

  test('is told what happens, in order', async () => {
    const [ada, bob] = ['ada', 'bob'].map((id) => userCaller(id));
    assert.ok(ada && bob);
    const conversation = await harness.conversation([ada, bob]);
    const devices = [harness.connect(ada), harness.connect(bob)];
    const { callId, participants } = await harness.call(devices, conversation);
    const [, second] = participants;
    await harness.calls.remove(bob, callId, second?.participantId ?? '');
    await harness.calls.end(ada, callId);
    assert.deepEqual(factsOf(callId), [
      'initiated',
      'joined ada',
      'started',
      'joined bob',
      'left bob',
      'left ada',
      'ended',
    ]);
    const ended = harness.facts.at(-1);
    assert.equal(ended?.call.endReason, 'forced');
    assert.ok(ended.call.endedAt instanceof Date);
  });

  test('is told of calls that ended with an earlier process', async () => {
    const zoe = userCaller('zoe');
    const conversation = await harness.conversation([zoe, userCaller('tim')]);
    const { callId } = await harness.calls.initiate(zoe, {
      conversationId: conversation,
      type: 'audio',
    });
    await harness.calls.endInterrupted();
    await until('the end', () => factsOf(callId).includes('ended'));
    assert.deepEqual(factsOf(callId), [
      'initiated',
      'joined zoe',
      'left zoe',
      'ended',
    ]);
  });
});
