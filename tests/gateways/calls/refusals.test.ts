import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';

import { Logger } from '../../../lib/core/logger.ts';
import { errorShape } from '../../../lib/gateways/calls/encodeError.ts';
import { aboveEachEngine } from '../../support/stores.ts';
import { BACKEND, CallsSite, tokenOf } from './CallsSite.ts';
import type { Reply } from './CallsSite.ts';
import { HTTP_CODES } from './contractCodes.ts';
import { isRefused } from './replies.ts';

const UNKNOWN = 'f'.repeat(24);
const ada = tokenOf('ada');
const bob = tokenOf('bob');
const cyd = tokenOf('cyd');
const eve = tokenOf('eve');

/** The codes with which requests of this file were refused. */
const refused = new Set<string>();

/** Asserts a refusal, and notes its code. */
function notes(
  reply: Reply,
  status: number,
  code: string,
  reason: string,
): void {
  isRefused(reply, status, code, reason);
  refused.add(code);
}

function initiate(
  site: CallsSite,
  conversationId: string,
  token = ada,
): Promise<Reply> {
  const body = { conversationId, type: 'video' };
  return site.ask('POST', '/api/calls', body, token);
}

function join(site: CallsSite, callId: string, token: string): Promise<Reply> {
  const path = `/api/calls/${callId}/participants`;
  return site.ask('POST', path, undefined, token);
}

aboveEachEngine('calls over HTTP', (engine) => {
  let site: CallsSite;
  let group: string;
  let callId: string;

  before(async () => {
    site = await CallsSite.start({
      store: await engine.emptyStore(),
      calls: { reconnectTimeout: 600_000, maxParticipants: 2 },
    });
    group = await site.createGroup('ada', 'bob', 'cyd');
    const { body } = await initiate(site, group);
    callId = body.data.callId;
  });
  after(() => site[Symbol.asyncDispose]());

  test('refuse malformed ids, bodies and modes', async () => {
    for (const [method, below, body] of [
      ['GET', '/nothing', undefined],
      ['DELETE', `/${UNKNOWN}/participants/nothing`, undefined],
      ['POST', '', { conversationId: 'nothing', type: 'video' }],
      ['POST', '', { conversationId: UNKNOWN, type: 'text' }],
      ['POST', '', undefined],
      ['POST', `/${UNKNOWN}/participants`, { audioEnabled: 'yes' }],
      ['PUT', `/${UNKNOWN}/mode`, { mode: 'mesh' }],
    ] as const) {
      const reply = await site.ask(method, `/api/calls${below}`, body, ada);
      notes(reply, 400, 'INVALID_REQUEST', 'VALIDATION_ERROR');
    }
  });

  test('refuse a start by others than members', async () => {
    const reply = await initiate(site, group, eve);
    notes(reply, 400, 'INVALID_REQUEST', 'NOT_A_MEMBER');
  });

  test('refuse clients without a token', async () => {
    for (const [method, below] of [
      ['POST', ''],
      ['GET', `/${callId}`],
      ['DELETE', `/${callId}`],
      ['POST', `/${callId}/participants`],
      ['DELETE', `/${callId}/participants/${UNKNOWN}`],
      ['PUT', `/${callId}/mode`],
      ['POST', `/${callId}/transcriptions`],
      ['GET', `/${callId}/transcriptions`],
    ] as const) {
      const reply = await site.ask(method, `/api/calls${below}`);
      notes(reply, 401, 'UNAUTHORIZED', 'TOKEN_MISSING');
    }
  });

  test('refuse others, and the backend, which has no calls', async () => {
    for (const token of [eve, BACKEND]) {
      const path = `/api/calls/${callId}`;
      const reply = await site.ask('GET', path, undefined, token);
      notes(reply, 403, 'FORBIDDEN', 'PERMISSION_DENIED');
    }
  });

  test('find no unknown calls, participants and conversations', async () => {
    for (const [method, path, reason] of [
      ['GET', `calls/${UNKNOWN}`, 'CALL_NOT_FOUND'],
      ['DELETE', `calls/${UNKNOWN}`, 'CALL_NOT_FOUND'],
      ['POST', `calls/${UNKNOWN}/participants`, 'CALL_NOT_FOUND'],
      ['GET', `calls/${UNKNOWN}/transcriptions`, 'CALL_NOT_FOUND'],
      [
        'DELETE',
        `calls/${callId}/participants/${UNKNOWN}`,
        'PARTICIPANT_NOT_FOUND',
      ],
      ['GET', `conversations/${UNKNOWN}/calls`, 'CONVERSATION_NOT_FOUND'],
    ] as const) {
      const reply = await site.ask(method, `/api/${path}`, undefined, ada);
      notes(reply, 404, 'NOT_FOUND', reason);
    }
    const reply = await initiate(site, UNKNOWN);
    notes(reply, 404, 'NOT_FOUND', 'CONVERSATION_NOT_FOUND');
  });

  test('refuse a second call in a conversation, and more people than there are places', async () => {
    const reply = await initiate(site, group, bob);
    notes(reply, 409, 'CONFLICT', 'CALL_ALREADY_ACTIVE');
    assert.equal((await join(site, callId, bob)).status, 200);
    isRefused(
      await join(site, callId, cyd),
      400,
      'INVALID_REQUEST',
      'MAX_PARTICIPANTS_REACHED',
    );
  });

  test('are not for public and global conversations', async () => {
    for (const type of ['public', 'global']) {
      const created = await site.ask(
        'POST',
        '/api/conversations',
        { type, memberIds: ['ada'] },
        BACKEND,
      );
      const reply = await initiate(site, created.body.data.conversationId);
      const code = 'INVALID_CONVERSATION_TYPE';
      notes(reply, 422, code, code);
    }
  });

  test('are started only so often by one user', async () => {
    await using slow = await CallsSite.start({
      store: await engine.emptyStore(),
      limits: { callsPerMinute: 1 },
    });
    const conversationId = await slow.createGroup('ada', 'bob');
    assert.equal((await initiate(slow, conversationId)).status, 201);
    const reply = await initiate(slow, conversationId);
    notes(reply, 429, 'RATE_LIMIT_EXCEEDED', 'LIMIT_REACHED');
    const { option, retryAfter } = reply.body.error.details;
    assert.equal(option, 'limits.callsPerMinute');
    assert.equal(reply.headers.get('retry-after'), String(retryAfter));
    // Others have limits of their own.
    isRefused(
      await initiate(slow, conversationId, bob),
      409,
      'CONFLICT',
      'CALL_ALREADY_ACTIVE',
    );
  });
});

describe('calls over HTTP', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-calls-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('answer 503 while the database is locked, and 500 if it is broken', async (t) => {
    t.mock.method(Logger.prototype, 'error', () => undefined);
    const file = path.join(folder, 'atrium.db');
    await using site = await CallsSite.start({
      store: { file, busyTimeout: 0 },
    });
    const group = await site.createGroup('ada', 'bob');
    using other = new DatabaseSync(file);

    other.exec('begin immediate');
    notes(
      await initiate(site, group),
      503,
      'SERVICE_UNAVAILABLE',
      'STORE_UNAVAILABLE',
    );
    other.exec('commit');
    const { status, body } = await initiate(site, group);
    assert.equal(status, 201);

    const show = () =>
      site.ask('GET', `/api/calls/${body.data.callId}`, undefined, ada);
    other.exec('alter table call_participants rename to lost');
    notes(await show(), 500, 'INTERNAL_SERVER_ERROR', 'INTERNAL_ERROR');
    other.exec('alter table lost rename to call_participants');
    assert.equal((await show()).status, 200);
  });

  test('answer 503 while the media worker does not, and the call goes on', async () => {
    await using site = await CallsSite.start({
      calls: { openTimeout: 100, reconnectTimeout: 600_000 },
    });
    const group = await site.createGroup('ada', 'bob', 'cyd');
    const { body } = await initiate(site, group);
    const { callId } = body.data;
    await join(site, callId, bob);
    const { pid } = site.server.pool.alive[0]?.worker ?? assert.fail();
    process.kill(pid, 'SIGSTOP');
    try {
      notes(
        await join(site, callId, cyd),
        503,
        'SERVICE_UNAVAILABLE',
        'TIMEOUT',
      );
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const shown = await site.ask('GET', `/api/calls/${callId}`, undefined, bob);
    assert.equal(shown.body.data.mode, 'p2p');
    assert.equal(shown.body.data.participants.length, 2);
  });

  test('answer 503 while the server drains', async () => {
    await using site = await CallsSite.start();
    const group = await site.createGroup('ada', 'bob');
    site.server.calls.drain();
    notes(
      await initiate(site, group),
      503,
      'SERVICE_UNAVAILABLE',
      'SHUTTING_DOWN',
    );
  });

  test('are refused with every code of the contract', () => {
    const { code } = errorShape.shape.error.shape;
    assert.deepEqual(new Set(code.options), new Set(HTTP_CODES));
    assert.deepEqual(refused, new Set(HTTP_CODES));
  });
});
