import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { mayEnter } from '../../lib/auth/Grants.ts';
import { peerGrants } from '../../lib/auth/jwt.ts';
import type { Server } from '../../lib/Server.ts';
import { get, send } from '../support/http.ts';
import { MeetingClient } from './meetings/MeetingClient.ts';
import { peerToken } from '../support/peerToken.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';
import {
  SECRET,
  JsonClient,
  userToken,
  withTokens,
} from '../support/JsonClient.ts';

const COMPOSED = 'caf\u00e9';
const DECOMPOSED = 'cafe\u0301';

describe('a name from any input', () => {
  let server: Server;

  before(async () => {
    server = await startServer(withTokens);
  });

  after(() => server.close());

  test('of a room is the same, composed or decomposed', async () => {
    const { client: ada } = await ProtooClient.join(
      server.url,
      COMPOSED,
      'ada',
      { displayName: ' Ada\u202e ' },
    );
    const { client: bob, reply } = await ProtooClient.join(
      server.url,
      DECOMPOSED,
      `bob-${DECOMPOSED}`,
      { displayName: `Bob ${DECOMPOSED}` },
    );
    assert.deepEqual(
      reply.peers?.map(({ peerId, displayName }) => [peerId, displayName]),
      [['ada', 'Ada']],
    );
    const { peerId, displayName } = await ada.notified('peerJoined');
    assert.equal(peerId, `bob-${COMPOSED}`);
    assert.equal(displayName, `Bob ${COMPOSED}`);
    const eve = await JsonClient.join(server.url, DECOMPOSED, 'eve');
    assert.deepEqual(Array.from(server.registry.rooms.keys()), [COMPOSED]);
    for (const name of [COMPOSED, DECOMPOSED]) {
      const path = `/rooms/${encodeURIComponent(name)}`;
      assert.equal((await get(server.url, path)).status, 200);
    }
    await Promise.all([ada, bob, eve].map((client) => client.close()));
  });

  test('of a peer on the socket of a session is the same in either form', async () => {
    await using opened = new AsyncDisposableStack();
    const draft = JSON.stringify({ title: ` Caf\u00e9\u202e ` });
    const { body } = await send(server.url, '/session', draft, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    });
    const { socket } = JSON.parse(body) as { socket: string };
    const enter = async (peerId: string): Promise<MeetingClient> => {
      const url = new URL(`/ws/${socket}`, server.url);
      const client = await new MeetingClient(url).opened();
      opened.defer(() => client.close());
      client.send({ type: 'connect', peerId, name: ` Bob ${peerId}\u202e ` });
      return client;
    };
    const bob = await enter(DECOMPOSED);
    assert.deepEqual(await bob.at(0), {
      type: 'connected',
      peerId: COMPOSED,
      title: COMPOSED.replace('c', 'C'),
      peers: [],
    });
    const ada = await enter('ada');
    const { peers } = await ada.at(0);
    assert.deepEqual(peers, [
      { peerId: COMPOSED, name: `Bob ${COMPOSED}`, sfu: false },
    ]);
    ada.send({ type: 'offer', to: DECOMPOSED });
    assert.deepEqual(await bob.at(2), { type: 'offer', from: 'ada' });
  });

  test('of a room matches a pattern in either form', () => {
    const grants = peerGrants(
      peerToken(DECOMPOSED, { room: `${DECOMPOSED}-*` }),
      testConfig(withTokens).auth,
    );
    assert.equal(grants.identity.userId, COMPOSED);
    assert.ok(mayEnter(grants, `${COMPOSED}-1`));
  });

  test('of a person is refused if it is invisible, and ignored in a token', async () => {
    const client = await JsonClient.connect(server.url, {
      header: userToken('ada', { full_name: ' \u200b ' }, SECRET),
    });
    const { data } = await client.received('connected');
    assert.equal(data.user.fullName, '');
    await assert.rejects(client.request('createRoom', { name: '\u202e' }), {
      error: 'VALIDATION_ERROR',
      details: 'data.name: expected a visible character, got "\\u{202e}"',
    });
    const { roomId } = await client.request('createRoom', { name: 'Room' });
    await client.request('joinRoom', { roomId });
    const bob = await JsonClient.as(server.url, 'bob');
    const { participants } = await bob.request('joinRoom', { roomId });
    assert.equal(participants[0]?.displayName, 'ada');
    await client.close();
    await bob.close();
  });
});
