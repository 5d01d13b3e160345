import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { callErrors } from '../../lib/calls/errors.ts';
import { coreErrors } from '../../lib/core/errors.ts';
import { callRoutes } from '../../lib/gateways/calls/callRoutes.ts';
import { conversationRoutes } from '../../lib/gateways/calls/conversationRoutes.ts';
import { errorShape } from '../../lib/gateways/calls/encodeError.ts';
import { SOCKET_CODES } from '../../lib/gateways/calls/socketErrors.ts';

await import('./coreOfSdk.ts');
const { adviceFor, adviceOn } =
  await import('../../client/src/calls/advice.ts');
const { calls } = await import('../../client/src/texts/en/calls.ts');
const { useTexts } = await import('../../client/src/texts/texts.ts');
useTexts('en', 'ltr', calls);

/** A sentence, and one that says what can be done. */
const ADVICE =
  /^[A-Z].*\. (?:Ask|Call|Change|Check|Hang up|Join|Read|Reload|Say|Start|Try|Use|Wait) .*\.$/;

const MESSAGE = 'expected the words of the server';

const reasons = [
  ...Object.values(callErrors),
  ...Object.values(coreErrors),
  ...[callRoutes, conversationRoutes].flatMap((routes) =>
    Object.values(routes).flatMap((route) => [...route.errors]),
  ),
].map(({ code }) => code);

describe('a failure on the page of calls', () => {
  for (const reason of new Set<string>(reasons)) {
    test(`for the reason ${reason} has advice of its own`, () => {
      const details = { reason };
      const error = adviceOn({ code: 'OTHER', message: MESSAGE, details });
      assert.match(error.message, ADVICE);
      assert.ok(!error.message.includes(MESSAGE));
      assert.equal(error.code, reason);
    });
  }

  const codes = errorShape.shape.error.shape.code.options;
  for (const code of new Set<string>([...codes, ...SOCKET_CODES])) {
    test(`with the code ${code} has advice, also for an unknown reason`, () => {
      const details = { reason: 'OTHER' };
      const error = adviceOn({ code, message: MESSAGE, details });
      assert.match(error.message, ADVICE);
      assert.ok(!error.message.includes(MESSAGE));
      assert.equal(adviceOn({ code, message: MESSAGE }).code, code);
    });
  }

  test('that is unknown is shown in the words of the server', () => {
    const { message } = adviceOn({ code: 'toString', message: MESSAGE });
    assert.match(message, ADVICE);
    assert.ok(message.includes(MESSAGE));
  });

  test('at a limit that does not pass by waiting says so', () => {
    const texts = ['calls.conversationsPerUser', 'limits.signalBurst'].map(
      (option) =>
        adviceOn({
          code: 'RATE_LIMIT_EXCEEDED',
          message: MESSAGE,
          details: { reason: 'LIMIT_REACHED', option },
        }).message,
    );
    assert.match(texts[0] ?? '', /^You already have as many conversations as/);
    assert.match(texts[1] ?? '', /Try again in a moment\.$/);
  });

  test('of an account has advice by its status, or by the field', () => {
    for (const status of [401, 403, 404, 418, 429, 500, 502, 503]) {
      const { message } = adviceFor(status, { detail: MESSAGE });
      assert.match(message, ADVICE);
      assert.ok(!message.includes(MESSAGE));
    }
    const body = { password: ['this password is too common.'] };
    assert.equal(
      adviceFor(400, body).message,
      'This password is too common. Change it, then try again.',
    );
    assert.match(adviceFor(500, {}).message, ADVICE);
  });
});
