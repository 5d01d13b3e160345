import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { bearing } from '../../support/peerToken.ts';
import { MeetingSite } from './MeetingSite.ts';

const CLOSED = {
  code: 4000,
  reason:
    'banned: a moderator removed the peer from the room, which it cannot enter again',
};

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
  async function refused(address: string, token?: string, words = {}) {
    const client = await site.dial(address, token).opened();
    client.send({ type: 'connect', ...words });
    const { code, reason } = await client.closed;
    assert.deepEqual(
      client.messages.map(({ type, code: name }) => [type, name]),
      [['error', 'BANNED']],
    );
    assert.equal(code, 4000);
    return reason;
  }

  async function notAdmitted(address: string, body: object, token?: string) {
    const path = `/connect/${address}`;
    const reply = await site.ask('POST', path, body, token);
    assert.deepEqual([reply.status, reply.body.error?.code], [403, 'BANNED']);
    return String(reply.body.error.message);
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
    const client = await ProtooClient.connect(
      site.server.url,
      roomId,
      peerId,
      bearing(phone.token),
    );
    await client.request('joinRoom', { roomId, peerId });
    const room = site.server.registry.get(roomId);
    room
      .moderationBy({ id: 'root', kind: 'key', gateway: 'admin' })
      .remove(peerId, 'forever');
    assert.equal((await client.closed).code, 4000);
    assert.deepEqual(await socket.closed, CLOSED);
    await refused(laptop.socket);
    await refused(address, login, { password: 'pass' });
    await notAdmitted(address, { password: 'pass' }, login);
    await notAdmitted(address, { password: 'pass', token: laptop.token });
    // Another person enters.
    await (await site.enter(address, { password: 'pass' })).close();
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
