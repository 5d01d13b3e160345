import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { CLOSE_CODES, ERRORS } from '@atrium/protocol';
import type { ErrorName } from '@atrium/protocol';

import { notifications } from '../../lib/gateways/protoo/notifications.ts';
import { refusalFor } from '../../sdk/src/core/Refusal.ts';
import { RequestError } from '../../sdk/src/core/Connection.ts';

await import('./coreOfSdk.ts');
const { endOf, interruptionSentence, refusalText, requestFailure } =
  await import('../../client/src/failures.ts');

const SENTENCE = /^[A-Z].*[.…]$/;

const MESSAGE = 'the room takes 2 peers, and as many are here';

const codes = Object.keys(ERRORS) as ErrorName[];

const names = notifications.closing.data.shape.name.options;

function failed(errorName: ErrorName): RequestError {
  const errorCode = ERRORS[errorName];
  const frame = { errorCode, errorName, errorReason: MESSAGE };
  return new RequestError('admitPeer', frame);
}

describe('a failure on the page', () => {
  before(() => {
    Object.assign(globalThis, { location: { origin: 'https://here.example' } });
  });

  for (const code of codes) {
    test(`with ${code} is told in words of the page`, () => {
      const refusal = refusalFor(code, MESSAGE);
      const { text } = requestFailure(failed(code));
      const end = endOf({ cause: 'refused', refusal });
      for (const sentence of [text, refusalText(refusal), end.text]) {
        assert.match(sentence, SENTENCE);
        assert.ok(!sentence.includes(MESSAGE));
        assert.ok(!sentence.includes('{'));
      }
      // There is something to do about it, or to wait for.
      assert.ok(
        requestFailure(failed(code)).remedy !== undefined ||
          /\. (?:Ask|Join|Let|Reload|There|Try|Wait) |no longer|is over|lobby|If it should/.test(
            text,
          ),
        text,
      );
    });
  }

  test('for a time tells its end, with the date unless that is today', () => {
    const told = (until: Date): string =>
      refusalText(refusalFor('BANNED', MESSAGE, until.getTime()));
    const today = new Date();
    today.setHours(15, 39, 1);
    assert.match(
      told(today),
      /\. You can join again after \P{L}*3:40\sPM.*\.$/u,
    );
    assert.match(
      told(new Date(2040, 4, 17, 15, 40)),
      /\. You can join again after \P{L}*May 17, 2040, 3:40\sPM.*\.$/u,
    );
    assert.doesNotMatch(
      refusalText(refusalFor('BANNED', MESSAGE)),
      /join again after/,
    );
  });

  test('that the page does not know is not told in words of the server', () => {
    const refusal = refusalFor('BRAND_NEW', MESSAGE);
    assert.match(refusalText(refusal), /does not know the reason/);
    const unknown = failed('BRAND_NEW' as ErrorName);
    assert.match(requestFailure(unknown).text, SENTENCE);
    assert.doesNotMatch(requestFailure(unknown).text, /2 peers/);
  });

  test('of a request whose connection broke is told as such', () => {
    const { text } = requestFailure(new Error('The connection has closed.'));
    assert.match(text, /connection to the server was lost/);
  });
});

describe('a connection that the server closed', () => {
  for (const [close, code] of Object.entries(CLOSE_CODES)) {
    test(`with ${close} has a sentence`, () => {
      assert.match(
        interruptionSentence({ code, reason: MESSAGE }, undefined),
        SENTENCE,
      );
    });
  }

  for (const name of names) {
    test(`because of "${name}" has a sentence, for the end and before a return`, () => {
      const close = { code: 4000, name, reason: MESSAGE };
      const end = endOf({ cause: 'closed', why: name, reason: MESSAGE });
      for (const text of [end.text, interruptionSentence(close, undefined)]) {
        assert.match(text, SENTENCE);
        assert.ok(!text.includes(MESSAGE));
      }
    });
  }

  test('has the reason of the last attempt beside its own', () => {
    const text = interruptionSentence(
      { code: 1006, reason: '' },
      refusalFor('SERVER_FULL', MESSAGE),
    );
    assert.equal(
      text,
      'The connection to the server was lost. The server is full right now. Trying again…',
    );
  });

  test('offers to join again only where that may work', () => {
    const again = (why: (typeof names)[number]): boolean =>
      endOf({ cause: 'closed', why, reason: MESSAGE }).again;
    assert.deepEqual(
      names.filter((name) => !again(name)),
      ['expired', 'banned'],
    );
    for (const [code, expected] of [
      ['BANNED', false],
      ['TOKEN_EXPIRED', false],
      ['ROOM_FULL', true],
      ['ROOM_LOCKED', true],
      ['INTERNAL_ERROR', true],
    ] as const) {
      const refusal = refusalFor(code, MESSAGE);
      assert.equal(endOf({ cause: 'refused', refusal }).again, expected, code);
    }
  });
});
