import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { joinRefusal, refusalFor } from '../../sdk/src/core/refusals.ts';

import { sessionErrors } from '../../lib/signalling/errors.ts';
import type { ErrorCode } from '../../lib/signalling/errors.ts';

/** Failures of requests that come after a client has joined, or over HTTP. */
const AFTER_JOINING: ReadonlySet<ErrorCode> = new Set([
  'WRONG_DIRECTION',
  'TRANSPORT_REQUIRED',
  'TRANSPORT_NOT_FOUND',
  'TRANSPORT_CONNECTED',
  'PRODUCER_NOT_FOUND',
  'CONSUMER_NOT_FOUND',
  'DATA_PRODUCER_NOT_FOUND',
  'DATA_CONSUMER_NOT_FOUND',
  'PEER_NOT_FOUND',
  'UNKNOWN_METHOD',
  'NOT_JOINED',
  'ALREADY_JOINED',
]);

describe('a refusal on the page', () => {
  const codes = (Object.keys(sessionErrors) as ErrorCode[]).filter(
    (code) => !AFTER_JOINING.has(code),
  );
  for (const code of codes) {
    test(`with ${code} has a sentence of its own`, () => {
      const refusal = refusalFor(code);
      assert.match(refusal?.text ?? '', /^[A-Z].*\.$/);
      const others = codes.filter((other) => other !== code);
      const texts = others.map((other) => refusalFor(other)?.text);
      assert.ok(!texts.includes(refusal?.text));
      // If a retry cannot help, the sentence says what can.
      assert.ok(
        !refusal?.final || /\. (Ask|Try|Check|Join) /.test(refusal.text),
      );
      assert.ok(joinRefusal(sessionErrors[code].status));
    });
  }

  test('that is temporary is retried', () => {
    assert.equal(refusalFor('TOKEN_NOT_YET_VALID')?.final, false);
    assert.equal(refusalFor('LIMIT_REACHED')?.final, false);
    assert.equal(refusalFor('TOKEN_INVALID')?.final, true);
    assert.equal(refusalFor('toString'), undefined);
  });
});
