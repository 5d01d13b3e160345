import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { get } from '../../support/http.ts';
import { JsonClient } from '../../support/JsonClient.ts';
import { bearing } from '../../support/peerToken.ts';
import { CallsClient } from './CallsClient.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';

const LIFETIME = 600_000;

const ada = tokenOf('ada');

/** A guest, as the answer to the start of the session says. */
interface Guest {
  sessionToken: string;
  anonymousUserId: string;
  conversationId: string;
}

describe('a guest by a share link', () => {
  let site: CallsSite;
  /** A call with a room, of a conversation with a link. */
  let call: { room: string; callId: string; link: string };
  let gil: Guest;

  before(async () => {
    site = await CallsSite.start({
      calls: { reconnectTimeout: 600_000, guestLifetime: LIFETIME },
    });
    call = await startCall('ada', 'bob');
    gil = await startSession(call.link, 'Gil');
  });
  after(() => site[Symbol.asyncDispose]());

  /** Starts a call of three, which goes through the server. */
  async function startCall(initiator: string, other: string) {
    const conversationId = await site.createGroup(initiator, other);
    const token = tokenOf(initiator);
    const path = `/api/conversations/${conversationId}/share-links`;
    const { body: shared } = await site.ask('POST', path, {}, token);
    const link: string = shared.data.token;
    const body = { conversationId, type: 'video' };
    const { body: started } = await site.ask('POST', '/api/calls', body, token);
    const { callId } = started.data;
    const third = await startSession(link, 'Third');
    for (const joining of [tokenOf(other), third.sessionToken]) {
      await join(callId, joining);
    }
    return { room: `call-${callId}`, callId: callId as string, link };
  }

  async function startSession(link: string, username: string): Promise<Guest> {
    const path = `/api/share-links/${link}/sessions`;
    const { status, body } = await site.ask('POST', path, { username });
    assert.equal(status, 201);
    return body.data;
  }

  /** Joins a call; returns the id of the participant. */
  async function join(callId: string, token: string): Promise<string> {
    const path = `/api/calls/${callId}/participants`;
    const { status, body } = await site.ask('POST', path, {}, token);
    assert.equal(status, 200);
    return body.data.participantId;
  }

  /** Enters a room by protoo. */
  function byProtoo(
    { sessionToken, anonymousUserId }: Guest,
    room = call.room,
    peerId = `${anonymousUserId}-1`,
  ) {
    const options = bearing(sessionToken);
    return ProtooClient.connect(site.server.url, room, peerId, options);
  }

  /** Connects to the JSON API, which says who the client is. */
  async function byJson({ sessionToken }: Guest): Promise<JsonClient> {
    const client = await JsonClient.connect(site.server.url, {
      query: sessionToken,
    });
    await client.received('connected');
    return client;
  }

  /** The status and the error with which an admission is answered. */
  async function admission(room: string, peerId: string, token: string) {
    const path = `/rooms/${room}/peers/${peerId}/admission`;
    const asked = await get(site.server.url, path, bearing(token));
    return [asked.status, JSON.parse(asked.body).error?.code];
  }

  test('enters the room of the call by protoo and by the JSON API', async () => {
    const participantId = await join(call.callId, gil.sessionToken);
    const peerId = `${gil.anonymousUserId}-${participantId}`;
    const protoo = await byProtoo(gil, call.room, peerId);
    await protoo.request('joinRoom', { roomId: call.room, peerId });

    const json = await byJson(gil);
    const { data } = await json.received('connected');
    assert.deepEqual(data.user, {
      id: gil.anonymousUserId,
      email: '',
      fullName: 'Gil',
      role: 'guest',
    });
    const { participants } = await json.request('joinRoom', {
      roomId: call.room,
    });
    assert.deepEqual(
      participants.map(({ id, userId, displayName }) => [
        id,
        userId,
        displayName,
      ]),
      [[peerId, gil.anonymousUserId, 'Gil']],
    );
    await Promise.all([protoo.close(), json.close()]);
  });

  test('enters before joining the call, and not once removed from it', async () => {
    const max = await startSession(call.link, 'Max');
    await (await byProtoo(max)).close();

    const json = await byJson(max);
    await json.request('joinRoom', { roomId: call.room });
    const participantId = await join(call.callId, max.sessionToken);
    const path = `/api/calls/${call.callId}/participants/${participantId}`;
    const { status } = await site.ask('DELETE', path, undefined, ada);
    assert.equal(status, 200);
    await json.closed;

    const again = await byJson(max);
    await assert.rejects(again.request('joinRoom', { roomId: call.room }), {
      error: 'AUTH_TOKEN_INVALID',
      details: undefined,
      message: /was removed from the call/,
    });
    await again.close();
    const peerId = max.anonymousUserId;
    assert.deepEqual(await admission(call.room, peerId, max.sessionToken), [
      403,
      'FORBIDDEN',
    ]);
  });

  test('reaches nothing else', async () => {
    const other = await startCall('cy', 'dan');
    const { anonymousUserId: id, sessionToken } = gil;
    for (const room of [other.room, 'chat-1', 'session-1']) {
      const [status] = await admission(room, id, sessionToken);
      assert.equal(status, 403, room);
    }
    const [status, code] = await admission(call.room, 'ada', sessionToken);
    assert.deepEqual([status, code], [403, 'FORBIDDEN']);

    const json = await byJson(gil);
    for (const [request, data] of [
      ['joinRoom', { roomId: other.room }],
      ['joinRoom', { roomId: 'lobby' }],
      ['createRoom', { name: 'Mine' }],
      ['getRouterRtpCapabilities', { roomId: 'lobby' }],
    ] as const) {
      await assert.rejects(
        json.request(request, data),
        { error: 'AUTH_TOKEN_INVALID' },
        JSON.stringify(data),
      );
    }
    await json.close();
    using media = new CallsClient({ url: `${site.url}/media` });
    const { callId } = other;
    const answer = await media.ask('authenticate', { sessionToken, callId });
    assert.equal(answer.error.code, 'FORBIDDEN');
  });

  test('is not let in without a session', async () => {
    const sessionToken = 'x'.repeat(43);
    const { anonymousUserId: id } = gil;
    assert.deepEqual(await admission(call.room, id, sessionToken), [
      401,
      'TOKEN_INVALID',
    ]);
    const json = await JsonClient.connect(site.server.url, {
      query: sessionToken,
    });
    const refused = await json.received('error');
    assert.equal(refused.error, 'AUTH_TOKEN_INVALID');
    await json.close();
  });

  test('is out once the session is over', async (t) => {
    const eve = await startSession(call.link, 'Eve');
    const [json, outside] = await Promise.all([byJson(eve), byJson(eve)]);
    const { sessionToken } = eve;

    const now = Date.now();
    t.mock.method(Date, 'now', () => now + 2 * LIFETIME);
    await assert.rejects(json.request('joinRoom', { roomId: call.room }), {
      error: 'AUTH_TOKEN_EXPIRED',
    });
    const path = `/api/calls/${call.callId}/participants`;
    const joined = await site.ask('POST', path, {}, sessionToken);
    assert.deepEqual(
      [joined.status, joined.body.error.details.reason],
      [401, 'SESSION_INVALID'],
    );
    assert.deepEqual(
      await admission(call.room, eve.anonymousUserId, sessionToken),
      [401, 'TOKEN_INVALID'],
    );
    await assert.rejects(
      outside.request('authenticate', { token: sessionToken }),
      { error: 'AUTH_TOKEN_INVALID' },
    );
    await Promise.all([json.close(), outside.close()]);
  });
});
