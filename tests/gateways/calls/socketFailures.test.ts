import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import { Logger } from '../../../lib/core/logger.ts';
import { CallsClient } from './CallsClient.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';
import { assertProvoked } from './contractCodes.ts';

const UNKNOWN = '0123456789abcdef01234567';
const MEDIA = { audioEnabled: true, videoEnabled: true };

/** A server with a group of three, of whom two are in a call. */
class Scene implements AsyncDisposable {
  readonly site: CallsSite;
  readonly conversationId: string;
  readonly ada: CallsClient;
  readonly bob: CallsClient;
  readonly cy: CallsClient;
  callId = '';
  adas = '';
  bobs = '';

  private constructor(
    site: CallsSite,
    conversationId: string,
    [ada, bob, cy]: readonly [CallsClient, CallsClient, CallsClient],
  ) {
    this.site = site;
    this.conversationId = conversationId;
    this.ada = ada;
    this.bob = bob;
    this.cy = cy;
  }

  static async open(options: ConfigInput = {}): Promise<Scene> {
    const site = await CallsSite.start(options);
    const conversationId = await site.createGroup('ada', 'bob', 'cy');
    const scene = new Scene(site, conversationId, [
      await CallsClient.of(site, 'ada'),
      await CallsClient.of(site, 'bob'),
      await CallsClient.of(site, 'cy'),
    ]);
    const { callId } = await scene.ada.get('call:initiate', {
      conversationId,
      type: 'video',
    });
    const { participants } = await scene.bob.get('call:accept', {
      callId,
      ...MEDIA,
    });
    scene.callId = callId;
    [scene.adas, scene.bobs] = participants.map(
      ({ participantId }: { participantId: string }) => participantId,
    );
    return scene;
  }

  /** Joins the third, for whom the call switches to the server. */
  join() {
    return this.cy.ask('call:join', { callId: this.callId, ...MEDIA });
  }

  /** Acknowledges a switch, when it is asked for. */
  async acknowledge(client: CallsClient, success: boolean): Promise<void> {
    const { callId } = this;
    await client.next('call:mode-switch');
    await client.get('call:mode-switch-ack', { callId, success });
  }

  /** Asserts that the two are still in a direct call. */
  async assertDirect(): Promise<void> {
    const url = `/api/calls/${this.callId}`;
    const { body } = await this.site.ask('GET', url, undefined, tokenOf('ada'));
    const { mode, status, participants } = body.data;
    assert.deepEqual([mode, status, participants.length], ['p2p', 'active', 2]);
  }

  /** The process of the only media worker. */
  get worker() {
    const [worker] = this.site.server.pool.alive;
    assert.ok(worker);
    return worker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of [this.ada, this.bob, this.cy]) {
      client[Symbol.dispose]();
    }
    await this.site[Symbol.asyncDispose]();
  }
}

/** The codes that tests of this file have provoked. */
const provoked = new Set<string>();

/** Asserts a failure by its code and exact reason. */
function isFailure(
  answer: { success: boolean; error: { code: string; details: object } },
  code: string,
  reason: string,
): void {
  const { success, error } = answer;
  assert.deepEqual(
    [success, error.code, error.details],
    [false, code, { reason }],
  );
  provoked.add(error.code);
}

describe('the socket of calls', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-calls-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('answers INVALID_MODE to signals that have no use', async () => {
    await using scene = await Scene.open();
    const { ada, bob, callId, bobs } = scene;
    await Promise.all([
      scene.join(),
      scene.acknowledge(ada, true),
      scene.acknowledge(bob, true),
    ]);
    isFailure(
      await ada.ask('call:signal', {
        callId,
        targetParticipantId: bobs,
        signal: { type: 'offer', sdp: 'v=0\r\n' },
      }),
      'INVALID_MODE',
      'INVALID_MODE',
    );
  });

  test('tells who could not switch of MODE_SWITCH_FAILED', async () => {
    await using scene = await Scene.open();
    const { ada, bob, callId } = scene;
    await Promise.all([
      scene.join(),
      scene.acknowledge(ada, true),
      scene.acknowledge(bob, false),
    ]);
    const error = await bob.next('call:error');
    assert.deepEqual(error, {
      callId,
      code: 'MODE_SWITCH_FAILED',
      message: 'the participant did not switch, and has left the call',
    });
    provoked.add(error.code);
    const { totalParticipants } = await ada.next('call:participant-left');
    assert.equal(totalParticipants, 2);
  });

  test('tells those who are removed of KICKED, and lets them not return', async () => {
    await using scene = await Scene.open();
    const { bob, callId, bobs, site } = scene;
    const { status } = await site.ask(
      'DELETE',
      `/api/calls/${callId}/participants/${bobs}`,
      undefined,
      tokenOf('ada'),
    );
    assert.equal(status, 200);
    const { code, callId: about } = await bob.next('call:error');
    assert.deepEqual([code, about], ['KICKED', callId]);
    isFailure(
      await bob.ask('call:join', { callId, ...MEDIA }),
      'KICKED',
      'KICKED',
    );
  });

  test('answers TIMEOUT while the media worker does not, and the call goes on', async () => {
    await using scene = await Scene.open({ calls: { openTimeout: 100 } });
    const { pid } = scene.worker.worker;
    process.kill(pid, 'SIGSTOP');
    try {
      isFailure(await scene.join(), 'TIMEOUT', 'TIMEOUT');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await scene.assertDirect();
  });

  test('answers MEDIA_SERVER_ERROR if no media worker is ready, and the call goes on', async (t) => {
    t.mock.method(Logger.prototype, 'error', () => undefined);
    await using scene = await Scene.open({
      calls: { openTimeout: 600_000 },
      workers: { probeInterval: 100, probeTimeout: 200, hangTimeout: 300_000 },
    });
    const { probe, worker } = scene.worker;
    process.kill(worker.pid, 'SIGSTOP');
    try {
      await once(probe, 'stalled');
      isFailure(await scene.join(), 'MEDIA_SERVER_ERROR', 'MEDIA_SERVER_ERROR');
    } finally {
      process.kill(worker.pid, 'SIGCONT');
    }
    await scene.assertDirect();
  });

  test('answers SERVICE_UNAVAILABLE while the database is locked, and INTERNAL_SERVER_ERROR if it is broken', async (t) => {
    t.mock.method(Logger.prototype, 'error', () => undefined);
    const file = path.join(folder, 'atrium.db');
    await using scene = await Scene.open({ store: { file, busyTimeout: 0 } });
    const { ada, cy, callId } = scene;
    using other = new DatabaseSync(file);
    other.exec('begin immediate');
    isFailure(await scene.join(), 'SERVICE_UNAVAILABLE', 'STORE_UNAVAILABLE');
    other.exec('commit');

    other.exec('alter table calls rename to lost');
    isFailure(
      await cy.ask('call:join', { callId: UNKNOWN, ...MEDIA }),
      'INTERNAL_SERVER_ERROR',
      'INTERNAL_ERROR',
    );
    other.exec('alter table lost rename to calls');

    await Promise.all([
      scene.join(),
      scene.acknowledge(ada, true),
      scene.acknowledge(scene.bob, true),
    ]);
    const url = `/api/calls/${callId}`;
    const shown = await scene.site.ask('GET', url, undefined, tokenOf('ada'));
    assert.equal(shown.body.data.participants.length, 3);
  });

  test('has every code of the contract for what befalls a call', () => {
    assertProvoked('socketFailures.test.ts', provoked);
  });
});
