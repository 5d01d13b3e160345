import assert from 'node:assert/strict';

import type { Reply } from './CallsSite.ts';

/** Asserts an answer with exactly this data. */
export function hasBody(reply: Reply, status: number, data: unknown): void {
  assert.deepEqual(
    [reply.status, reply.body],
    [status, { success: true, data }],
  );
}

/** Asserts a refusal with a code of the contract and the exact reason. */
export function isRefused(
  { status, body }: Reply,
  expected: number,
  code: string,
  reason: string,
): void {
  const { message, details } = body.error ?? {};
  assert.deepEqual(
    [status, body],
    [expected, { success: false, error: { code, message, details } }],
  );
  assert.equal(details.reason, reason);
  assert.ok(typeof message === 'string' && message.length > 10, message);
}
