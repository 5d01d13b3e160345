import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { MeetingClient } from '../gateways/meetings/MeetingClient.ts';
import { send } from '../support/http.ts';
import { withTokens } from '../support/JsonClient.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes } from './ClusterNodes.ts';

/** The sockets of the test that runs. */
const sockets: MeetingClient[] = [];

async function posted(node: ClusterNode, path: string, body: object) {
  const headers = { 'Content-Type': 'application/json' };
  const reply = await send(node.url, path, JSON.stringify(body), {
    method: 'POST',
    headers,
  });
  assert.ok(reply.status < 300, reply.body);
  return JSON.parse(reply.body) as { socket: string; token: string };
}

/** Opens a socket at a node, for a ticket or the address of a session. */
async function socketAt(
  node: ClusterNode,
  address: string,
): Promise<MeetingClient> {
  const client = new MeetingClient(new URL(`ws/${address}`, node.url));
  sockets.push(client);
  return client.opened();
}

/** Enters a session through a node, by its address. */
async function entered(
  node: ClusterNode,
  session: string,
  peerId: string,
): Promise<MeetingClient> {
  const client = await socketAt(node, session);
  client.send({ type: 'connect', peerId });
  const connected = await client.at(0);
  assert.equal(connected['type'], 'connected', JSON.stringify(connected));
  return client;
}

describe('sessions of a cluster', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let ada: ClusterNode;
  let bob: ClusterNode;

  before(async () => {
    cluster = await ClusterNodes.start(2, withTokens);
    [ada, bob] = cluster.nodes as [ClusterNode, ClusterNode];
    await ada.opensRooms();
  });

  after(() => cluster[Symbol.asyncDispose]());

  afterEach(async () => {
    await Promise.all(sockets.splice(0).map((socket) => socket.close()));
  });

  test('bring people together who have reached different nodes', async () => {
    const { socket: session } = await posted(ada, '/session', { title: 'One' });
    const first = await entered(ada, session, 'first');
    const { socket: ticket } = await posted(bob, `/connect/${session}`, {});
    const second = await socketAt(bob, ticket);
    second.send({ type: 'connect', name: 'Second' });
    const { peerId, peers } = await second.at(0);
    assert.deepEqual(peers, [{ peerId: 'first', name: '', sfu: false }]);
    assert.equal((await first.at(1))['from'], peerId);
    first.send({ type: 'offer', sdp: 'v=0', to: peerId });
    assert.deepEqual(await second.at(1), {
      type: 'offer',
      from: 'first',
      sdp: 'v=0',
    });
    assert.deepEqual([await ada.rooms(), await bob.rooms()], [0, 0]);
  });

  test('have their live room at the same node', async () => {
    const { socket: session } = await posted(bob, '/session', { title: 'Two' });
    const first = await entered(bob, session, 'first');
    const { client, peerId: sub } = await inRoom(ada, session);
    const { from, sfu } = await first.at(1);
    assert.deepEqual([from, sfu], [sub, true]);
    assert.deepEqual([await ada.rooms(), await bob.rooms()], [0, 1]);
    await first.close();
    const second = await entered(ada, session, 'second');
    assert.deepEqual((await second.at(0))['peers'], [
      { peerId: sub, name: sub, sfu: true },
    ]);
    await client.close();
    assert.equal((await second.at(1))['type'], 'disconnect');
    await until('the room has closed', async () => (await bob.rooms()) === 0);
    // The session is still there.
    const third = await entered(ada, session, 'third');
    assert.equal((await second.at(2))['from'], 'third');
    await Promise.all([second.close(), third.close()]);
    await until('the session is free', async () => {
      const fourth = await entered(ada, session, 'fourth');
      const { client: fifth } = await inRoom(bob, session);
      const isAtAda = (await ada.rooms()) === 1;
      await Promise.all([fourth.close(), fifth.close()]);
      return isAtAda;
    });
  });

  test('send a socket on that has come before its session was elsewhere', async () => {
    const { socket: session } = await posted(ada, '/session', {
      title: 'Three',
    });
    const early = await socketAt(bob, session);
    const first = await entered(ada, session, 'first');
    early.send({ type: 'connect', peerId: 'early' });
    assert.equal((await early.at(0))['code'], 'ROOM_ELSEWHERE');
    assert.equal((await early.closed).code, 1012);
    await entered(bob, session, 'early');
    assert.equal((await first.at(1))['from'], 'early');
  });

  test('go on at another node when theirs has died', async () => {
    const { socket: session } = await posted(bob, '/session', {
      title: 'Four',
    });
    const first = await entered(ada, session, 'first');
    const second = await entered(bob, session, 'second');
    await ada.server.end('SIGKILL');
    const ends = await Promise.all([first.closed, second.closed]);
    assert.deepEqual(
      ends.map(({ code }) => code),
      [1006, 1006],
    );
    await until('the first has returned', async () => {
      const again = new MeetingClient(new URL(`ws/${session}`, bob.url));
      sockets.push(again);
      const isOpen = await Promise.race([
        again.refusal.then(() => false),
        again.opened().then(() => true),
      ]);
      if (!isOpen) {
        return false;
      }
      again.send({ type: 'connect', peerId: 'first' });
      return (await again.at(0))['type'] === 'connected';
    });
    const again = await entered(bob, session, 'second');
    assert.deepEqual((await again.at(0))['peers'], [
      { peerId: 'first', name: '', sfu: false },
    ]);
  });
});

/** Enters the live room of a session through a node. */
async function inRoom(node: ClusterNode, session: string) {
  const { token } = await posted(node, `/connect/${session}`, {});
  const { sub: peerId, room: roomId } = claimsOf(token);
  const client = await ProtooClient.connect(node.url, roomId, peerId, {
    headers: { Authorization: `Bearer ${token}` },
  });
  await client.request('joinRoom', { roomId, peerId });
  return { client, peerId };
}

/** The claims of a token that the server has signed. */
function claimsOf(token: string): { sub: string; room: string } {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    sub: string;
    room: string;
  };
}
