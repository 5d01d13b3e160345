import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import type { AnyReply } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer, testConfig } from '../../../tools/fixtures/server.ts';

const SECRET = 'a secret that coturn and Atrium share';

const stun = { urls: ['stun:stun.example:3478'] };
const turn = {
  urls: ['turn:turn.example:3478', 'turns:turn.example:443?transport=tcp'],
  secret: SECRET,
};
const relays = { servers: [stun, turn], ttl: 600 };

/** Checks that the servers are those of the config, for a user, from now on. */
function assertFor(
  userId: string,
  [first, second, ...more]: AnyReply[],
  since: number,
): void {
  assert.deepEqual(first, stun);
  assert.deepEqual(more, []);
  const { urls, username, credential } = second;
  assert.deepEqual(urls, turn.urls);
  assert.match(credential, /^[\w+/]{27}=$/);
  const [expiry, name] = username.split(':');
  assert.equal(name, userId);
  const seconds = Math.floor(since / 1_000);
  assert.ok(Number(expiry) >= seconds + relays.ttl, username);
  assert.ok(Number(expiry) <= Date.now() / 1_000 + relays.ttl, username);
}

describe('ICE servers', () => {
  let server: Server;

  before(async () => {
    server = await startServer({ ice: relays });
  });

  after(() => server.close());

  test('come with the join and with every resumption', async () => {
    const since = Date.now();
    const { client, reply } = await ProtooClient.join(
      server.url,
      'room',
      'ada',
    );
    assertFor('ada', reply.iceServers, since);
    client.raw.destroy();
    await client.closed;
    const { client: again, reply: resumed } = await ProtooClient.join(
      server.url,
      'room',
      'ada',
      {
        resumeToken: reply.resumeToken,
        received: client.notifications.length,
      },
    );
    assert.equal(resumed.resumed, true);
    assertFor('ada', resumed.iceServers, since);
    await again.close();
  });

  test('can be requested by members, as currently configured', async () => {
    const guest = await ProtooClient.connect(server.url, 'room', 'guest');
    await assert.rejects(guest.request('getIceServers'), { code: 403 });
    await guest.close();
    const { client } = await ProtooClient.join(server.url, 'room', 'ada');
    const since = Date.now();
    const { iceServers } = await client.request('getIceServers');
    assertFor('ada', iceServers, since);
    server.reconfigure(testConfig());
    assert.deepEqual(await client.request('getIceServers'), {
      iceServers: [],
    });
    server.reconfigure(testConfig({ ice: relays }));
    await client.close();
  });

  test('have credentials for the user of the token', async () => {
    const guarded = await startServer({ ...tokensOnly, ice: relays });
    const client = await ProtooClient.connect(
      guarded.url,
      'room',
      'ada',
      bearing(peerToken('ada')),
    );
    const since = Date.now();
    const reply = await client.request('joinRoom', {
      roomId: 'room',
      peerId: 'ada',
    });
    assertFor('ada', reply.iceServers, since);
    await client.close();
    await guarded.close();
  });

  test('are an empty list if none are configured', async () => {
    const plain = await startServer();
    const { client, reply } = await ProtooClient.join(plain.url, 'r', 'ada');
    assert.deepEqual(reply.iceServers, []);
    await client.close();
    await plain.close();
  });
});
