import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { errorShape } from '../../../lib/gateways/calls/encodeError.ts';
import { send } from '../../support/http.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';

const TOO_LONG = 'x'.repeat(100_000);

/** A refusal: the request, and the status and reason of its answer. */
type Refusal = readonly [
  method: string,
  path: string,
  status: number,
  reason: string,
  body?: string,
  headers?: Record<string, string>,
];

const REFUSALS: readonly Refusal[] = [
  ['GET', '/api', 404, 'NOT_FOUND'],
  ['GET', '/api/', 404, 'NOT_FOUND'],
  ['GET', '/api/nothing', 404, 'NOT_FOUND'],
  ['POST', '/api/nothing', 404, 'NOT_FOUND', '{}'],
  ['GET', '/api/Calls', 404, 'NOT_FOUND'],
  ['GET', '/api//calls', 404, 'NOT_FOUND'],
  ['GET', '/api/%', 404, 'NOT_FOUND'],
  ['GET', '/api/v2/calls', 404, 'NOT_FOUND'],
  ['GET', '/api/calls/x/y/z', 404, 'NOT_FOUND'],
  ['GET', '/api/calls/%ff', 400, 'VALIDATION_ERROR'],
  ['PATCH', '/api/calls', 405, 'METHOD_NOT_ALLOWED', '{}'],
  ['TRACE', '/api/share-links/x/sessions', 405, 'METHOD_NOT_ALLOWED'],
  ['POST', '/api/calls', 400, 'MALFORMED_BODY', '{'],
  ['POST', '/api/calls', 413, 'PAYLOAD_TOO_LARGE', TOO_LONG],
  [
    'POST',
    '/api/calls',
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    '{}',
    { 'Content-Type': 'text/plain' },
  ],
  [
    'GET',
    '/api/nothing',
    403,
    'ORIGIN_REFUSED',
    undefined,
    { Origin: 'https://evil.example' },
  ],
];

describe('every error below /api has the shape of the contract', () => {
  let site: CallsSite;

  before(async () => {
    site = await CallsSite.start();
  });
  after(() => site[Symbol.asyncDispose]());

  for (const where of ['its own address', 'the main address']) {
    for (const [method, path, status, reason, body, headers] of REFUSALS) {
      test(`${method} ${path} at ${where}: ${reason}`, async () => {
        const base = where === 'its own address' ? site.url : site.server.url;
        const reply = await send(base, path, body, {
          method,
          headers: {
            Authorization: `Bearer ${tokenOf('ada')}`,
            'Content-Type': 'application/json',
            ...headers,
          },
        });
        const whole = JSON.parse(reply.body);
        assert.deepEqual(errorShape.parse(whole), whole);
        assert.deepEqual(
          [reply.status, whole.error.details.reason],
          [status, reason],
        );
      });
    }
  }

  test('except below the paths of another contract', async () => {
    const { status, body } = await send(
      site.server.url,
      '/api/rooms/1/nothing/',
      undefined,
      { method: 'GET' },
    );
    assert.deepEqual([status, JSON.parse(body).success], [404, undefined]);
  });
});
