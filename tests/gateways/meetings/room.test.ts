import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { HandshakeRefused } from '../../../tools/fixtures/ProtooConnection.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { get } from '../../support/http.ts';
import { JsonClient } from '../../support/JsonClient.ts';
import { bearing } from '../../support/peerToken.ts';
import { until } from '../../support/until.ts';
import { MeetingSite } from './MeetingSite.ts';

/** Joins the room with the token of POST /connect. */
async function joinRoom(
  { server: { url } }: MeetingSite,
  token: string,
  displayName = 'By protoo',
) {
  const claims = jwt.decode(token) as jwt.JwtPayload;
  const roomId = String(claims['room']);
  const peerId = String(claims.sub);
  const client = await ProtooClient.connect(
    url,
    roomId,
    peerId,
    bearing(token),
  );
  const reply = await client.request('joinRoom', {
    roomId,
    peerId,
    displayName,
  });
  return { client, reply, peerId };
}

describe('the room of a session', () => {
  let site: MeetingSite;

  before(async () => {
    site = await MeetingSite.start();
  });

  after(() => site[Symbol.asyncDispose]());

  test('has people whom those on sockets know, and one who is in both once', async () => {
    const address = await site.create({ title: 'Garden' });
    const [first, second] = await Promise.all([
      site.admit(address),
      site.admit(address),
    ]);
    const plain = await site.enter(first.socket, { name: 'Plain' });
    const plainId = plain.messages[0]?.['peerId'];
    const { client, peerId } = await joinRoom(site, second.token, 'Ada');
    await plain.at(1);
    // In the room alone, nobody can signal to her.
    plain.send({ type: 'offer', to: peerId, sdp: 'v=0' });
    await plain.at(2);
    const socket = await site.enter(second.socket, { name: 'On the socket' });
    await plain.at(3);
    socket.send({ type: 'offer', to: plainId, sdp: 'from Ada' });
    await plain.at(4);
    await client.close();
    await plain.at(5);
    await socket.close();
    await plain.at(6);
    const { body } = await get(site.server.url, '/metrics');
    assert.match(body, /^atrium_session_people\{sfu="true"\} 0$/m);
    assert.match(body, /^atrium_session_people\{sfu="false"\} 1$/m);
    const ada = { type: 'connect', from: peerId };
    assert.deepEqual(plain.messages, [
      {
        type: 'connected',
        peerId: plainId,
        title: 'Garden',
        peers: [],
      },
      { ...ada, name: 'Ada', sfu: true },
      {
        type: 'error',
        code: 'PEER_UNREACHABLE',
        message: `to: expected a peer with a socket, got "${peerId}", who is in the session by the media server alone`,
      },
      { ...ada, name: 'Ada', sfu: true },
      { type: 'offer', sdp: 'from Ada', from: peerId },
      { ...ada, name: 'On the socket', sfu: false },
      { type: 'disconnect', from: peerId },
    ]);
    assert.deepEqual(socket.messages, [
      {
        type: 'connected',
        peerId,
        title: 'Garden',
        peers: [{ peerId: plainId, name: 'Plain', sfu: false }],
      },
    ]);
    await plain.close();
  });

  test('keeps somebody whose socket has gone, and is told of', async () => {
    const address = await site.create();
    const { socket: ticket, token } = await site.admit(address);
    const socket = await site.enter(ticket, { name: 'Ada' });
    const plain = await site.enter(address);
    const { client, peerId } = await joinRoom(site, token, 'Ada');
    await plain.at(1);
    await socket.close();
    await plain.at(3);
    await client.close();
    await plain.at(4);
    assert.deepEqual(plain.messages.slice(1), [
      { type: 'connect', from: peerId, name: 'Ada', sfu: true },
      { type: 'disconnect', from: peerId },
      { type: 'connect', from: peerId, name: 'Ada', sfu: true },
      { type: 'disconnect', from: peerId },
    ]);
    const peers = plain.messages[0]?.['peers'];
    assert.deepEqual(peers, [{ peerId, name: 'Ada', sfu: false }]);
    await plain.close();
  });

  test('is entered under the id of the token, and by no other session', async () => {
    const [one, other] = await Promise.all([site.create(), site.create()]);
    const { token } = await site.admit(one);
    const peerId = String(jwt.decode(token)?.sub);
    for (const [roomId, who] of [
      [`session-${other}`, peerId],
      [`session-${one}`, 'somebody'],
      ['garden', peerId],
    ] as const) {
      const joining = ProtooClient.connect(
        site.server.url,
        roomId,
        who,
        bearing(token),
      );
      if (roomId === 'garden') {
        // Anyone enters ordinary rooms here.
        await (await joining).close();
      } else {
        await assert.rejects(
          joining,
          (error) => error instanceof HandshakeRefused && error.status === 403,
        );
      }
    }
    const { client, reply } = await joinRoom(site, token);
    assert.deepEqual(reply.peers, []);
    await client.close();
  });

  test('is left with the login with which the token was obtained', async () => {
    const user = await site.login('room@example.com', 'Rhea');
    const address = await site.create();
    const { token } = await site.admit(address, undefined, user.token);
    const { client, peerId } = await joinRoom(site, token);
    await assert.rejects(
      ProtooClient.connect(
        site.server.url,
        `session-${address}`,
        `${peerId}-2`,
        bearing(token),
      ),
      (error) => error instanceof HandshakeRefused && error.status === 403,
    );
    await site.askUsers('DELETE', `/users/${user.id}`, undefined, user.token);
    const { reason } = await client.closed;
    assert.equal(reason, 'the account was deleted');
    await assert.rejects(
      joinRoom(site, token),
      (error) => error instanceof HandshakeRefused && error.status === 401,
    );
  });

  test('is served at the address of the sessions, too', async () => {
    const [url = ''] = site.server.ownUrls;
    const address = await site.create();
    const { token } = await site.admit(address);
    const client = await ProtooClient.connect(
      url,
      `session-${address}`,
      String(jwt.decode(token)?.sub),
      bearing(token),
    );
    await client.close();
  });

  test('is entered by the JSON API with the token, under its id', async () => {
    const address = await site.create();
    const roomId = `session-${address}`;
    const [first, second] = await Promise.all([
      site.admit(address),
      site.admit(address),
    ]);
    const plain = await site.enter(first.socket);
    const peerId = String(jwt.decode(second.token)?.sub);
    const json = await JsonClient.connect(site.server.url, {
      query: second.token,
    });
    const { data } = await json.received('connected');
    assert.equal(data.connectionId, peerId);
    const other = await site.create();
    await assert.rejects(
      json.request('getRouterRtpCapabilities', { roomId: `session-${other}` }),
      { error: 'AUTH_TOKEN_INVALID' },
    );
    await json.request('joinRoom', { roomId, displayName: 'Ada' });
    await plain.at(1);
    const socket = await site.enter(second.socket);
    await plain.at(2);
    await assert.rejects(json.request('createRoom', { name: 'Another' }), {
      error: 'AUTH_TOKEN_INVALID',
      message:
        'token: expected one that grants every room, got one for some rooms alone',
    });
    const ada = { type: 'connect', from: peerId, name: 'Ada', sfu: true };
    assert.deepEqual(plain.messages.slice(1), [ada, ada]);
    await Promise.all([json.close(), socket.close(), plain.close()]);
  });

  test('closes when the session is ended, and opens no more', async () => {
    const host = await site.login('host@example.com', 'Hedy');
    const address = await site.create({}, host.token);
    const { token } = await site.admit(address);
    const { client } = await joinRoom(site, token);
    await site.ask('DELETE', `/session/${address}`, undefined, host.token);
    assert.deepEqual(await client.closed, {
      code: 4000,
      reason: 'deleted: the room was deleted',
    });
    await assert.rejects(joinRoom(site, token), { code: 404 });
    assert.equal(site.server.meetings.live.get(address), undefined);
  });

  test('keeps a session from ending, as sockets do', async (t) => {
    const short = await MeetingSite.start({
      meetings: { emptyTimeout: 1_000 },
    });
    t.after(() => short[Symbol.asyncDispose]());
    const [used, empty] = await Promise.all([short.create(), short.create()]);
    const { token } = await short.admit(used);
    const { client } = await joinRoom(short, token);
    await until('the end of the empty session', async () => {
      const { status } = await short.ask('POST', `/connect/${empty}`, {});
      return status === 404;
    });
    await short.admit(used);
    await client.close();
  });

  test('is full when the session is', async (t) => {
    const small = await MeetingSite.start({ meetings: { maxPeers: 1 } });
    t.after(() => small[Symbol.asyncDispose]());
    const address = await small.create();
    const { token, socket } = await small.admit(address);
    const other = await small.admit(address);
    const plain = await small.enter(socket);
    await assert.rejects(joinRoom(small, other.token), {
      code: 409,
      message: 'the session is full: it takes 1 people',
    });
    // One person takes one place, in both.
    const { client } = await joinRoom(small, token);
    await Promise.all([client.close(), plain.close()]);
  });
});
