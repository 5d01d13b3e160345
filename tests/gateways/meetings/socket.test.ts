import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { assertFits } from '../../support/pattern.ts';
import { onEachEngine } from '../../support/stores.ts';
import { until } from '../../support/until.ts';
import { MeetingSite } from './MeetingSite.ts';

/** The id of the person who has the token of POST /connect. */
function peerIdOf(token: string): string {
  return String(jwt.decode(token)?.sub);
}

onEachEngine('the socket of a session', (engine) => {
  let site: MeetingSite;

  before(async () => {
    site = await MeetingSite.start({
      store: await engine.emptyStore(),
      meetings: { failuresPerAddress: 100_000 },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  test('tells of those who are there, who come, and who leave', async () => {
    const address = await site.create({ title: 'Garden', password: 'sesame' });
    const [first, second] = await Promise.all([
      site.admit(address, 'sesame'),
      site.admit(address, 'sesame'),
    ]);
    const [adaId, bobId] = [peerIdOf(first.token), peerIdOf(second.token)];
    const ada = await site.enter(first.socket, { name: 'Ada' });
    const bob = await site.enter(second.socket, { name: 'Bob' });
    bob.send({ type: 'disconnect' });
    await ada.at(2);
    bob.send({ type: 'connect', name: 'Robert', peerId: bobId });
    await ada.at(3);
    await bob.close();
    await ada.at(4);
    assert.deepEqual(ada.messages, [
      {
        type: 'connected',
        peerId: adaId,
        title: 'Garden',
        peers: [],
      },
      { type: 'connect', from: bobId, name: 'Bob', sfu: false },
      { type: 'disconnect', from: bobId },
      { type: 'connect', from: bobId, name: 'Robert', sfu: false },
      { type: 'disconnect', from: bobId },
    ]);
    const peers = [{ peerId: adaId, name: 'Ada', sfu: false }];
    const connected = {
      type: 'connected',
      title: 'Garden',
      peers,
    };
    assert.deepEqual(bob.messages, [
      { ...connected, peerId: bobId },
      { ...connected, peerId: bobId },
    ]);
    await ada.close();
  });

  test('tells of the ICE servers, with credentials for the client', async (t) => {
    const relayed = await MeetingSite.start({
      ice: {
        servers: [{ urls: ['turn:turn.example'], secret: SHARED_SECRET }],
      },
    });
    t.after(() => relayed[Symbol.asyncDispose]());
    const { socket, token } = await relayed.admit(await relayed.create());
    const client = await relayed.enter(socket);
    const connected = await client.at(0);
    const [server] = connected['iceServers'] as {
      urls: string[];
      username: string;
      credential: string;
    }[];
    assert.deepEqual(server?.urls, ['turn:turn.example']);
    assert.equal(server.username.split(':')[1], peerIdOf(token));
    assert.match(server.credential, /^[\w+/]{27}=$/);
    await client.close();
  });

  test('passes signals on as they came, to one or to all others', async () => {
    const address = await site.create();
    const [ada, bob, cem] = await Promise.all(
      ['ada', 'bob', 'cem'].map((peerId) => site.enter(address, { peerId })),
    );
    assert.ok(ada && bob && cem);
    const known = ({ messages }: typeof ada): number =>
      messages.filter(({ type }) => type === 'connect').length;
    await until('three who know each other', () => {
      const knownInAll = [ada, bob, cem].map(known);
      return knownInAll.reduce((sum, count) => sum + count) === 3;
    });
    const signals = [
      { type: 'offer', to: 'bob', sdp: 'v=0', extra: { deep: [1, null] } },
      { type: 'answer', to: 'bob', answer: { type: 'answer', sdp: '' } },
      { type: 'ice-candidate', to: 'bob', candidate: null, from: 'mallory' },
    ];
    for (const signal of signals) {
      ada.send(signal);
    }
    ada.send({ type: 'offer', sdp: 'to all' });
    const last = { type: 'offer', sdp: 'to all', from: 'ada' };
    for (const client of [bob, cem]) {
      await until('the last signal', () => client.messages.at(-1)?.['sdp']);
    }
    assert.deepEqual(
      bob.messages.filter(({ type }) => type !== 'connect').slice(1),
      [
        ...signals.map(({ to: _to, ...fields }) => ({
          ...fields,
          from: 'ada',
        })),
        last,
      ],
    );
    assert.deepEqual(
      cem.messages.filter(({ type }) => type !== 'connect').slice(1),
      [last],
    );
    assert.equal(ada.errors.length, 0);
    await Promise.all([ada, bob, cem].map((client) => client.close()));
  });

  test('answers what it cannot serve with an error, and stays open', async () => {
    const address = await site.create();
    const client = await site.dial(address).opened();
    const frames = [
      { type: 'offer', sdp: 'too early' },
      { type: 'disconnect' },
      { type: 'connect', peerId: 'ada' },
      { type: 'connect' },
      { type: 'offer', to: 'nobody' },
      { type: 'offer', to: 'ada' },
      { type: 'dance' },
      'no JSON',
      `{"type":"offer","deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    ];
    for (const frame of frames) {
      client.send(frame);
    }
    await client.at(frames.length - 1);
    const errors = client.messages.map(({ type, code, message }) =>
      type === 'error' ? [code, message] : type,
    );
    assert.deepEqual(errors, [
      ['NOT_JOINED', 'offer is for people in the session; send connect first'],
      [
        'NOT_JOINED',
        'disconnect is for people in the session; send connect first',
      ],
      'connected',
      [
        'ALREADY_JOINED',
        'the connection is in the session already; send disconnect first',
      ],
      [
        'PEER_NOT_FOUND',
        'to: expected another peer in the session, got "nobody"',
      ],
      ['PEER_NOT_FOUND', 'to: expected another peer in the session, got "ada"'],
      ['UNKNOWN_METHOD', 'there is no request "dance"'],
      [
        'VALIDATION_ERROR',
        'expected a JSON object with a text as its type, got something else',
      ],
      [
        'VALIDATION_ERROR',
        'data: expected objects and lists nested at most 16 deep, got an object',
      ],
    ]);
    await client.close();
  });

  test('asks for the password at the address of a session, and not its host', async () => {
    const host = await site.login('host@example.com', 'Hedy');
    const other = await site.login('other@example.com', 'Otto');
    const address = await site.create({ password: 'sesame' }, host.token);
    const guest = await site.dial(address, other.token).opened();
    guest.send({ type: 'connect' });
    guest.send({ type: 'connect', password: 'open' });
    guest.send({ type: 'connect', password: 'sesame' });
    await guest.at(2);
    assert.deepEqual(
      guest.messages.map(({ type, code }) => code ?? type),
      ['PASSWORD_WRONG', 'PASSWORD_WRONG', 'connected'],
    );
    const hedy = await site.dial(address, host.token).opened();
    hedy.send({ type: 'connect', name: 'Somebody' });
    assert.equal((await hedy.at(0))['type'], 'connected');
    // The names of their tokens count.
    const { name } = await guest.at(3);
    assert.equal(name, 'Hedy');
    const peers = (await hedy.at(0))['peers'] as { name: string }[];
    assert.deepEqual(
      peers.map((peer) => peer.name),
      ['Otto'],
    );
    await Promise.all([guest.close(), hedy.close()]);
  });

  test('ends with the login with which its ticket was obtained', async () => {
    const host = await site.login('ticket@example.com', 'Tia');
    const address = await site.create({ password: 'sesame' }, host.token);
    const [ticket, unused] = await Promise.all([
      site.admit(address, undefined, host.token),
      site.admit(address, undefined, host.token),
    ]);
    const client = await site.enter(ticket.socket, { name: 'Ignored' });
    const guest = await site.admit(address, 'sesame');
    const other = await site.enter(guest.socket);
    const { peers } = (await other.at(0)) as { peers: { name: string }[] };
    assert.deepEqual(
      peers.map(({ name }) => name),
      ['Tia'],
    );
    const { sid } = jwt.decode(host.token) as { sid: string };
    await site.store.logins.end(sid);
    const { status } = await site.dial(unused.socket).refusal;
    assert.equal(status, 404);
    const again = await site.ask('POST', `/connect/${address}`, {
      password: 'sesame',
      token: unused.token,
    });
    assert.equal(again.status, 401);
    // The server looks for logins that have ended elsewhere.
    assert.deepEqual(await client.closed, {
      code: 4001,
      reason: 'the user has logged out',
    });
    await other.at(1);
    assert.equal(other.messages[1]?.['type'], 'disconnect');
    await other.close();
  });

  test('ends with the login of the token that it showed', async () => {
    const host = await site.login('leaver@example.com', 'Lea');
    const address = await site.create({}, host.token);
    const client = await site.dial(address, host.token).opened();
    client.send({ type: 'connect' });
    await client.at(0);
    await site.askUsers('DELETE', `/users/${host.id}`, undefined, host.token);
    assert.deepEqual(await client.closed, {
      code: 4001,
      reason: 'the account was deleted',
    });
  });

  test('is for one person: a newer one with the ticket takes over', async () => {
    const address = await site.create();
    const { socket, token } = await site.admit(address);
    const peerId = peerIdOf(token);
    const watcher = await site.enter(address, { peerId: 'watcher' });
    const older = await site.enter(socket, { name: 'Ada' });
    const newer = await site.enter(socket, { name: 'Ada', peerId: 'another' });
    assert.deepEqual(await older.closed, {
      code: 4000,
      reason: 'replaced: a newer connection of the same person came',
    });
    await watcher.at(3);
    assert.deepEqual(watcher.messages.slice(1), [
      { type: 'connect', from: peerId, name: 'Ada', sfu: false },
      { type: 'disconnect', from: peerId },
      { type: 'connect', from: 'another', name: 'Ada', sfu: false },
    ]);
    await Promise.all([newer.close(), watcher.close()]);
  });

  test('is for the same person with another ticket, by the token of the last entry', async () => {
    const address = await site.create({ password: 'sesame' });
    const { socket, token } = await site.admit(address, 'sesame');
    const again = (password: string, earlier: string) =>
      site.ask('POST', `/connect/${address}`, { password, token: earlier });
    const { status, body } = await again('sesame', token);
    assert.equal(status, 200);
    assert.notEqual(body.socket, socket);
    assert.equal(peerIdOf(body.token), peerIdOf(token));
    const older = await site.enter(socket, { name: 'Ada' });
    const newer = await site.enter(body.socket, { name: 'Ada' });
    assert.equal((await older.closed).code, 4000);
    assert.equal(newer.messages[0]?.['peerId'], peerIdOf(token));
    await newer.close();

    const { token: foreign } = await site.admit(await site.create());
    for (const [password, earlier, code] of [
      ['wrong', token, 'PASSWORD_WRONG'],
      ['sesame', foreign, 'TOKEN_INVALID'],
      ['sesame', `${token}x`, 'TOKEN_INVALID'],
    ] as const) {
      const refused = await again(password, earlier);
      assert.equal(refused.body.error.code, code);
    }
  });

  test('opens again with its ticket after a lost connection', async () => {
    const address = await site.create({ password: 'sesame' });
    const { socket, token } = await site.admit(address, 'sesame');
    for (let times = 0; times < 3; times += 1) {
      const client = await site.enter(socket);
      assertFits(client.messages[0], {
        type: 'connected',
        peerId: peerIdOf(token),
        title: 'Stand-up',
        peers: [],
      });
      client.socket.terminate();
      await client.closed;
      await until(
        'nobody',
        () => site.server.meetings.live.get(address) === undefined,
      );
    }
  });

  test('keeps ids apart', async () => {
    const address = await site.create();
    const { token } = await site.admit(address);
    const ada = await site.enter(address, { peerId: 'ada' });
    const eve = await site.dial(address).opened();
    eve.send({ type: 'connect', peerId: 'ada' });
    eve.send({ type: 'connect', peerId: peerIdOf(token) });
    eve.send({ type: 'connect' });
    await eve.at(2);
    assert.deepEqual(
      eve.messages.map(({ type, code }) => code ?? type),
      ['PEER_ID_TAKEN', 'FORBIDDEN', 'connected'],
    );
    assertFits(eve.messages[2]?.['peerId'], /^p-[\w-]{22}$/);
    await Promise.all([ada.close(), eve.close()]);
  });

  test('closes when the session is ended', async () => {
    const host = await site.login('ender@example.com', 'Hedy');
    const address = await site.create({}, host.token);
    const inside = await site.enter(address);
    const outside = await site.dial(address).opened();
    await site.ask('DELETE', `/session/${address}`, undefined, host.token);
    const ended = { code: 4004, reason: 'the session has ended' };
    assert.deepEqual(await inside.closed, ended);
    outside.send({ type: 'connect' });
    assert.equal((await outside.at(0))['code'], 'SESSION_NOT_FOUND');
    assert.equal((await outside.closed).code, 4004);
  });
});

/** The secret that the server and its TURN server share. */
const SHARED_SECRET = 'a secret of the relay and the server';

describe('a socket of a session', () => {
  test('is closed if it sends no connect in time, or not again', async (t) => {
    const site = await MeetingSite.start({ signalling: { joinTimeout: 500 } });
    t.after(() => site[Symbol.asyncDispose]());
    const address = await site.create();
    const late = {
      code: 1008,
      reason: 'no connect within 500 ms',
    };
    const silent = await site.dial(address).opened();
    const left = await site.enter(address);
    left.send({ type: 'disconnect' });
    assert.deepEqual(await silent.closed, late);
    assert.deepEqual(await left.closed, late);
  });

  test('enters once, however many messages come meanwhile', async (t) => {
    // The password takes long enough to verify for all of the messages to come.
    const site = await MeetingSite.start({
      accounts: { hashMemory: 65_536, hashPasses: 3, hashParallelism: 1 },
      limits: { pendingBytes: 524_288 },
    });
    t.after(() => site[Symbol.asyncDispose]());
    const address = await site.create({ password: 'sesame' });
    const client = await site.dial(address).opened();
    const connect = { type: 'connect', password: 'sesame' };
    client.send({ ...connect, peerId: 'first' });
    for (let offers = 0; offers < 8; offers += 1) {
      client.send({ type: 'offer', sdp: 'x'.repeat(64_000) });
    }
    // Has no room beside the offers, which wait for the first connect.
    client.send({ ...connect, peerId: 'refused', filler: 'x'.repeat(10_000) });
    client.send({ ...connect, peerId: 'second' });
    await client.at(2);
    assert.deepEqual(
      client.messages.map(({ code, peerId }) => code ?? peerId),
      ['LIMIT_REACHED', 'first', 'ALREADY_JOINED'],
    );
    const other = await site.enter(address, { password: 'sesame' });
    assert.deepEqual(other.messages[0]?.['peers'], [
      { peerId: 'first', name: '', sfu: false },
    ]);
    await client.close();
    assert.deepEqual(await other.at(1), { type: 'disconnect', from: 'first' });
    await other.close();
  });

  test('is refused once the session is full, until somebody leaves', async (t) => {
    const site = await MeetingSite.start({ meetings: { maxPeers: 2 } });
    t.after(() => site[Symbol.asyncDispose]());
    const address = await site.create();
    const { socket } = await site.admit(address);
    const ada = await site.enter(address);
    const bob = await site.enter(address);
    const full = await site.ask('POST', `/connect/${address}`, {});
    assert.equal(full.status, 409);
    assert.deepEqual(full.body, {
      error: {
        code: 'SESSION_FULL',
        message: 'the session is full: it takes 2 people',
      },
    });
    const late = await site.dial(socket).opened();
    late.send({ type: 'connect' });
    assert.deepEqual(await late.at(0), {
      type: 'error',
      code: 'SESSION_FULL',
      message: 'the session is full: it takes 2 people',
    });
    assert.deepEqual(await late.closed, {
      code: 1013,
      reason: 'the session is full: it takes 2 people',
    });
    await bob.close();
    await ada.at(2);
    const again = await site.enter(socket);
    await Promise.all([ada.close(), again.close()]);
  });

  test('learns within a round that the session was ended elsewhere', async (t) => {
    const site = await MeetingSite.start({ meetings: { emptyTimeout: 1_000 } });
    t.after(() => site[Symbol.asyncDispose]());
    const address = await site.create();
    const client = await site.enter(address);
    await site.store.meetings.delete(address);
    assert.equal((await client.closed).code, 4004);
  });

  test('is refused with a ticket that has been unused for too long', async (t) => {
    const site = await MeetingSite.start({
      meetings: { reconnectTimeout: 1_000 },
    });
    t.after(() => site[Symbol.asyncDispose]());
    const address = await site.create();
    const unused = await site.admit(address);
    const used = await site.admit(address);
    const client = await site.enter(used.socket);
    const hashOf = (ticket: string): string =>
      createHash('sha256').update(ticket).digest('hex');
    const past = new Date(0);
    await site.store.meetings.renewTickets([hashOf(unused.socket)], past);
    await site.store.meetings.renewTickets([hashOf(used.socket)], past);
    assert.equal((await site.dial(unused.socket).refusal).status, 404);
    // That of somebody who is connected is renewed all the time.
    const renewed = await until('a renewed ticket', async () => {
      const later = new Date(Date.now() + 60_000);
      const { meetings } = site.store;
      return meetings.takeTicket(hashOf(used.socket), later);
    });
    assert.equal(renewed.meetingId, address);
    await client.close();
  });
});
