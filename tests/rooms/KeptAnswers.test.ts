import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { EventBudget } from '../../lib/rooms/EventBudget.ts';
import { KeptAnswers } from '../../lib/rooms/KeptAnswers.ts';
import type { AnswerLimit } from '../../lib/rooms/KeptAnswers.ts';
import type { Limits } from '../../lib/limits/options.ts';
import { liveLimits } from '../support/limits.ts';

/** A reply that costs 1,024 bytes. */
function reply(id: number): { id: string } {
  return { id: String(id).padEnd(1_024 - 256 - '{"id":""}'.length) };
}

function budgetOf(limit: number): EventBudget<AnswerLimit> {
  return new EventBudget<AnswerLimit>('limits.answerBytes', () => limit);
}

/** Answers, and a request whose reply tells how often it was served. */
function answersWith(limits: Partial<Limits> = {}, budget = budgetOf(1e9)) {
  const answers = new KeptAnswers(liveLimits(limits).view, budget);
  let served = 0;
  const send = (key: string, request = 'request') =>
    answers.once(key, request, () => {
      served += 1;
      return Promise.resolve(reply(served));
    });
  return { answers, budget, send };
}

describe('requests with keys', () => {
  test('are served once for each key', async () => {
    const { send } = answersWith();
    assert.deepEqual(await send('a'), reply(1));
    assert.deepEqual(await send('b'), reply(2));
    assert.deepEqual(await send('a'), reply(1));
    assert.deepEqual(await send('b'), reply(2));
  });

  test('share the reply while they are served', async () => {
    const { answers } = answersWith();
    const serving = Promise.withResolvers<object>();
    let served = 0;
    const serve = (): Promise<object> => {
      served += 1;
      return serving.promise;
    };
    const both = [1, 2].map(() => answers.once('key', 'request', serve));
    serving.resolve(reply(7));
    assert.deepEqual(await Promise.all(both), [reply(7), reply(7)]);
    assert.equal(served, 1);
  });

  test('are served anew after a refusal, which those under way share', async () => {
    const { answers, send } = answersWith();
    const refused = [1, 2].map(() =>
      answers.once('key', 'request', () => Promise.reject(new Error('no'))),
    );
    for (const request of refused) {
      await assert.rejects(request, /no/);
    }
    assert.deepEqual(await send('key'), reply(1));
  });

  test('are refused with the key of another, answered or under way', async () => {
    const { answers, send } = answersWith();
    await send('key', 'one');
    const error = {
      code: 'VALIDATION_ERROR',
      message:
        'data.requestKey: expected a new one, or the method and data that it was sent with before, got others with "key"',
    };
    await assert.rejects(send('key', 'other'), error);
    const serving = Promise.withResolvers<object>();
    const pending = answers.once('slow', 'one', () => serving.promise);
    await assert.rejects(
      send('slow', 'other'),
      /^AppError: data\.requestKey: expected a new one/,
    );
    serving.resolve({});
    await pending;
  });

  test('are forgotten beyond their number, the oldest first', async () => {
    const { send } = answersWith({ answersPerPeer: 2 });
    for (const key of ['a', 'b', 'c']) {
      await send(key);
    }
    assert.deepEqual(await send('b'), reply(2));
    assert.deepEqual(await send('c'), reply(3));
    assert.deepEqual(await send('a'), reply(4), 'served anew');
  });

  test('are forgotten beyond their bytes, the oldest first', async () => {
    const { answers, budget, send } = answersWith({
      answerBytesPerPeer: 4_096,
    });
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      await send(key);
    }
    assert.deepEqual([answers.cost, budget.cost], [4_096, 4_096]);
    assert.deepEqual(await send('b'), reply(2));
    assert.deepEqual(await send('a'), reply(6), 'served anew');
  });

  test('are not kept if one reply is larger than all may be', async () => {
    const { answers, send } = answersWith({ answerBytesPerPeer: 4_096 });
    await send('a');
    const large = { id: 'x'.repeat(4_096) };
    await answers.once('large', 'request', () => Promise.resolve(large));
    assert.equal(answers.cost, 1_024);
    assert.deepEqual(await send('a'), reply(1));
  });

  test('are forgotten for the peer with the most beyond the limit of the server', async () => {
    const budget = budgetOf(3 * 1_024);
    const many = answersWith({}, budget);
    const few = answersWith({}, budget);
    await many.send('a');
    await many.send('b');
    await few.send('a');
    await few.send('b');
    assert.deepEqual([many.answers.cost, few.answers.cost], [0, 2_048]);
    assert.deepEqual(await few.send('a'), reply(1));
    assert.deepEqual(await many.send('a'), reply(3), 'served anew');
  });

  test('are not kept once the peer has closed', async () => {
    const { answers, budget, send } = answersWith();
    await send('a');
    const serving = Promise.withResolvers<object>();
    const pending = answers.once('late', 'request', () => serving.promise);
    answers.close();
    serving.resolve(reply(9));
    assert.deepEqual(await pending, reply(9));
    assert.deepEqual([answers.cost, budget.cost], [0, 0]);
  });
});
