import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import type { RequestData } from '@atrium/protocol/protoo';
import { WebSocket } from 'ws';

import { Server } from '../../../lib/Server.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import {
  Refused,
  socketOptions,
} from '../../../tools/fixtures/ProtooConnection.ts';
import { startServer, testConfig } from '../../../tools/fixtures/server.ts';
import { JsonClient, userToken } from '../../support/JsonClient.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { joinRoom } from '../../support/protooMembers.ts';

const BANNED = { code: 403, errorName: 'BANNED' };

type Extra = Partial<RequestData<'joinRoom'>>;

/** Joins over a new connection. */
function join(
  server: Server,
  roomId: string,
  peerId: string,
  extra: Extra = {},
  token?: string,
) {
  return joinRoom(
    server,
    { roomId, peerId, ...extra },
    token === undefined ? {} : bearing(token),
  );
}

describe('a peer that a moderator bans from a protoo room', () => {
  const config = testConfig(tokensOnly);
  const room = 'banned';
  let server: Server;

  const enter = (peerId: string, claims = {}, extra: Extra = {}) =>
    join(server, room, peerId, extra, peerToken(peerId, { room, ...claims }));

  const enterAsModerator = () => enter('ada', { role: 'moderator' });

  before(async () => {
    server = await Server.start(config);
  });

  after(() => server.close());

  test('is removed, and has no way back by any token, contract or restart', async () => {
    const ada = await enterAsModerator();
    const token = peerToken('bob', { room, jti: 'one' });
    const bob = await join(server, room, 'bob', {}, token);
    const { resumeToken } = bob.joined;
    await ada.request('removePeer', { peerId: 'bob', ban: true });
    const reason =
      'banned: a moderator removed the peer from the room, which it cannot enter again';
    assert.deepEqual(await bob.closed, { code: 4000, reason });
    assert.deepEqual(await bob.notified('closing'), {
      code: 4000,
      name: 'banned',
      reason,
    });
    assert.deepEqual(await ada.notified('peerLeft'), {
      peerId: 'bob',
      reason: 'removed',
    });

    await assert.rejects(join(server, room, 'bob', {}, token), BANNED);
    await assert.rejects(enter('bob', { jti: 'two' }), BANNED);
    await assert.rejects(enter('bob', { role: 'moderator' }), BANNED);
    await assert.rejects(enter('bob', {}, { resumeToken, received: 0 }), {
      code: 403,
      errorName: 'REMOVED',
    });
    const asUser = await JsonClient.as(server.url, 'bob');
    await assert.rejects(asUser.request('joinRoom', { roomId: room }), {
      code: 'AUTH_TOKEN_INVALID',
      message: /a moderator has banned the client from the room until/,
    });
    asUser.socket.close();

    await ada.close();
    // The room has closed, and another one is opened by its first member.
    await assert.rejects(enter('bob'), BANNED);
    await server.close();
    server = await Server.start(config);
    await assert.rejects(enter('bob'), BANNED);
    const eve = await enter('eve');
    await eve.close();
  });

  test('is told until when, and comes back once the ban is lifted', async () => {
    const ada = await enterAsModerator();
    const dan = await enter('dan');
    const since = Date.now();
    await ada.request('removePeer', { peerId: 'dan', ban: 60_000 });
    await dan.closed;
    await assert.rejects(enter('dan'), (refused) => {
      assert.ok(refused instanceof Refused);
      const { message, until = 0 } = refused;
      assert.equal(
        message,
        `a moderator has banned the client from the room until ${new Date(until).toISOString()}`,
      );
      return until - since >= 60_000 && until - since < 120_000;
    });
    const bans = await server.bans.list({ roomId: room, limit: 10 });
    const ban = bans.find(({ userId }) => userId === 'dan');
    assert.ok(ban);
    assert.deepEqual(
      [ban.network, ban.peerId, ban.bannedBy],
      [undefined, 'dan', 'ada'],
    );
    assert.equal(await server.bans.lift(ban.id), true);
    assert.equal(await server.bans.lift(ban.id), false);
    const returned = await enter('dan');
    await Promise.all([ada.close(), returned.close()]);
  });

  test('is told of no end if the ban is for good', async () => {
    const ada = await enterAsModerator();
    const zoe = await enter('zoe');
    await ada.request('removePeer', { peerId: 'zoe', ban: 'forever' });
    await zoe.closed;
    await assert.rejects(enter('zoe'), {
      ...BANNED,
      message: 'a moderator has banned the client from the room',
    });
    await ada.close();
  });

  test('comes back with a newer token alone if it was removed without a ban', async () => {
    const ada = await enterAsModerator();
    const token = peerToken('tim', { room });
    const tim = await join(server, room, 'tim', {}, token);
    const olderTokens = [
      token,
      peerToken('tim', { room, jti: 'another' }),
      peerToken('tim', { room, iat: undefined }),
      peerToken('tim', { room, role: 'moderator' }),
    ];
    const { resumeToken } = tim.joined;
    const phone = await JsonClient.join(server.url, room, 'tim');
    await ada.request('removePeer', { peerId: 'tim', ban: false });
    const removed = {
      code: 4000,
      reason: 'removed: a moderator removed the peer from the room',
    };
    assert.deepEqual(await tim.closed, removed);
    assert.equal((await phone.closed).code, 4000);
    await assert.rejects(enter('tim', {}, { resumeToken, received: 0 }), {
      errorName: 'REMOVED',
      message: 'resumeToken: a moderator has removed its peer from the room',
    });
    const refused = {
      code: 403,
      errorName: 'REMOVED',
      message:
        /^token: a moderator has removed the client from the room; expected a token issued after .*Z, got an older one$/,
    };
    for (const older of olderTokens) {
      await assert.rejects(join(server, room, 'tim', {}, older), refused);
    }
    const iat = Math.floor(Date.now() / 1_000) - 60;
    const asUser = await JsonClient.connect(server.url, {
      header: userToken('tim', { iat }),
    });
    await assert.rejects(asUser.request('joinRoom', { roomId: room }), {
      code: 'AUTH_TOKEN_INVALID',
      message: /a moderator has removed the client from the room/,
    });
    asUser.socket.close();

    await ada.close();
    await server.close();
    server = await Server.start(config);
    await assert.rejects(join(server, room, 'tim', {}, token), refused);
    const later = Math.floor(Date.now() / 1_000) + 1;
    const returned = await enter('tim', { iat: later });
    const elsewhere = peerToken('tim', { room: 'elsewhere', iat: later - 60 });
    const other = await join(server, 'elsewhere', 'tim', {}, elsewhere);
    await Promise.all([returned.close(), other.close()]);
  });

  test('keeps the token if it removes another device of its own', async () => {
    const ada = await enterAsModerator();
    const phone = await JsonClient.join(server.url, room, 'ada');
    await ada.request('removePeer', { peerId: phone.participantId });
    assert.equal((await phone.closed).code, 4000);
    const again = await JsonClient.join(server.url, room, 'ada');
    again.socket.close();
    await ada.close();
  });

  test('is banned with all the devices of its user, in the room by any contract', async () => {
    const ada = await enterAsModerator();
    const kim = await enter('kim');
    const other = await JsonClient.join(server.url, room, 'kim');
    await ada.request('removePeer', { peerId: 'kim', ban: true });
    assert.equal((await kim.closed).code, 4000);
    assert.equal((await other.closed).code, 4000);
    const self = await JsonClient.join(server.url, room, 'ada');
    await assert.rejects(
      ada.request('removePeer', { peerId: self.participantId, ban: true }),
      { errorName: 'VALIDATION_ERROR', message: /expected another person/ },
    );
    self.socket.close();
    await ada.close();
  });
});

describe('an account that an admin bans from a lasting room', () => {
  const config = testConfig(tokensOnly);
  let server: Server;

  before(async () => {
    const store = await openStore(config.store, '/');
    const tomorrow = new Date(Date.now() + 86_400_000);
    for (const [index, role] of ['user', 'admin'].entries()) {
      const email = `${role}@example.com`;
      const passwordHash = 'of no password';
      await store.users.create({ email, name: role, passwordHash, role });
      await store.logins.create(`login-${role}`, index + 1, tomorrow);
    }
    await store.rooms.create(
      { name: 'Room', description: '', type: 'chat', creatorId: 1 },
      1,
    );
    await store.close();
    server = await Server.start(config);
  });

  after(() => server.close());

  test('is kept out of it by protoo, the JSON API and the chat socket', async () => {
    const room = 'chat-1';
    const token = (id: number, role: string) =>
      userToken(String(id), { user_id: id, role, sid: `login-${role}` });
    const user = token(1, 'user');
    const admin = await join(server, room, '2', {}, token(2, 'admin'));
    const bob = await join(server, room, '1', {}, user);
    await admin.request('removePeer', { peerId: '1', ban: true });
    assert.equal((await bob.closed).code, 4000);
    await assert.rejects(join(server, room, '1-phone', {}, user), BANNED);
    const json = await JsonClient.connect(server.url, { header: user });
    await assert.rejects(json.request('joinRoom', { roomId: room }), {
      code: 'AUTH_TOKEN_INVALID',
      message: /a moderator has banned the client/,
    });
    const chat = new WebSocket(
      new URL('/ws/chat/1/', server.url.replace(/^http/, 'ws')),
      { ...socketOptions, ...bearing(user) },
    );
    const [code, said] = (await once(chat, 'close')) as [number, Buffer];
    assert.equal(code, 4000);
    assert.match(said.toString(), /^a moderator has banned the client/);
    json.socket.close();
    await admin.close();
  });
});

describe('a ban on an open server', () => {
  const [adas, bobs, eves, zoes] = ['a', 'b', 'e', 'z'].map((letter) => ({
    clientSecret: letter.repeat(32),
  })) as [Extra, Extra, Extra, Extra];
  let server: Server;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  test('holds for the secret of a client and for its network, but for those who were there', async () => {
    const room = 'open';
    const ada = await join(server, room, 'ada', adas);
    const bob = await join(server, room, 'bob', bobs);
    const eve = await join(server, room, 'eve', eves);
    await ada.request('removePeer', { peerId: 'bob', ban: true });
    assert.equal((await bob.closed).code, 4000);
    await assert.rejects(join(server, room, 'other', bobs), {
      ...BANNED,
      message: /banned the client from the room/,
    });
    for (const newcomer of [zoes, {}]) {
      await assert.rejects(join(server, room, 'zoe', newcomer), {
        ...BANNED,
        message: /banned the client's network from the room/,
      });
    }
    await eve.close();
    const returned = await join(server, room, 'eve-again', eves);
    const [ban] = await server.bans.list({ roomId: room, limit: 10 });
    assert.ok(ban?.network);
    assert.equal(ban.userId, undefined);
    assert.ok(!JSON.stringify(ban).includes('b'.repeat(32)));
    const elsewhere = await join(server, 'elsewhere', 'bob', bobs);
    await Promise.all([ada, returned, elsewhere].map((it) => it.close()));
  });

  test('holds for a client without a secret by its network', async () => {
    const room = 'raw';
    const ada = await join(server, room, 'ada', adas);
    const bob = await join(server, room, 'bob');
    await ada.request('removePeer', { peerId: 'bob', ban: true });
    assert.equal((await bob.closed).code, 4000);
    await assert.rejects(join(server, room, 'bob'), BANNED);
    await ada.close();
    const returned = await join(server, room, 'ada', adas);
    await returned.close();
  });
});
