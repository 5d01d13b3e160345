import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { ChatClient } from '../gateways/chat/ChatClient.ts';
import { send } from '../support/http.ts';
import { JsonClient, withTokens } from '../support/JsonClient.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import { Wire } from '../support/Wire.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes } from './ClusterNodes.ts';

const PASSWORD = 'correct horse battery';

/** An account with the access token of a login. */
interface Member {
  readonly id: number;
  readonly email: string;
  readonly access: string;
}

/** The clients of the test that runs. */
const clients: { close(): Promise<unknown> }[] = [];

/** Sends a request to a node. */
async function ask(
  node: ClusterNode,
  method: string,
  path: string,
  { access, body }: { access?: string; body?: object } = {},
) {
  const reply = await send(node.url, path, body && JSON.stringify(body), {
    method,
    headers: {
      ...(access !== undefined && { Authorization: `Bearer ${access}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
  });
  assert.ok(reply.status < 300, `${method} ${path}: ${reply.body}`);
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  const json: any = reply.body === '' ? undefined : JSON.parse(reply.body);
  return json;
}

/** Starts a login at a node. */
async function login(node: ClusterNode, email: string): Promise<string> {
  const body = { email, password: PASSWORD };
  return (await ask(node, 'POST', '/auth/login/', { body })).access as string;
}

/** Connects to the socket of a room at a node. */
function dial(node: ClusterNode, roomId: number, access: string): ChatClient {
  const url = new URL(`ws/chat/${roomId}/`, node.url);
  const client = new ChatClient(url, access, []);
  clients.push(client);
  return client;
}

/** Connects, and waits until the room has been entered: the client greets and hears it. */
async function entered(
  node: ClusterNode,
  roomId: number,
  { access }: Pick<Member, 'access'>,
): Promise<ChatClient> {
  const client = dial(node, roomId, access);
  await once(client.socket, 'open');
  const content = `greeting ${clients.length}`;
  client.send({ content });
  await heard(client, content);
  return client;
}

/** The status with which a handshake is refused. */
async function refusalOf(
  node: ClusterNode,
  roomId: number,
  access: string,
): Promise<number> {
  const { refused } = dial(node, roomId, access);
  clients.pop();
  return (await refused).status;
}

/** Tries to enter a room: the client says a text, and hears the first message of all. */
async function tried(
  node: ClusterNode,
  roomId: number,
  { access }: Pick<Member, 'access'>,
  content: string,
): Promise<ChatClient | undefined> {
  const client = dial(node, roomId, access);
  const { socket, refused, closed } = client;
  socket.once('open', () => client.send({ content }));
  const isIn = await Promise.race([
    new Promise((resolve) => socket.once('message', () => resolve(true))),
    refused.then(() => false),
    closed.then(() => false),
  ]);
  if (isIn === true) {
    return client;
  }
  clients.splice(clients.indexOf(client), 1);
  return undefined;
}

/** Waits for a message with a text. */
function heard(
  { messages }: ChatClient,
  text: string,
): Promise<Record<string, unknown>> {
  return until(`the message "${text}" comes`, () =>
    messages.find(({ content }) => content === text),
  );
}

/** Enters the live room of a lasting one by protoo. */
async function byProtoo(
  node: ClusterNode,
  roomId: number,
  { id, access }: Member,
) {
  const url = `${node.url}?token=${access}`;
  const joined = await ProtooClient.join(url, `chat-${roomId}`, String(id));
  clients.push(joined.client);
  return joined;
}

/** The texts of messages. */
function textsOf(messages: readonly Record<string, unknown>[]): unknown[] {
  return messages.map(({ content }) => content);
}

describe('chat in a cluster', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let north: ClusterNode;
  let south: ClusterNode;
  let ada: Member;
  let bob: Member;
  let eve: Member;
  let roomId: number;

  before(async () => {
    cluster = await ClusterNodes.start(1, {
      ...withTokens,
      shutdown: { drainTimeout: 60_000 },
      limits: {
        handshakeBurst: 100_000,
        handshakesPerMinute: 100_000,
        messagesPerSecond: 10_000,
        messageBurst: 10_000,
      },
    });
    [north] = cluster.nodes as [ClusterNode];
    south = await linked();
    await until('a room opens', async () => {
      ada ??= await register(north, 'ada');
      const first = await newRoom();
      return tried(north, first, ada, 'first');
    });
    await allLeft();
    bob = await register(south, 'bob');
    eve = await register(south, 'eve');
  });

  after(() => cluster[Symbol.asyncDispose]());

  afterEach(allLeft);

  /** Closes all clients, and waits until their rooms have closed. */
  async function allLeft(): Promise<void> {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await until('the rooms have closed', async () =>
      (await liveRooms()).every((count) => count === 0),
    );
  }

  /** Adds a node, and waits until it is linked to the first one. */
  async function linked(): Promise<ClusterNode> {
    const node = await cluster.add();
    await node.ready();
    await north.server.says(new RegExp(`is linked to the node ${node.id}`));
    return node;
  }

  /** Creates an account at a node, and starts a login. */
  async function register(node: ClusterNode, name: string): Promise<Member> {
    const email = `${name}@example.com`;
    const body = { email, name, password: PASSWORD };
    const { id } = await ask(node, 'POST', '/auth/register/', { body });
    return { id, email, access: await login(node, email) };
  }

  /** Creates a room of the first member, at the second node. */
  async function newRoom(): Promise<number> {
    const { id } = await ask(south, 'POST', '/api/rooms/', {
      access: ada.access,
      body: { name: 'Room', room_type: 'chat' },
    });
    return id as number;
  }

  /** The texts of a room's messages, as a node has them. */
  async function kept(node: ClusterNode): Promise<unknown[]> {
    const path = `/api/rooms/${roomId}/messages/`;
    return textsOf(await ask(node, 'GET', path, { access: ada.access }));
  }

  /** The number of live rooms at both nodes. */
  async function liveRooms(): Promise<number[]> {
    return Promise.all([north.rooms(), south.rooms()]);
  }

  test('brings the messages of all to all, in one order', async () => {
    roomId = await newRoom();
    const first = await entered(north, roomId, ada);
    const second = await entered(south, roomId, bob);
    const third = await entered(south, roomId, ada);
    assert.deepEqual(await liveRooms(), [1, 0]);
    const start = third.messages.at(-1)?.['id'] as number;
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    for (const number of numbers) {
      first.send({ content: `north ${number}` });
      second.send({ content: `south ${number}` });
    }
    const since = ({ messages }: ChatClient) =>
      messages.filter(({ id }) => (id as number) > start);
    for (const client of [first, second, third]) {
      await until('all have come', () => since(client).length >= 80);
      assert.deepEqual(since(client), since(first));
    }
    const ids = since(first).map(({ id }) => id as number);
    assert.deepEqual(
      ids,
      ids.toSorted((one, other) => one - other),
    );
    for (const side of ['north', 'south']) {
      assert.deepEqual(
        textsOf(since(first)).filter((text) => String(text).startsWith(side)),
        numbers.map((number) => `${side} ${number}`),
      );
    }
    const listed = textsOf(first.messages);
    assert.deepEqual(await kept(north), listed);
    assert.deepEqual(await kept(south), listed);
  });

  test('passes signals on to all others, or to one user', async () => {
    roomId = await newRoom();
    const first = await entered(south, roomId, ada);
    const second = await entered(north, roomId, bob);
    const third = await entered(south, roomId, eve);
    const offer = { type: 'offer', sdp: 'v=0' };
    second.send({ type: 'webrtc-offer', offer, target_id: ada.id });
    second.send({ type: 'webrtc-hangup' });
    const signals = ({ messages }: ChatClient) =>
      messages.filter(({ type }) => type !== undefined);
    const ended = { type: 'webrtc-hangup', sender_id: bob.id };
    await until('both have come', () => signals(first).length === 2);
    assert.deepEqual(signals(first), [
      { type: 'webrtc-offer', sender_id: bob.id, offer },
      ended,
    ]);
    await until('it has come', () => signals(third).length > 0);
    assert.deepEqual(signals(third), [ended]);
  });

  test('shows protoo clients who comes and goes at the other node', async () => {
    roomId = await newRoom();
    const { client: protoo } = await byProtoo(south, roomId, eve);
    const socket = await entered(north, roomId, bob);
    assert.deepEqual(await liveRooms(), [0, 1]);
    const { peerId } = await protoo.notified('peerJoined');
    const { reply } = await byProtoo(north, roomId, ada);
    assert.deepEqual(
      new Set(reply.peers?.map((peer) => peer.peerId)),
      new Set([peerId, String(eve.id)]),
    );
    const json = await JsonClient.connect(north.url, { header: bob.access });
    clients.push(json);
    await json.received('connected');
    await json.request('joinRoom', { roomId: `chat-${roomId}` });
    await protoo.notified(
      'peerJoined',
      (data) => ![peerId, String(ada.id)].includes(data['peerId']),
    );
    await protoo.request('sendMessage', { data: { content: 'by protoo' } });
    await heard(socket, 'by protoo');
    await socket.close();
    await protoo.notified('peerLeft', (data) => data['peerId'] === peerId);
  });

  test('refuses at each node who may not enter', async () => {
    roomId = await newRoom();
    await entered(north, roomId, ada);
    assert.equal(await refusalOf(south, roomId, 'not a token'), 401);
    assert.equal(await refusalOf(south, 999_999, bob.access), 404);
  });

  test('closes the sockets of a room that is deleted at another node', async () => {
    roomId = await newRoom();
    const first = await entered(north, roomId, ada);
    const second = await entered(south, roomId, bob);
    await ask(south, 'DELETE', `/api/rooms/${roomId}/`, {
      access: ada.access,
    });
    const ends = await Promise.all([first.closed, second.closed]);
    assert.deepEqual(
      ends.map(({ code }) => code),
      [4004, 4004],
    );
    assert.equal(await refusalOf(north, roomId, ada.access), 404);
  });

  test('closes the sockets of a login that ends at another node', async () => {
    roomId = await newRoom();
    const access = await login(south, bob.email);
    const stays = await entered(north, roomId, bob);
    const first = await entered(north, roomId, { access });
    const second = await entered(south, roomId, { access });
    await ask(south, 'POST', '/auth/logout/', { access });
    const ends = await Promise.all([first.closed, second.closed]);
    assert.deepEqual(
      ends.map(({ code }) => code),
      [4001, 4001],
    );
    stays.send({ content: 'still here' });
    await heard(stays, 'still here');
  });

  test('loses the people of a node that has died, who come back by another', async () => {
    const east = await linked();
    roomId = await newRoom();
    const { client: protoo } = await byProtoo(north, roomId, eve);
    const lost = await entered(east, roomId, bob);
    const stays = await entered(south, roomId, ada);
    const { peerId } = await protoo.notified('peerJoined');
    stays.send({ content: 'last' });
    await heard(lost, 'last');
    await east.server.end('SIGKILL');
    assert.equal((await lost.closed).code, 1006);
    await protoo.notified('peerLeft', (data) => data['peerId'] === peerId);
    stays.send({ content: 'meanwhile' });
    await heard(stays, 'meanwhile');
    const again = await entered(south, roomId, bob);
    stays.send({ content: 'after' });
    await heard(again, 'after');
    // The missed messages are in the list, once each and in order.
    assert.deepEqual(await kept(south), [
      ...textsOf(lost.messages),
      'meanwhile',
      ...textsOf(again.messages),
    ]);
  });

  test('loses and doubles no message when the way to the home breaks', async () => {
    const address = '127.0.0.3';
    const home = await cluster.add({ cluster: { address } });
    await using wire = await Wire.between(address, home.port, home.port);
    await home.ready();
    await south.server.says(new RegExp(`is linked to the node ${home.id}`));
    roomId = await newRoom();
    const stays = await entered(home, roomId, ada);
    const broken = await entered(south, roomId, bob);
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    for (const number of numbers) {
      broken.send({ content: `south ${number}` });
      stays.send({ content: `home ${number}` });
    }
    await heard(broken, 'home 50');
    await wire.cut();
    assert.equal((await broken.closed).code, 1006);
    assert.equal(await refusalOf(south, roomId, bob.access), 503);
    await heard(stays, 'home 199');
    stays.send({ content: 'meanwhile' });
    await heard(stays, 'meanwhile');
    await wire.mend();
    const again = await until('the client is back', () =>
      tried(south, roomId, bob, 'back'),
    );
    await heard(stays, 'back');
    const texts = await kept(south);
    assert.deepEqual(texts, textsOf(stays.messages));
    assert.deepEqual(texts.slice(-2), ['meanwhile', 'back']);
    assert.deepEqual(textsOf(again.messages), ['back']);
    // The client has received what comes first, and what it has sent arrived in order.
    assert.deepEqual(
      textsOf(broken.messages),
      texts.slice(1, broken.messages.length + 1),
    );
    const own = texts.filter((text) => String(text).startsWith('south'));
    assert.deepEqual(
      own,
      numbers.slice(0, own.length).map((number) => `south ${number}`),
    );
  });

  for (const [title, signal, code] of [
    ['has died', 'SIGKILL', 1006],
    ['drains', 'SIGTERM', 1012],
  ] as const) {
    test(`goes on at another node when the home of a room ${title}`, async () => {
      const home = await linked();
      await south.server.says(new RegExp(`is linked to the node ${home.id}`));
      roomId = await newRoom();
      const first = await entered(home, roomId, ada);
      const second = await entered(south, roomId, bob);
      second.send({ content: 'before' });
      await heard(first, 'before');
      const ended = home.server.end(signal);
      const ends = await Promise.all([first.closed, second.closed]);
      assert.deepEqual(
        ends.map((end) => end.code),
        [code, code],
      );
      const again = await until('the first is back', () =>
        tried(north, roomId, ada, 'back'),
      );
      const other = await entered(south, roomId, bob);
      again.send({ content: 'after' });
      await heard(other, 'after');
      const texts = await kept(south);
      assert.deepEqual(
        texts.filter((text) => text === 'before' || text === 'after'),
        ['before', 'after'],
      );
      assert.deepEqual(
        texts.slice(texts.indexOf(textsOf(again.messages)[0])),
        textsOf(again.messages),
      );
      // Its node stops once its last room has moved.
      await ended;
    });
  }
});
