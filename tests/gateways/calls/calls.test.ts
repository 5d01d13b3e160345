import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { liveRoomIdOf } from '../../../lib/calls/liveRoomIds.ts';
import type { CallDevice } from '../../../lib/calls/types.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import { userCaller } from '../../support/callers.ts';
import { accessToken, addAccount } from '../../support/chatAccount.ts';
import { aboveEachEngine } from '../../support/stores.ts';
import { until } from '../../support/until.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';
import type { Reply } from './CallsSite.ts';
import { hasBody, isRefused } from './replies.ts';

const ID = /^[\da-f]{24}$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const RING_TIMEOUT = 90_000;

aboveEachEngine('the calls API', (engine) => {
  let site: CallsSite;
  const ada = tokenOf('ada');
  const bob = tokenOf('bob');
  const cyd = tokenOf('cyd');
  const eve = tokenOf('eve');
  const admin = tokenOf('root', { role: 'admin' });
  const moderator = tokenOf('mod', { role: 'moderator' });

  before(async () => {
    const options = await engine.emptyStore();
    const store = await openStore(options, '/');
    await addAccount(store);
    await store.users.setRole(1, 'moderator');
    await store.close();
    site = await CallsSite.start({
      store: options,
      calls: {
        ringTimeout: RING_TIMEOUT,
        // People here have no devices.
        reconnectTimeout: 600_000,
        returnToP2p: false,
      },
      limits: { callsPerMinute: 1_000 },
    });
  });
  after(() => site[Symbol.asyncDispose]());

  const initiate = (conversationId: string, body: object = {}) =>
    site.ask(
      'POST',
      '/api/calls',
      { conversationId, type: 'video', ...body },
      ada,
    );

  const show = (callId: string, token = ada) =>
    site.ask('GET', `/api/calls/${callId}`, undefined, token);

  const join = (callId: string, token: string, body?: object) =>
    site.ask('POST', `/api/calls/${callId}/participants`, body, token);

  const leave = (callId: string, participantId: string, token: string) =>
    site.ask(
      'DELETE',
      `/api/calls/${callId}/participants/${participantId}`,
      undefined,
      token,
    );

  const end = (callId: string, token = ada) =>
    site.ask('DELETE', `/api/calls/${callId}`, undefined, token);

  const switchMode = (callId: string, mode: string, token: string) =>
    site.ask('PUT', `/api/calls/${callId}/mode`, { mode }, token);

  /** Starts a call of a group, which its members join in turn. */
  async function startCall(...joining: string[]): Promise<string> {
    const group = await site.createGroup('ada', 'bob', 'cyd');
    const { body } = await initiate(group);
    for (const token of joining) {
      assert.equal((await join(body.data.callId, token)).status, 200);
    }
    return body.data.callId;
  }

  /** The participants of a call as it is shown, by the ids of their users. */
  async function participantsOf(
    callId: string,
  ): Promise<Record<string, Reply['body']>> {
    const { body } = await show(callId);
    return Object.fromEntries(
      body.data.participants.map((it: { userId: string }) => [it.userId, it]),
    );
  }

  /** The router of a call, as its live room has it. */
  function mediaServerOf(callId: string): object {
    const room = site.server.registry.get(liveRoomIdOf(callId));
    return {
      routerId: room.id,
      // Only what JSON has.
      rtpCapabilities: JSON.parse(JSON.stringify(room.routers.rtpCapabilities)),
    };
  }

  function isTime(text: unknown): void {
    assert.match(String(text), ISO);
  }

  describe('of a call', () => {
    test('starts it, and shows it while it rings', async () => {
      const conversationId = await site.createGroup('ada', 'bob');
      const reply = await initiate(conversationId, {
        settings: { audioEnabled: true, videoEnabled: false },
      });
      const { callId, createdAt, expiresAt, participants } = reply.body.data;
      const [{ participantId, joinedAt }] = participants;
      const call = {
        callId,
        conversationId,
        mode: 'p2p',
        status: 'initiated',
        initiator: { userId: 'ada', username: 'Name of ada' },
        participants: [
          {
            participantId,
            userId: 'ada',
            username: 'Name of ada',
            role: 'initiator',
            status: 'connected',
            joinedAt,
          },
        ],
        createdAt,
      };
      hasBody(reply, 201, { ...call, expiresAt });
      assert.match(callId, ID);
      assert.match(participantId, ID);
      isTime(createdAt);
      isTime(joinedAt);
      assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), RING_TIMEOUT);
      const shown = { ...call, endedAt: null, duration: 0 };
      hasBody(await show(callId), 200, shown);
      hasBody(await show(callId, admin), 200, shown);
    });

    test('starts one at a time in a conversation', async () => {
      const conversationId = await site.createGroup('ada', 'bob');
      const { body } = await initiate(conversationId, { type: 'audio' });
      isRefused(
        await initiate(conversationId),
        409,
        'CONFLICT',
        'CALL_ALREADY_ACTIVE',
      );
      assert.equal((await end(body.data.callId)).status, 200);
      assert.equal((await initiate(conversationId)).status, 201);
    });

    test('accepts one that rings, by joining it', async () => {
      const callId = await startCall();
      const reply = await join(callId, bob, {
        audioEnabled: true,
        videoEnabled: false,
      });
      const { participantId, joinedAt } = reply.body.data;
      const { ada: first } = await participantsOf(callId);
      hasBody(reply, 200, {
        participantId,
        callId,
        mode: 'p2p',
        status: 'active',
        participants: [
          first,
          {
            participantId,
            userId: 'bob',
            username: 'Name of bob',
            role: 'participant',
            status: 'connected',
            joinedAt,
          },
        ],
        joinedAt,
      });
      isTime(joinedAt);
      assert.equal((await show(callId)).body.data.status, 'active');
      isRefused(
        await join(callId, bob),
        409,
        'CONFLICT',
        'ALREADY_PARTICIPANT',
      );
    });

    test('gives the third participant, and a guest, the router of the room', async () => {
      const conversationId = await site.createGroup('ada', 'bob');
      const started = await initiate(conversationId);
      const { callId } = started.body.data;
      await join(callId, bob);
      const link = await site.ask(
        'POST',
        `/api/conversations/${conversationId}/share-links`,
        {},
        ada,
      );
      const session = await site.ask(
        'POST',
        `/api/share-links/${link.body.data.token}/sessions`,
        { username: 'Alice' },
      );
      const { sessionToken, anonymousUserId } = session.body.data;
      const reply = await join(callId, sessionToken);
      const mediaServerConfig = mediaServerOf(callId);
      const { participantId, joinedAt } = reply.body.data;
      const people = await participantsOf(callId);
      const guest = {
        participantId,
        anonymousUserId,
        username: 'Alice',
        role: 'participant',
        status: 'connected',
        joinedAt,
      };
      const participants = [people['ada'], people['bob'], guest];
      hasBody(reply, 200, {
        participantId,
        callId,
        mode: 'sfu',
        status: 'active',
        mediaServerConfig,
        participants,
        joinedAt,
      });
      const { createdAt, initiator } = started.body.data;
      const shown = await until('the mode to be sfu', async () => {
        const now = await show(callId, sessionToken);
        return now.body.data.mode === 'sfu' && now;
      });
      hasBody(shown, 200, {
        callId,
        conversationId,
        mode: 'sfu',
        status: 'active',
        initiator,
        participants,
        mediaServerConfig,
        createdAt,
        endedAt: null,
        duration: shown.body.data.duration,
      });
    });

    test('lets participants leave, and ends it with the last one', async () => {
      const callId = await startCall(bob);
      const people = await participantsOf(callId);
      const { participantId } = people['bob'];
      isRefused(
        await leave(callId, people['ada'].participantId, bob),
        403,
        'FORBIDDEN',
        'PERMISSION_DENIED',
      );
      const left = await leave(callId, participantId, bob);
      const { leftAt } = left.body.data;
      hasBody(left, 200, {
        message: 'Left call successfully',
        participantId,
        leftAt,
      });
      isTime(leftAt);
      isRefused(
        await leave(callId, participantId, bob),
        404,
        'NOT_FOUND',
        'PARTICIPANT_NOT_FOUND',
      );
      assert.deepEqual(Object.keys(await participantsOf(callId)), ['ada']);
      await leave(callId, people['ada'].participantId, ada);
      const { body } = await show(callId, bob);
      assert.equal(body.data.status, 'ended');
      isTime(body.data.endedAt);
      const gone = { status: 'disconnected' };
      assert.deepEqual(body.data.participants, [
        {
          ...people['ada'],
          ...gone,
          leftAt: body.data.participants[0].leftAt,
        },
        { ...people['bob'], ...gone, leftAt },
      ]);
    });

    test('lets the initiator and admins remove others, who cannot return', async () => {
      const callId = await startCall(bob, cyd);
      const people = await participantsOf(callId);
      for (const [userId, remover, removed] of [
        ['bob', ada, bob],
        ['cyd', admin, cyd],
      ] as const) {
        const { participantId } = people[userId];
        const { status, body } = await leave(callId, participantId, remover);
        assert.equal(status, 200);
        assert.equal(body.data.participantId, participantId);
        isRefused(await join(callId, removed), 403, 'FORBIDDEN', 'KICKED');
      }
    });

    test('lets the initiator and admins end it', async () => {
      for (const token of [ada, admin]) {
        const callId = await startCall(bob);
        for (const other of [bob, moderator]) {
          isRefused(
            await end(callId, other),
            403,
            'FORBIDDEN',
            'PERMISSION_DENIED',
          );
        }
        const reply = await end(callId, token);
        const { endedAt, duration } = reply.body.data;
        hasBody(reply, 200, {
          message: 'Call ended successfully',
          callId,
          endedAt,
          duration,
        });
        isTime(endedAt);
        assert.ok(Number.isInteger(duration) && duration >= 0);
        isRefused(
          await join(callId, cyd),
          400,
          'INVALID_REQUEST',
          'CALL_ENDED',
        );
        const { body } = await show(callId);
        assert.deepEqual(
          [body.data.status, body.data.endedAt, body.data.duration],
          ['ended', endedAt, duration],
        );
      }
    });

    test('is for those alone who may see it', async () => {
      const callId = await startCall();
      for (const reply of [
        await show(callId, eve),
        await join(callId, eve),
        await show(callId, bob),
      ]) {
        isRefused(reply, 403, 'FORBIDDEN', 'PERMISSION_DENIED');
      }
    });
  });

  describe('of the calls of a conversation', () => {
    test('lists them in pages, the newest first', async () => {
      const conversationId = await site.createGroup('ada', 'bob');
      const path = `/api/conversations/${conversationId}/calls`;
      const list = (query = '', token = bob) =>
        site.ask('GET', `${path}${query}`, undefined, token);
      hasBody(await list(), 200, { calls: [], total: 0, limit: 20, offset: 0 });

      const first = await initiate(conversationId);
      await join(first.body.data.callId, bob);
      const ended = await end(first.body.data.callId);
      const second = await initiate(conversationId);
      await join(second.body.data.callId, bob);
      const past = {
        callId: first.body.data.callId,
        mode: 'p2p',
        status: 'ended',
        participantCount: 2,
        createdAt: first.body.data.createdAt,
        endedAt: ended.body.data.endedAt,
        duration: ended.body.data.duration,
      };
      const whole = await list();
      const present = {
        callId: second.body.data.callId,
        mode: 'p2p',
        status: 'active',
        participantCount: 2,
        createdAt: second.body.data.createdAt,
        endedAt: null,
        duration: whole.body.data.calls[0].duration,
      };
      const calls = [present, past];
      hasBody(whole, 200, { calls, total: 2, limit: 20, offset: 0 });
      hasBody(await list('?limit=1&offset=1'), 200, {
        calls: [past],
        total: 2,
        limit: 1,
        offset: 1,
      });
      for (const [status, callId] of [
        ['active', present.callId],
        ['ended', past.callId],
      ]) {
        const { body } = await list(`?status=${status}`);
        assert.equal(body.data.total, 1);
        assert.equal(body.data.calls[0].callId, callId);
      }
      for (const query of ['?status=over', '?limit=101', '?offset=-1']) {
        const reply = await list(query);
        isRefused(reply, 400, 'INVALID_REQUEST', 'VALIDATION_ERROR');
      }
      isRefused(await list('', eve), 403, 'FORBIDDEN', 'PERMISSION_DENIED');
    });
  });

  describe('of the mode of a call', () => {
    test('lets moderators and admins switch it', async () => {
      const callId = await startCall(bob);
      for (const token of [ada, bob]) {
        isRefused(
          await switchMode(callId, 'sfu', token),
          403,
          'FORBIDDEN',
          'PERMISSION_DENIED',
        );
      }
      const reply = await switchMode(callId, 'sfu', moderator);
      const { switchedAt } = reply.body.data;
      hasBody(reply, 200, {
        callId,
        mode: 'sfu',
        switchedAt,
        mediaServerConfig: mediaServerOf(callId),
      });
      isTime(switchedAt);
      assert.equal((await show(callId)).body.data.mode, 'sfu');
      isRefused(
        await switchMode(callId, 'sfu', moderator),
        400,
        'INVALID_REQUEST',
        'INVALID_MODE',
      );
      const back = await switchMode(callId, 'p2p', admin);
      hasBody(back, 200, {
        callId,
        mode: 'p2p',
        switchedAt: back.body.data.switchedAt,
      });
      assert.equal(
        'mediaServerConfig' in (await show(callId)).body.data,
        false,
      );
    });

    test('goes by the role of the account, and not of its token', async () => {
      const callId = await startCall(bob);
      const reply = await switchMode(callId, 'sfu', accessToken);
      assert.equal(reply.status, 200);
    });

    test('keeps that of a call of three', async () => {
      const callId = await startCall(bob, cyd);
      isRefused(
        await switchMode(callId, 'p2p', admin),
        400,
        'INVALID_REQUEST',
        'INVALID_MODE',
      );
    });

    test('reports that the participants did not switch', async () => {
      const callId = await startCall(bob);
      using devices = new DisposableStack();
      for (const userId of ['ada', 'bob']) {
        devices.use(site.server.calls.register(unwilling(userId)));
      }
      isRefused(
        await switchMode(callId, 'sfu', moderator),
        409,
        'CONFLICT',
        'MODE_SWITCH_FAILED',
      );
      assert.equal((await show(callId)).body.data.mode, 'p2p');
    });
  });

  /** A device that fails to switch. */
  function unwilling(userId: string): CallDevice {
    const caller = userCaller(userId);
    return {
      caller,
      language: undefined,
      confirm: () => Promise.resolve(true),
      deliver(event) {
        if (event.type === 'modeSwitch') {
          const { calls } = site.server;
          void calls.acknowledgeSwitch(caller, event.callId, 'failed');
        }
      },
    };
  }
});
