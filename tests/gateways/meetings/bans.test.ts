import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { bearing } from '../../support/peerToken.ts';
import { until } from '../../support/until.ts';
import { MeetingSite } from './MeetingSite.ts';

const CLOSED = {
  code: 4000,
  reason:
    'banned: a moderator removed the peer from the room, which it cannot enter again',
};

/** The time of a ban by default, ms. */
const DAY = 86_400_000;

const REFUSAL = /^a moderator has banned the client from the room/;

const ban = {
  spared: [],
  peerId: '',
  displayName: '',
  bannedBy: 'root',
  expiresAt: undefined,
};

/** The person whom the server gave a token. */
function personOf(token: string): { peerId: string; roomId: string } {
  const claims = jwt.decode(token) as jwt.JwtPayload;
  return { peerId: String(claims.sub), roomId: String(claims['room']) };
}

describe('a ban from the room of a session', () => {
  let site: MeetingSite;

  before(async () => {
    site = await MeetingSite.start();
  });

  after(() => site[Symbol.asyncDispose]());

  /** Makes sure that a socket does not enter. */
  async function refused(
    address: string,
    token?: string,
    words = {},
    expected = 'BANNED',
  ) {
    const client = await site.dial(address, token).opened();
    client.send({ type: 'connect', ...words });
    const { code, reason } = await client.closed;
    assert.deepEqual(
      client.messages.map(({ type, code: name }) => [type, name]),
      [['error', expected]],
    );
    assert.equal(code, 4000);
    return reason;
  }

  async function notAdmitted(
    address: string,
    body: object,
    token?: string,
    expected = 'BANNED',
  ) {
    const path = `/connect/${address}`;
    const reply = await site.ask('POST', path, body, token);
    assert.deepEqual([reply.status, reply.body.error?.code], [403, expected]);
    return String(reply.body.error.message);
  }

  /** Enters the room of a session by protoo. */
  async function joinRoom(token: string, clientSecret?: string) {
    const { roomId, peerId } = personOf(token);
    const client = await ProtooClient.connect(
      site.server.url,
      roomId,
      peerId,
      bearing(token),
    );
    await client.request('joinRoom', { roomId, peerId, clientSecret });
    return client;
  }

  /** Bans a peer for good, as an operator. */
  function banPeer(roomId: string, peerId: string): void {
    moderatorOf(roomId).remove(peerId, 'forever');
  }

  function moderatorOf(roomId: string) {
    return site.server.registry
      .get(roomId)
      .moderationBy({ id: 'root', kind: 'key', gateway: 'admin' });
  }

  test('closes the socket of a person, who comes back by no ticket', async () => {
    const address = await site.create();
    const eve = await site.admit(address);
    const ada = await site.enter((await site.admit(address)).socket);
    const socket = await site.enter(eve.socket);
    const { peerId, roomId } = personOf(eve.token);
    // No one is in the room itself.
    assert.equal(site.server.registry.rooms.has(roomId), false);
    site.server.bans.add({ ...ban, roomId, userId: peerId });
    assert.deepEqual(await socket.closed, CLOSED);
    assert.deepEqual((await ada.at(2))['from'], peerId);
    assert.match(await refused(eve.socket), REFUSAL);
    assert.match(await notAdmitted(address, { token: eve.token }), REFUSAL);
    assert.equal(ada.count('disconnect'), 1);
    await ada.close();
  });

  test('holds for an account with all its devices and tokens', async () => {
    const { token: login } = await site.login('bob@example.com', 'Bob');
    const address = await site.create({ password: 'pass' });
    const phone = await site.admit(address, 'pass', login);
    const laptop = await site.admit(address, 'pass', login);
    const { roomId, peerId } = personOf(phone.token);
    const socket = await site.enter(laptop.socket);
    const client = await joinRoom(phone.token);
    banPeer(roomId, peerId);
    assert.equal((await client.closed).code, 4000);
    assert.deepEqual(await socket.closed, CLOSED);
    await refused(laptop.socket);
    await refused(address, login, { password: 'pass' });
    await notAdmitted(address, { password: 'pass' }, login);
    await notAdmitted(address, { password: 'pass', token: laptop.token });
  });

  test('is no ban but a removal for the tickets and tokens of the time', async () => {
    const { token: login } = await site.login('max@example.com', 'Max');
    for (const account of [undefined, login]) {
      const address = await site.create();
      const entry = await site.admit(address, undefined, account);
      const { roomId, peerId } = personOf(entry.token);
      const ada = await site.enter(address);
      const socket = await site.enter(entry.socket);
      const client = await joinRoom(entry.token);
      moderatorOf(roomId).remove(peerId);
      const removed = {
        code: 4000,
        reason: 'removed: a moderator removed the peer from the room',
      };
      assert.deepEqual(await client.closed, removed);
      assert.deepEqual(await socket.closed, removed);
      assert.match(
        await refused(entry.socket, undefined, {}, 'REMOVED'),
        /^token: a moderator has removed the client from the room/,
      );
      await notAdmitted(address, { token: entry.token }, undefined, 'REMOVED');
      await refused(address, account, {}, 'REMOVED');
      await notAdmitted(address, {}, account, 'REMOVED');
      // Others stay.
      ada.send({ type: 'offer', to: 'zoe' });
      await until('the answer', () => ada.errors.length === 1);
      await ada.close();
    }
  });

  test('ends for an account with its next login', async () => {
    const { token: login } = await site.login('kim@example.com', 'Kim');
    const address = await site.create();
    const entry = await site.admit(address, undefined, login);
    const { roomId, peerId } = personOf(entry.token);
    const client = await joinRoom(entry.token, 'k'.repeat(32));
    moderatorOf(roomId).remove(peerId);
    await client.closed;
    await notAdmitted(address, {}, login, 'REMOVED');
    const again = await site.logIn('kim@example.com');
    const next = await site.admit(address, undefined, again.token);
    const returned = await site.enter(next.socket);
    const peer = await joinRoom(next.token, 'k'.repeat(32));
    // The login of the time stays refused, also along with a newer entry.
    await notAdmitted(address, { token: next.token }, login, 'REMOVED');
    await Promise.all([returned.close(), peer.close()]);
  });

  test('is one for a person without an account by any ticket, but not for people who are there', async () => {
    const address = await site.create();
    const [eve, zoe] = [await site.admit(address), await site.admit(address)];
    const { roomId, peerId } = personOf(eve.token);
    const zoes = await joinRoom(zoe.token);
    const secret = 'e'.repeat(32);
    const eves = await joinRoom(eve.token, secret);
    const since = Date.now();
    moderatorOf(roomId).remove(peerId);
    assert.equal((await eves.closed).code, 4000);
    const reason = await notAdmitted(address, {}, undefined, 'REMOVED');
    const [, end = ''] =
      /^a moderator has removed the client's network from the room until (.+)$/.exec(
        reason,
      ) ?? [];
    assert.ok(Date.parse(end) >= since + DAY, end);
    await zoes.close();
    const returned = await site.enter(zoe.socket);
    await (await joinRoom(zoe.token)).close();
    await returned.close();

    // On another network, the browser is known by its secret.
    const [removal] = await site.server.bans.list({ roomId, limit: 10 });
    assert.ok(removal?.network);
    assert.equal(await site.server.bans.lift(removal.id), true);
    site.server.bans.add({ ...removal, network: '192.0.2.7' });
    const other = await site.admit(address);
    await assert.rejects(joinRoom(other.token, secret), {
      errorName: 'REMOVED',
      message: /^a moderator has removed the client from the room until/,
    });
    await (await joinRoom(other.token, 'o'.repeat(32))).close();
  });

  test('holds for a person without an account by the secret and the network, but for people who are there', async () => {
    const address = await site.create({ password: 'pass' });
    const [eve, ada, zoe] = [
      await site.admit(address, 'pass'),
      await site.admit(address, 'pass'),
      await site.admit(address, 'pass'),
    ];
    const { roomId, peerId } = personOf(eve.token);
    const adas = await site.enter(ada.socket);
    const zoes = await joinRoom(zoe.token);
    const secret = 'e'.repeat(32);
    const eves = await joinRoom(eve.token, secret);
    banPeer(roomId, peerId);
    assert.equal((await eves.closed).code, 4000);
    const again = { password: 'pass' };
    assert.match(await notAdmitted(address, again), /network from the room/);
    await refused(address, undefined, again);
    await Promise.all([adas.close(), zoes.close()]);
    const returned = await site.enter(ada.socket);
    await (await joinRoom(zoe.token)).close();
    await returned.close();

    // A client that comes from another network is known by its secret.
    const [ban] = await site.server.bans.list({ roomId, limit: 10 });
    assert.ok(ban?.network);
    assert.equal(await site.server.bans.lift(ban.id), true);
    site.server.bans.add({ ...ban, network: '192.0.2.7' });
    const other = await site.admit(address, 'pass');
    await assert.rejects(joinRoom(other.token, secret), {
      errorName: 'BANNED',
      message: /banned the client from the room/,
    });
    await (await joinRoom(other.token, 'o'.repeat(32))).close();
  });

  test('holds for a network, but for those who are on a socket', async () => {
    const address = await site.create();
    const ada = await site.enter(address);
    const roomId = `session-${address}`;
    const { id } = site.server.bans.add({
      ...ban,
      roomId,
      network: '127.0.0.1',
    });
    const reason = await refused(address);
    assert.match(reason, /^a moderator has banned the client's network/);
    await notAdmitted(address, {});
    ada.send({ type: 'offer', to: 'zoe' });
    assert.equal((await ada.at(1))['code'], 'PEER_NOT_FOUND');
    assert.equal(await site.server.bans.lift(id), true);
    await (await site.enter(address)).close();
    await ada.close();
  });
});
