import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import jwt from 'jsonwebtoken';
import { WebSocket } from 'ws';

import type { Config } from '../../lib/config/schema.ts';
import type { NewBan } from '../../lib/rooms/RoomBans.ts';
import { Server } from '../../lib/Server.ts';
import { openStore } from '../../lib/store/openStore.ts';
import { socketOptions } from '../../tools/fixtures/ProtooConnection.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import {
  accessToken,
  accountToken,
  addAccount,
} from '../support/chatAccount.ts';
import { send } from '../support/http.ts';
import { JsonClient, userToken } from '../support/JsonClient.ts';
import { bearing, peerToken, tokensOnly } from '../support/peerToken.ts';
import { joinRoom } from '../support/protooMembers.ts';
import { onEachEngine, onPostgres } from '../support/stores.ts';
import type { Engine } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { CallsClient } from './calls/CallsClient.ts';
import { MeetingClient } from './meetings/MeetingClient.ts';

const BANNED = /a moderator has banned the client from the room/;

/** The account of {@link accessToken}, by every contract. */
const USER = '1';

/** The rooms that the account is banned from. */
interface Rooms {
  /** A lasting room, also of the chat API. */
  readonly chat: string;
  /** The room of a session. */
  readonly session: string;
  /** A ticket for the socket of the session, from before. */
  readonly ticket: string;
  /** The token that came with the ticket. */
  readonly token: string;
  /** A call whose media goes directly, and which another member keeps going. */
  readonly call: string;
}

async function configOf(engine: Engine): Promise<Config> {
  const config = testConfig({
    ...tokensOnly,
    store: await engine.emptyStore(),
  });
  const store = await openStore(config.store, '/');
  await addAccount(store);
  await store.close();
  return config;
}

/** Starts a server, which ends with the test at the latest. */
async function start(t: TestContext, config: Config): Promise<Server> {
  const server = await Server.start(config);
  t.after(() => server.close());
  return server;
}

/** A reply with its body, of any shape. */
interface Reply {
  readonly status: number;
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function post(
  server: Server,
  path: string,
  body: object,
  token = accessToken,
): Promise<Reply> {
  const reply = await send(server.url, path, JSON.stringify(body), {
    method: 'POST',
    headers: {
      ...bearing(token).headers,
      'Content-Type': 'application/json',
    },
  });
  return { status: reply.status, body: JSON.parse(reply.body) };
}

/** Enters by protoo, as the person of a token. */
function byProtoo(
  server: Server,
  roomId: string,
  token: string,
  peerId = USER,
) {
  return joinRoom(server, { roomId, peerId }, bearing(token));
}

/** Lets the account into a session, and returns what it entered with. */
async function enterSession(server: Server): Promise<Rooms> {
  const { body } = await post(server, '/session', { title: 'Session' });
  const entry = await post(server, `/connect/${body.socket}`, {});
  assert.equal(entry.status, 200);
  return {
    chat: 'chat-1',
    session: `session-${body.socket}`,
    ticket: entry.body.socket,
    token: entry.body.token,
    call: await startCall(server),
  };
}

/** Starts a call between the account and another user, who begins it. */
async function startCall(server: Server): Promise<string> {
  const { body } = await post(server, '/api/conversations', {
    type: 'group',
    memberIds: ['ada', 'bob'],
  });
  const { conversationId } = body.data;
  const call = await post(
    server,
    '/api/calls',
    { conversationId, type: 'audio' },
    userToken('ada'),
  );
  assert.equal(call.status, 201);
  const { callId } = call.body.data;
  const joined = await post(server, `/api/calls/${callId}/participants`, {});
  assert.equal(joined.status, 200);
  return callId;
}

/** The id of a person in a session. */
function personOf(token: string): string {
  return String((jwt.decode(token) as jwt.JwtPayload).sub);
}

/** Removes the account from all rooms for good, from those with media by a peer that is there. */
async function ban(
  server: Server,
  { chat, session, token, call }: Rooms,
): Promise<void> {
  const members = [
    await byProtoo(server, chat, accessToken),
    await byProtoo(server, session, token, personOf(token)),
  ];
  for (const { roomId, peerId } of members) {
    const moderator = { id: 'root', kind: 'key', gateway: 'admin' } as const;
    const room = server.registry.get(roomId);
    room.moderationBy(moderator).remove(peerId, 'forever');
  }
  await Promise.all(members.map((it) => it.closed));
  server.bans.add(banOf(`call-${call}`, USER));
}

function banOf(roomId: string, userId: string): NewBan {
  return {
    roomId,
    userId,
    spared: [],
    peerId: '',
    displayName: '',
    bannedBy: 'root',
    expiresAt: undefined,
  };
}

/** The ways into the rooms; each fails with the words of the refusal. */
function doorsOf(
  server: Server,
  { chat, session, ticket, token }: Rooms,
): Record<string, () => Promise<unknown>> {
  const webSocketUrl = server.url.replace(/^http/, 'ws');
  const fail = (words: unknown) => Promise.reject(new Error(String(words)));
  return {
    protoo: () => byProtoo(server, chat, accessToken),
    'protoo by another token': () =>
      byProtoo(server, chat, accountToken({ jti: 'newer' })),
    'the JSON WebSocket': async () => {
      const client = await JsonClient.connect(server.url, {
        header: accessToken,
      });
      await client
        .request('joinRoom', { roomId: chat })
        .finally(() => client.socket.close());
    },
    'the socket of the chat': async () => {
      const socket = new WebSocket(new URL('/ws/chat/1/', webSocketUrl), {
        ...socketOptions,
        ...bearing(accessToken),
      });
      const [code, said] = (await once(socket, 'close')) as [number, Buffer];
      assert.equal(code, 4000);
      await fail(said);
    },
    'the room of the session': () =>
      byProtoo(server, session, token, personOf(token)),
    'another entry into the session': async () => {
      const id = session.replace('session-', '');
      const { status, body } = await post(server, `/connect/${id}`, {});
      await (status === 403 && fail(body.error.message));
    },
    'the socket of the session': async () => {
      const client = await new MeetingClient(
        new URL(`/ws/${ticket}`, server.url),
      ).opened();
      client.send({ type: 'connect' });
      const { code, message } = await client.at(0);
      client.socket.terminate();
      await (code === 'BANNED' && fail(message));
    },
  };
}

/** The ways into the call, of the same kind. */
function callDoorsOf(
  server: Server,
  { call }: Rooms,
): Record<string, () => Promise<unknown>> {
  const media = { audioEnabled: true, videoEnabled: false };
  return {
    'the calls API': async () => {
      const path = `/api/calls/${call}/participants`;
      const { status, body } = await post(server, path, media);
      assert.equal(status, 403);
      throw new Error(body.error.message);
    },
    'the socket of calls': async () => {
      using client = new CallsClient(server, { rejectUnauthorized: false });
      await client.authenticate({ token: accessToken });
      const answer = await client.ask('call:join', { callId: call, ...media });
      assert.equal(answer.error.code, 'KICKED');
      throw new Error(answer.error.message);
    },
  };
}

/** @param ways - The ways into rooms by default, which all servers know. */
async function assertClosed(
  server: Server,
  rooms: Rooms,
  ways = doorsOf(server, rooms),
): Promise<void> {
  for (const [name, enter] of Object.entries(ways)) {
    await assert.rejects(enter(), BANNED, name);
  }
}

onEachEngine('a person banned from rooms', (engine) => {
  test('finds every door closed, at once and after a restart', async (t) => {
    const config = await configOf(engine);
    let server = await start(t, config);
    const rooms = await enterSession(server);
    // Each door is open before.
    for (const [name, enter] of Object.entries(doorsOf(server, rooms))) {
      if (!name.includes('chat')) {
        await enter();
      }
    }
    using device = new CallsClient(server, { rejectUnauthorized: false });
    await device.authenticate({ token: accessToken });
    await ban(server, rooms);
    assert.equal((await device.next('call:error')).code, 'KICKED');
    await assertClosed(server, rooms);
    // A call ends with its server, so its door is tried before.
    await assertClosed(server, rooms, callDoorsOf(server, rooms));
    await server.close();
    server = await start(t, config);
    await assertClosed(server, rooms);
  });
});

onPostgres('a person banned on one of two servers', (engine) => {
  test('finds every door closed on the other, also of rooms that are open there', async (t) => {
    const config = await configOf(engine);
    const [here, there] = [await start(t, config), await start(t, config)];
    const rooms = await enterSession(here);
    const guard = await byProtoo(
      there,
      'hall',
      peerToken('ada', { room: 'hall' }),
      'ada',
    );
    const bob = await byProtoo(
      there,
      'hall',
      peerToken('bob', { room: 'hall' }),
      'bob',
    );
    await ban(here, rooms);
    await until('the bans in the database', async () => {
      const bans = await there.bans.list({ limit: 10 });
      return bans.length === 3;
    });
    await assertClosed(there, rooms);
    here.bans.add(banOf('hall', 'bob'));
    assert.equal((await bob.closed).code, 4000);
    await guard.close();
  });

  test('leaves rooms, calls and sessions that are open on the other, also by a removal', async (t) => {
    const config = await configOf(engine);
    const [here, there] = [await start(t, config), await start(t, config)];
    const { call, session, ticket, token } = await enterSession(there);
    const member = await byProtoo(there, session, token, personOf(token));
    const socket = await new MeetingClient(
      new URL(`/ws/${ticket}`, there.url),
    ).opened();
    socket.send({ type: 'connect' });
    await socket.at(0);
    using device = new CallsClient(there, { rejectUnauthorized: false });
    await device.authenticate({ token: accessToken });
    for (const roomId of [session, `call-${call}`]) {
      here.bans.add({ ...banOf(roomId, USER), issuedUntil: new Date() });
    }
    assert.match((await member.closed).reason, /^removed:/);
    assert.match((await socket.closed).reason, /^removed:/);
    const { code, message } = await device.next('call:error');
    assert.equal(code, 'KICKED');
    assert.match(String(message), /^a moderator has removed the participant/);
  });
});
