import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { CallsClient } from '../gateways/calls/CallsClient.ts';
import { tokenOf } from '../gateways/calls/CallsSite.ts';
import { send } from '../support/http.ts';
import { JsonClient, withTokens } from '../support/JsonClient.ts';
import type { JsonMessage } from '../support/JsonClient.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { until } from '../support/until.ts';
import type { ClusterNode } from './ClusterNodes.ts';
import { ClusterNodes } from './ClusterNodes.ts';

const MEDIA = { audioEnabled: true, videoEnabled: false };

/** The options of calls at a node, with times in ms. */
const callsOf = (server: string) => ({
  calls: { server, reconnectTimeout: 20_000, serverTimeout: 8_000 },
});

/** The devices of the test that runs. */
const clients: Disposable[] = [];

/** The clients in the rooms of its calls. */
const rooms: JsonClient[] = [];

/** Connects a device to a node. */
async function clientAt(
  node: ClusterNode,
  credentials: object,
): Promise<CallsClient> {
  const client = new CallsClient(node, { rejectUnauthorized: false });
  clients.push(client);
  const { success } = await client.authenticate(credentials);
  assert.equal(success, true);
  return client;
}

/** Connects a device of a user to a node. */
function deviceOf(userId: string, node: ClusterNode): Promise<CallsClient> {
  return clientAt(node, { token: tokenOf(userId) });
}

/** Sends a request to a node, of a user or without a token. */
async function ask(
  node: ClusterNode,
  userId: string | undefined,
  method: string,
  path: string,
  body?: object,
) {
  const reply = await send(
    node.url,
    path,
    body === undefined ? undefined : JSON.stringify(body),
    {
      method,
      headers: {
        ...(userId !== undefined && {
          Authorization: `Bearer ${tokenOf(userId)}`,
        }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
    },
  );
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  const json = JSON.parse(reply.body) as Record<string, any>;
  return { status: reply.status, body: json };
}

describe('calls in a cluster', { skip: noRedis || noPostgres }, () => {
  let cluster: ClusterNodes;
  let north: ClusterNode;
  let south: ClusterNode;
  let groups = 0;

  before(async () => {
    cluster = await ClusterNodes.start(1, {
      ...withTokens,
      ...callsOf('north'),
      limits: {
        handshakeBurst: 100_000,
        handshakesPerMinute: 100_000,
        callsPerMinute: 1_000,
      },
    });
    [north] = cluster.nodes as [ClusterNode];
    south = await linked('south');
    await north.opensRooms();
  });

  after(() => cluster[Symbol.asyncDispose]());

  afterEach(async () => {
    clients.splice(0).forEach((client) => client[Symbol.dispose]());
    await Promise.all(rooms.splice(0).map((client) => client.close()));
  });

  /** Adds a node, and waits until it is linked to the first one. */
  async function linked(server: string): Promise<ClusterNode> {
    const node = await cluster.add(callsOf(server));
    await node.ready();
    await north.server.says(new RegExp(`is linked to the node ${node.id}`));
    return node;
  }

  /** People of a new group, of whom the first one has created it. */
  async function group(count: number) {
    groups += 1;
    const people = ['ada', 'bob', 'cy'].map((name) => `${name}${groups}`);
    const [creator = '', ...memberIds] = people.slice(0, count);
    const { status, body } = await ask(
      north,
      creator,
      'POST',
      '/api/conversations',
      { type: 'group', memberIds },
    );
    assert.equal(status, 201);
    const { conversationId } = body['data'];
    return { people, conversationId: String(conversationId) };
  }

  /** A call whose home is the first node, of two people at the two nodes. */
  async function call(members = 2) {
    const { people, conversationId } = await group(members);
    const [adaId = '', bobId = '', cyId = ''] = people;
    const ada = await deviceOf(adaId, north);
    const bob = await deviceOf(bobId, south);
    const { callId } = await until('the call rings', async () => {
      const initiated = await ada.get('call:initiate', {
        conversationId,
        type: 'audio',
      });
      assert.equal((await bob.next('call:incoming')).callId, initiated.callId);
      return initiated;
    });
    const { participants } = await bob.get('call:accept', { callId, ...MEDIA });
    await Promise.all([ada.next('call:started'), bob.next('call:started')]);
    await ada.next('call:participant-joined');
    const [adas, bobs] = participants as { participantId: string }[];
    return {
      callId: String(callId),
      conversationId,
      ada,
      bob,
      adaId,
      bobId,
      cyId,
      adas: adas?.participantId ?? '',
      bobs: bobs?.participantId ?? '',
    };
  }

  test('ring at other nodes, and pass signals on between them', async () => {
    const { ada, bob, callId, adas, bobs } = await call();
    const offer = { type: 'offer', sdp: 'v=0 of ada' };
    await ada.get('call:signal', {
      callId,
      targetParticipantId: bobs,
      signal: offer,
    });
    const received = await bob.next('call:signal');
    assert.deepEqual(
      [received.fromParticipantId, received.signal],
      [adas, offer],
    );
    // All that follows each other stays in its order.
    const signals = Array.from({ length: 50 }, (_, index) => ({
      type: 'answer',
      sdp: `v=0 answer ${index}`,
    }));
    for (const signal of signals) {
      bob.send('call:signal', { callId, targetParticipantId: adas, signal });
    }
    for (const signal of signals) {
      assert.deepEqual((await ada.next('call:signal')).signal, signal);
    }
    bob.send('call:media-state-change', {
      callId,
      participantId: bobs,
      audioEnabled: false,
      videoEnabled: false,
      screenShareEnabled: false,
    });
    const state = await ada.next('call:participant-media-state');
    assert.deepEqual([state.participantId, state.audioEnabled], [bobs, false]);
    await bob.get('call:leave', { callId, participantId: bobs });
    assert.equal((await ada.next('call:participant-left')).participantId, bobs);
    await ada.get('call:leave', { callId, participantId: adas });
  });

  test('keep the order of signals while their home is looked for', async () => {
    const { people, conversationId } = await group(2);
    const [adaId = '', bobId = ''] = people;
    const ada = await deviceOf(adaId, north);
    const bob = await deviceOf(bobId, south);
    const { callId } = await ada.get('call:initiate', {
      conversationId,
      type: 'audio',
    });
    await bob.next('call:incoming');
    // Bob accepts at the home: the node of his device does not know it.
    const path = `/api/calls/${callId}/participants`;
    const { status } = await ask(north, bobId, 'POST', path, MEDIA);
    assert.equal(status, 200);
    const { body } = await ask(north, adaId, 'GET', `/api/calls/${callId}`);
    const [{ participantId: targetParticipantId }] = body['data'].participants;
    const signals = Array.from({ length: 40 }, (_, index) => ({
      type: 'answer',
      sdp: `v=0 answer ${index}`,
    }));
    for (const signal of signals) {
      bob.send('call:signal', { callId, targetParticipantId, signal });
    }
    for (const signal of signals) {
      assert.deepEqual((await ada.next('call:signal')).signal, signal);
    }
  });

  test('stop ringing on the other devices of who has answered', async () => {
    const { people, conversationId } = await group(2);
    const [adaId = '', bobId = ''] = people;
    const ada = await deviceOf(adaId, north);
    const laptop = await deviceOf(bobId, south);
    const phone = await deviceOf(bobId, north);
    const { callId } = await ada.get('call:initiate', {
      conversationId,
      type: 'audio',
    });
    await Promise.all([laptop, phone].map((it) => it.next('call:incoming')));
    await phone.get('call:accept', { callId, ...MEDIA });
    assert.equal((await laptop.next('call:handled')).callId, callId);
  });

  test('are shown, joined and ended by requests to any node', async () => {
    const { ada, bob, adaId, bobId, cyId, callId } = await call(3);
    const shown = await ask(south, bobId, 'GET', `/api/calls/${callId}`);
    assert.equal(shown.status, 200);
    assert.deepEqual(
      [shown.body['data'].status, shown.body['data'].participants.length],
      ['active', 2],
    );
    const refused = await ask(south, 'eve', 'GET', `/api/calls/${callId}`);
    assert.equal(refused.status, 403);
    const joined = await ask(
      south,
      cyId,
      'POST',
      `/api/calls/${callId}/participants`,
      MEDIA,
    );
    assert.equal(joined.status, 200, JSON.stringify(joined.body));
    await ada.next('call:participant-joined');
    await bob.next('call:participant-joined');
    const forbidden = await ask(south, bobId, 'DELETE', `/api/calls/${callId}`);
    assert.equal(forbidden.status, 403);
    const ended = await ask(south, adaId, 'DELETE', `/api/calls/${callId}`);
    assert.equal(ended.status, 200);
    for (const device of [ada, bob]) {
      assert.equal((await device.next('call:ended')).reason, 'forced');
    }
    const late = await bob.ask('call:join', { callId, ...MEDIA });
    assert.equal(late.error.code, 'CALL_ENDED');
  });

  test('switch to the server for three people, who all enter its room', async () => {
    const { ada, bob, adaId, bobId, cyId, callId } = await call(3);
    const cy = await deviceOf(cyId, south);
    await cy.get('call:join', { callId, ...MEDIA });
    const roomId = `call-${callId}`;
    for (const [userId, node] of [
      [adaId, south],
      [bobId, south],
      [cyId, north],
    ] as const) {
      const client = await JsonClient.as(node.url, userId);
      rooms.push(client);
      await client.request('joinRoom', { roomId, displayName: userId });
    }
    for (const device of [ada, bob]) {
      assert.equal((await device.next('call:mode-switch')).newMode, 'sfu');
      await device.get('call:mode-switch-ack', { callId, success: true });
    }
    for (const userId of [bobId, cyId]) {
      const isOf = ({ data }: JsonMessage) =>
        data.participant.userId === userId;
      await rooms[0]?.received('participantJoined', isOf);
    }
    const { body } = await ask(north, adaId, 'GET', `/api/calls/${callId}`);
    assert.equal(body['data'].mode, 'sfu');
    assert.equal(await south.rooms(), 0);
  });

  test('keep out another device, as long as the one at the other node is there', async () => {
    const { bobId, callId, bob } = await call();
    const other = await deviceOf(bobId, north);
    const { error } = await other.ask('call:join', { callId, ...MEDIA });
    assert.equal(error.code, 'ALREADY_PARTICIPANT');
    bob[Symbol.dispose]();
    await until('the other device is in the call', async () => {
      const { success } = await other.ask('call:join', { callId, ...MEDIA });
      return success === true;
    });
  });

  test('lose a member of their conversation, wherever it is changed', async () => {
    const { ada, bob, adaId, bobId, bobs, conversationId } = await call();
    const path = `/api/conversations/${conversationId}/members/${bobId}`;
    const { status } = await ask(south, adaId, 'DELETE', path);
    assert.equal(status, 200);
    assert.equal((await bob.next('call:error')).code, 'KICKED');
    assert.equal((await ada.next('call:participant-left')).participantId, bobs);
  });

  test('go on for a person whose node has died, at another one', async () => {
    const east = await linked('east');
    const { people, conversationId } = await group(2);
    const [adaId = '', bobId = ''] = people;
    const ada = await deviceOf(adaId, north);
    const bob = await deviceOf(bobId, east);
    const { callId } = await ada.get('call:initiate', {
      conversationId,
      type: 'audio',
    });
    await bob.next('call:incoming');
    const { participantId } = await bob.get('call:accept', {
      callId,
      ...MEDIA,
    });
    await east.server.end('SIGKILL');
    const statusOf = async () => {
      const { body } = await ask(north, adaId, 'GET', `/api/calls/${callId}`);
      return body['data'].participants.find(
        (it: { participantId: string }) => it.participantId === participantId,
      )?.status as string;
    };
    await until(
      'bob is away',
      async () => (await statusOf()) === 'disconnected',
    );
    const again = await deviceOf(bobId, south);
    assert.equal((await again.next('call:started')).callId, callId);
    assert.equal(await statusOf(), 'connected');
    const signal = { type: 'offer', sdp: 'v=0 again' };
    await ada.get('call:signal', {
      callId,
      targetParticipantId: participantId,
      signal,
    });
    assert.deepEqual((await again.next('call:signal')).signal, signal);
  });

  for (const [title, signal] of [
    ['when their home stops', 'SIGTERM'],
    ['after their home has died', 'SIGKILL'],
  ] as const) {
    test(`end for people at other nodes ${title}`, async () => {
      const home = await linked(`home of ${signal}`);
      await south.server.says(new RegExp(`is linked to the node ${home.id}`));
      const { people, conversationId } = await group(2);
      const [adaId = '', bobId = ''] = people;
      const ada = await deviceOf(adaId, home);
      const bob = await deviceOf(bobId, south);
      const { callId } = await ada.get('call:initiate', {
        conversationId,
        type: 'audio',
      });
      await bob.next('call:incoming');
      await bob.get('call:accept', { callId, ...MEDIA });
      await home.server.end(signal);
      assert.equal((await bob.next('call:ended')).reason, 'error');
      const { body } = await ask(north, bobId, 'GET', `/api/calls/${callId}`);
      assert.equal(body['data'].status, 'ended');
    });
  }

  test('ring for a guest at another node, who may join', async () => {
    const { people, conversationId } = await group(2);
    const [adaId = ''] = people;
    const made = await ask(
      north,
      adaId,
      'POST',
      `/api/conversations/${conversationId}/share-links`,
      {},
    );
    const link = String(made.body['data'].token);
    const session = await ask(
      south,
      undefined,
      'POST',
      `/api/share-links/${link}/sessions`,
      { username: 'Gil' },
    );
    const { sessionToken } = session.body['data'];
    const gil = await clientAt(south, { sessionToken });
    const ada = await deviceOf(adaId, north);
    const { callId } = await ada.get('call:initiate', {
      conversationId,
      type: 'audio',
    });
    assert.equal((await gil.next('call:incoming')).callId, callId);
    const { participantId } = await gil.get('call:accept', {
      callId,
      ...MEDIA,
    });
    const { participant } = await ada.next('call:participant-joined');
    assert.deepEqual(
      [participant.participantId, participant.username],
      [participantId, 'Gil'],
    );
  });
});
