import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';

import type { CallsClient } from '../gateways/calls/CallsClient.ts';
import { CallsProcess } from '../support/CallsProcess.ts';
import { ConfigFolder } from '../support/ServerProcess.ts';
import { onEachEngine, onPostgres } from '../support/stores.ts';
import { until } from '../support/until.ts';

const MEDIA = { audioEnabled: true, videoEnabled: true };
const people = ['ada', 'bob', 'cy'] as const;

/** Makes a group of everybody; returns its id. */
async function makeGroup(server: CallsProcess): Promise<string> {
  const [creator, ...memberIds] = people;
  const { conversationId } = await server.get(
    creator,
    'POST',
    'api/conversations',
    { type: 'group', memberIds },
  );
  return conversationId;
}

/** Starts a call that the others join, and acknowledges the switch. */
async function call(
  [caller, ...others]: readonly CallsClient[],
  conversationId: string,
): Promise<string> {
  assert.ok(caller);
  const { callId } = await caller.get('call:initiate', {
    conversationId,
    type: 'video',
  });
  for (const other of others) {
    await other.get('call:join', { callId, ...MEDIA });
  }
  for (const client of others.length > 1
    ? [caller, ...others.slice(0, -1)]
    : []) {
    await client.next('call:mode-switch');
    await client.get('call:mode-switch-ack', { callId, success: true });
  }
  return callId;
}

/** Reads a call as its initiator. */
function show(server: CallsProcess, callId: string) {
  return server.get('ada', 'GET', `api/calls/${callId}`);
}

onEachEngine('a server with calls', (engine) => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });
  after(() => folder.remove());

  test('that is killed ends them when it is back, and takes new ones', async () => {
    const store = await engine.emptyStore();
    await using killed = await CallsProcess.start(folder, store);
    const [group, ringing] = [await makeGroup(killed), await makeGroup(killed)];
    const ids: string[] = [];
    {
      await using devices = new AsyncDisposableStack();
      const clients = [];
      for (const userId of people) {
        clients.push(devices.use(await killed.device(userId)));
      }
      ids.push(await call(clients, group));
      ids.push(await call(clients.slice(0, 1), ringing));
      const [active = ''] = ids;
      await until(
        'the switch is stored',
        async () => (await show(killed, active)).mode === 'sfu',
      );
      const gone = clients.map((client) => client.disconnected());
      await killed.kill();
      assert.deepEqual(
        await Promise.all(gone),
        people.map(() => 'transport close'),
      );
    }

    await using back = await CallsProcess.start(folder, store);
    const [active = '', unanswered = ''] = ids;
    for (const [callId, conversationId, present] of [
      [active, group, people],
      [unanswered, ringing, people.slice(0, 1)],
    ] as const) {
      const shown = await show(back, callId);
      assert.equal(shown.status, 'ended');
      assert.deepEqual(
        shown.participants.map((it: { userId: string }) => it.userId),
        present,
      );
      for (const { joinedAt, leftAt } of shown.participants) {
        assert.ok(joinedAt <= leftAt && leftAt <= shown.endedAt);
      }
      const history = `api/conversations/${conversationId}/calls`;
      const { calls, total } = await back.get('bob', 'GET', history);
      assert.equal(total, 1);
      const [{ duration, endedAt, status }] = calls;
      assert.deepEqual(
        [status, endedAt, duration],
        ['ended', shown.endedAt, shown.duration],
      );
      const sinceStart = Date.parse(endedAt) - Date.parse(shown.createdAt);
      assert.ok(duration >= 0 && duration <= sinceStart / 1_000 + 1);
      assert.ok(callId === active || duration === 0);
    }

    using ada = await back.device('ada');
    using bob = await back.device('bob');
    const hers = [await ada.next('call:ended'), await ada.next('call:ended')];
    assert.deepEqual(
      new Map(hers.map((it) => [it.callId, it.reason])),
      new Map(ids.map((callId) => [callId, 'error'])),
    );
    const { endedAt, duration } = await show(back, active);
    assert.deepEqual(await bob.next('call:ended'), {
      callId: active,
      reason: 'error',
      endedAt,
      duration,
    });
    assert.deepEqual([ada.taken(), bob.taken()], [[], []]);
    const { error } = await bob.ask('call:join', { callId: active, ...MEDIA });
    assert.equal(error.code, 'CALL_ENDED');
    const again = await call([ada, bob], group);
    assert.equal((await show(back, again)).status, 'active');
  });
});

onPostgres('servers with calls that share a database', (engine) => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });
  after(() => folder.remove());

  test('leave the calls of each other alone, until one is killed', async () => {
    const store = await engine.emptyStore();
    const named = (server: string) => ({ server, serverTimeout: 3_000 });
    await using one = await CallsProcess.start(folder, store, named('one'));
    const group = await makeGroup(one);
    await using devices = new AsyncDisposableStack();
    const clients = [
      devices.use(await one.device('ada')),
      devices.use(await one.device('bob')),
    ];
    const callId = await call(clients, group);
    await using two = await CallsProcess.start(folder, store, named('two'));
    assert.equal((await show(two, callId)).status, 'active');
    using bob = await two.device('bob');
    await one.kill();
    const { callId: ended, reason } = await bob.next('call:ended');
    assert.deepEqual([ended, reason], [callId, 'error']);
    assert.equal((await show(two, callId)).status, 'ended');
  });
});

describe('a call through the server', () => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });
  after(() => folder.remove());

  test('outlives its media worker', async () => {
    await using server = await CallsProcess.start(folder);
    const group = await makeGroup(server);
    using ada = await server.device('ada');
    using bob = await server.device('bob');
    using cy = await server.device('cy');
    const callId = await call([ada, bob, cy], group);
    await until(
      'the switch',
      async () => (await show(server, callId)).mode === 'sfu',
    );

    const [worker] = server.server.workers;
    assert.ok(worker);
    process.kill(worker, 'SIGKILL');
    await until('another worker', () => {
      const [successor] = server.server.workers;
      return successor !== undefined && successor !== worker;
    });

    // The room is there for a participant who returns.
    const { participants } = await show(server, callId);
    const [, , { participantId }] = participants;
    await cy.get('call:leave', { callId, participantId });
    await ada.next('call:participant-left');
    const joined = await cy.get('call:join', { callId, ...MEDIA });
    assert.equal(joined.mode, 'sfu');
    assert.equal(joined.mediaServerConfig.routerId, `call-${callId}`);
    const shown = await show(server, callId);
    assert.equal(shown.status, 'active');
    for (const client of [ada, bob, cy]) {
      const names = client.taken();
      assert.ok(!names.includes('call:ended'), names.join(', '));
      assert.ok(!names.includes('call:error'), names.join(', '));
    }
  });
});
