import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { format } from 'node:util';

import createDebug from 'debug';
import { z } from 'zod';

import { AppError, coreErrors } from '../../lib/core/errors.ts';
import { RequestDispatcher } from '../../lib/signalling/RequestDispatcher.ts';
import { Metrics } from '../../lib/core/metrics.ts';

const nothing = z.object({});
const arrival = {
  admit: () => ({
    countEntries: () => undefined,
    fail: () => undefined,
    [Symbol.dispose]: () => undefined,
  }),
};
const session = {
  gateway: 'test',
  context: { metrics: new Metrics() },
  noteRefusal: () => undefined,
  permit: () => undefined,
};

describe('a request that fails with an internal error', () => {
  test('is answered with an id that is in the log, and no internal details', async (t) => {
    const logged: string[] = [];
    const { log } = createDebug;
    createDebug.log = (...args: unknown[]) => {
      logged.push(format(...args));
    };
    createDebug.enable('atrium:error:*');
    t.after(() => {
      createDebug.log = log;
    });
    const spec = {
      summary: '',
      requires: 'user',
      data: nothing,
      reply: nothing,
    } as const;
    const dispatcher = new RequestDispatcher(
      { explode: spec },
      {
        explode: () => {
          throw new TypeError('the inside');
        },
      },
    );
    const outcome = await dispatcher.dispatch(session, {
      method: 'explode',
      data: {},
      arrival,
    });
    assert.ok(!outcome.ok);
    assert.equal(outcome.error.status, 500);
    assert.doesNotMatch(outcome.error.message, /inside/);
    const id = /fault ([\da-f-]{36})$/.exec(outcome.error.message)?.[1];
    assert.ok(id);
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? '', new RegExp(`explode failed, fault ${id}`));
    assert.match(logged[0] ?? '', /TypeError: the inside\\n +at /);
  });
});

describe('a request that is refused before it is served', () => {
  const spec = {
    summary: '',
    requires: 'user',
    data: nothing,
    reply: nothing,
  } as const;
  const dispatcher = new RequestDispatcher(
    { ask: spec },
    { ask: () => assert.fail('the request was served') },
  );
  const refusal = new AppError(coreErrors.LIMIT_REACHED, 'too fast');
  const refuse = (): never => {
    throw refusal;
  };
  const request = { method: 'ask', data: {}, arrival };

  test('by its session is answered with the reason', async () => {
    const outcome = await dispatcher.dispatch(
      { ...session, permit: refuse },
      request,
    );
    assert.deepEqual(outcome, { ok: false, error: refusal });
  });

  test('for its data is answered with the field', async () => {
    const data = z.object({ id: z.string() });
    const strict = new RequestDispatcher(
      { ask: { ...spec, data } },
      { ask: () => assert.fail('the request was served') },
    );
    const outcome = await strict.dispatch(session, request);
    assert.ok(!outcome.ok);
    assert.equal(outcome.error.code, 'VALIDATION_ERROR');
    assert.equal(
      outcome.error.message,
      'data.id: expected string, got nothing',
    );
  });

  test('by its link is answered with the reason', async () => {
    const outcome = await dispatcher.dispatch(session, {
      ...request,
      arrival: { admit: refuse },
    });
    assert.deepEqual(outcome, { ok: false, error: refusal });
  });
});

test('counts the entries of the list that the contract names', async () => {
  const spec = {
    summary: '',
    requires: 'user',
    counted: 'ids',
    data: z.object({ ids: z.array(z.string()).optional() }),
    reply: nothing,
  } as const;
  const dispatcher = new RequestDispatcher({ ask: spec }, { ask: () => ({}) });
  const counted: number[] = [];
  const counting = {
    admit: () => ({
      ...arrival.admit(),
      countEntries: (entries: number) => void counted.push(entries),
    }),
  };
  for (const data of [{ ids: ['a', 'b'] }, {}]) {
    const request = { method: 'ask', data, arrival: counting };
    assert.ok((await dispatcher.dispatch(session, request)).ok);
  }
  assert.deepEqual(counted, [2, 0]);
});
