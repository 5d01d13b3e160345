import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';

import { bearerToken } from '../../lib/http/bearerToken.ts';

function tokenOf(authorization?: string): string {
  return bearerToken({ headers: { authorization } } as IncomingMessage);
}

test('the header Authorization brings one token, with the scheme Bearer', () => {
  assert.equal(tokenOf('Bearer abc'), 'abc');
  assert.equal(tokenOf('  bearer   abc '), 'abc');
  for (const [header, message] of [
    [undefined, 'expected Bearer and a token, got nothing'],
    ['', 'expected Bearer and a token, got nothing'],
    ['Basic YTpi', 'expected Bearer and a token, got another scheme'],
    ['Bearer', 'expected Bearer and one token, got none'],
    ['Bearer a b', 'expected Bearer and one token, got 2'],
  ] as const) {
    assert.throws(() => tokenOf(header), {
      message: `Authorization: ${message}`,
    });
  }
});
