import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { refusalFor } from '../../sdk/src/core/Refusal.ts';
import { refusalSentence } from '../../sdk/src/core/refusalSentence.ts';

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
  'ID_TAKEN',
]);

/** Answers in lobbies: clients of the core wait there, which is no failure. */
const IN_LOBBIES: ReadonlySet<ErrorCode> = new Set([
  'IN_LOBBY',
  'ROOM_HAS_LOBBY',
]);

describe('a refusal in words', () => {
  before(() => {
    Object.assign(globalThis, { location: { origin: 'https://here.example' } });
  });

  const codes = (Object.keys(sessionErrors) as ErrorCode[]).filter(
    (code) => !AFTER_JOINING.has(code) && !IN_LOBBIES.has(code),
  );
  for (const code of codes) {
    test(`with ${code} has a sentence of its own`, () => {
      const refusal = refusalFor(code, '');
      const sentence = refusalSentence(refusal);
      assert.match(sentence, /^[A-Z].*\.$/);
      const others = codes.filter((other) => other !== code);
      const sentences = others.map((other) =>
        refusalSentence(refusalFor(other, '')),
      );
      assert.ok(!sentences.includes(sentence));
      // If a retry cannot help, the sentence says what can.
      assert.ok(!refusal.final || /\. (Ask|Try|Check|Join) /.test(sentence));
    });
  }

  test('that is temporary is retried', () => {
    assert.equal(refusalFor('TOKEN_NOT_YET_VALID', '').final, false);
    assert.equal(refusalFor('LIMIT_REACHED', '').final, false);
    assert.equal(refusalFor('TOKEN_INVALID', '').final, true);
  });

  test('without a sentence is told in the words of the server', () => {
    const refusal = refusalFor('toString', 'This is new.');
    assert.equal(refusal.code, 'OTHER');
    assert.equal(refusal.final, false);
    assert.equal(refusalSentence(refusal), 'This is new.');
  });

  test('names the origin that the server does not know', () => {
    assert.match(
      refusalSentence(refusalFor('ORIGIN_REFUSED', '')),
      /from this address, https:\/\/here\.example\. /,
    );
  });
});
