import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import type { Server } from '../../../lib/Server.ts';
import { codeBlock } from '../../support/codeBlock.ts';
import { shakeHands } from '../../support/handshake.ts';
import { get } from '../../support/http.ts';
import { SECRET } from '../../support/JsonClient.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';

const protoo = { 'Sec-WebSocket-Protocol': 'protoo' };
const now = (): number => Math.floor(Date.now() / 1_000);

/** Connects with a token and joins. */
async function enter(
  server: Server,
  room: string,
  peerId: string,
  claims: Record<string, unknown> = {},
  data: object = {},
) {
  const token = peerToken(peerId, { room, ...claims });
  const client = await ProtooClient.connect(
    server.url,
    room,
    peerId,
    bearing(token),
  );
  const reply = await client.request('joinRoom', {
    roomId: room,
    peerId,
    rtpCapabilities,
    ...data,
  });
  return { client, reply };
}

describe('a server that requires tokens', () => {
  let server: Server;

  before(async () => {
    server = await startServer(tokensOnly);
  });

  after(() => server.close());

  test('takes the token that the page on the contract makes, with its rights', async () => {
    const code = codeBlock('docs/protocol.md', 'Tokens')
      .replace(/^import .*$/m, '')
      .replace('export ', '');
    // The program of the page, which is to work as it is printed.
    // oxlint-disable-next-line typescript/no-implied-eval
    const program = new Function('jwt', `${code}; return tokenFor;`);
    const tokenFor = program(jwt) as (...args: string[]) => string;
    const token = tokenFor('ada', 'documented', SECRET);
    const client = await ProtooClient.connect(
      server.url,
      'documented',
      'ada',
      bearing(token),
    );
    await client.request('joinRoom', { roomId: 'documented', peerId: 'ada' });
    await client.request('createWebRtcTransport', { direction: 'send' });
    const produce = (source: string) =>
      client.request('produce', {
        kind: 'video',
        rtpParameters: videoParameters(),
        appData: { source },
      });
    await produce('camera');
    await assert.rejects(produce('screen'), {
      code: 403,
      errorName: 'FORBIDDEN',
    });
    await client.close();
  });

  const path = '/?roomId=here&peerId=ada';

  /**
   * The answer to ada, who wants to join the room "here": the same over HTTP
   * as in the handshake.
   */
  async function atTheDoor(token: string | undefined) {
    const bearer = token !== undefined && { Authorization: `Bearer ${token}` };
    const [handshake, asked] = await Promise.all([
      shakeHands(server.url, path, { ...protoo, ...bearer }),
      get(server.url, '/rooms/here/peers/ada/admission', {
        headers: { ...bearer },
      }),
    ]);
    const { status, body } = handshake;
    const challenge = handshake.headers['www-authenticate'];
    assert.deepEqual(
      [asked.status, asked.headers['www-authenticate'], asked.body],
      status === 101
        ? [200, undefined, '{"admitted":true}']
        : [status, challenge, body],
    );
    return { status, challenge, body };
  }

  test('admits clients with a token in the header or the URL', async () => {
    const token = peerToken('ada', { room: 'he*' });
    assert.equal((await atTheDoor(token)).status, 101);
    const inUrl = `${path}&token=${token}`;
    const { status } = await shakeHands(server.url, inUrl, protoo);
    assert.equal(status, 101);
  });

  test('refuses clients without a token before the upgrade', async () => {
    const { status, challenge, body } = await atTheDoor(undefined);
    assert.equal(status, 401);
    assert.equal(challenge, 'Bearer');
    assert.equal(JSON.parse(body).error.code, 'TOKEN_MISSING');
  });

  const unauthorized = {
    'no JWT': ['garbage', 'TOKEN_INVALID'],
    'nothing at all': ['', 'TOKEN_MISSING'],
    'one by another secret': [
      peerToken('ada', {}, 'a secret of somebody else, long enough'),
      'TOKEN_INVALID',
    ],
    'one that has ended': [
      peerToken('ada', { exp: now() - 60 }),
      'TOKEN_EXPIRED',
    ],
    'one without a room': [
      peerToken('ada', { room: undefined }),
      'TOKEN_INVALID',
    ],
  } as const;
  for (const [what, [token, code]] of Object.entries(unauthorized)) {
    test(`refuses clients with ${what}`, async () => {
      const { status, challenge, body } = await atTheDoor(token);
      assert.equal(status, 401);
      assert.equal(challenge, 'Bearer');
      assert.equal(JSON.parse(body).error.code, code);
      assert.equal(server.registry.rooms.size, 0);
    });
  }

  test('refuses a token for another room', async () => {
    const { status, body } = await atTheDoor(
      peerToken('ada', { room: 'there-*' }),
    );
    assert.equal(status, 403);
    assert.deepEqual(JSON.parse(body).error, {
      code: 'FORBIDDEN',
      message: 'roomId: expected a room that the token grants, got "here"',
    });
  });

  test('refuses a token of another peer', async () => {
    const { status, body } = await atTheDoor(peerToken('bob'));
    assert.equal(status, 403);
    assert.deepEqual(JSON.parse(body).error, {
      code: 'FORBIDDEN',
      message: 'peerId: expected "bob" as in the token (sub), got "ada"',
    });
  });

  test('prefers the name in the token to that of the client', async () => {
    const named = await enter(
      server,
      'names',
      'ada',
      { name: 'Ada L.' },
      { displayName: 'Somebody else' },
    );
    const unnamed = await enter(
      server,
      'names',
      'bob',
      {},
      { displayName: 'Bob' },
    );
    const joined = await named.client.notified('peerJoined');
    assert.equal(joined['displayName'], 'Bob');
    assert.equal(unnamed.reply.peers?.[0]?.displayName, 'Ada L.');
    await Promise.all([named.client.close(), unnamed.client.close()]);
  });

  test('lets a peer send only what its token grants', async () => {
    const { client } = await enter(server, 'mic-only', 'ada', {
      grants: { publish: ['mic'] },
    });
    await client.request('createWebRtcTransport', { direction: 'send' });
    const audio = { kind: 'audio', rtpParameters: audioParameters() };
    const video = { kind: 'video', rtpParameters: videoParameters() };
    const refused: [data: object, source: string][] = [
      [video, 'camera'],
      [{ ...video, appData: { source: 'screen' } }, 'screen'],
      [{ ...audio, appData: { source: 'screen-audio' } }, 'screen-audio'],
    ];
    for (const [data, source] of refused) {
      await assert.rejects(client.request('produce', data), {
        code: 403,
        message: `permissions: expected publish of "${source}", which the client does not have`,
      });
    }
    const { producerId } = await client.request('produce', {
      ...audio,
      appData: { source: 'mic' },
    });
    await client.request('closeProducer', { producerId });
    await client.request('produce', {
      ...audio,
      rtpParameters: audioParameters(),
    });
    await client.close();
  });

  test('shows members to a peer that may not subscribe, and refuses it media', async () => {
    const { client: ada } = await enter(server, 'deaf', 'ada');
    await ada.request('createWebRtcTransport', { direction: 'send' });
    const { producerId } = await ada.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const { client: bob, reply } = await enter(server, 'deaf', 'bob', {
      grants: { subscribe: false },
    });
    assert.equal(reply.peers?.[0]?.producers[0]?.producerId, producerId);
    await bob.request('createWebRtcTransport', { direction: 'recv' });
    await assert.rejects(bob.request('consume', { producerId }), {
      code: 403,
      message:
        'permissions: expected subscribe, which the client does not have',
    });
    await Promise.all([ada.close(), bob.close()]);
  });

  test('applies the grants of the new token when a peer resumes with it', async () => {
    const { client, reply } = await enter(server, 'again', 'ada');
    client.raw.destroy();
    await client.closed;
    const { client: back, reply: resumed } = await enter(
      server,
      'again',
      'ada',
      { grants: { publish: false } },
      { resumeToken: reply.resumeToken, received: 0 },
    );
    assert.equal(resumed.resumed, true);
    await back.request('createWebRtcTransport', { direction: 'send' });
    await assert.rejects(
      back.request('produce', {
        kind: 'audio',
        rtpParameters: audioParameters(),
      }),
      { code: 403 },
    );
    await back.close();
  });

  test('keeps a peer whose token expired in the room, and refuses its return', async (t) => {
    const { client: ada } = await enter(server, 'patient', 'ada');
    const { client: bob } = await enter(server, 'patient', 'bob');
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_611_000 });
    await ada.request('createWebRtcTransport', { direction: 'send' });
    await ada.request('getRouterRtpCapabilities');
    await ada.request('leaveRoom');
    assert.equal((await bob.notified('peerLeft'))['reason'], 'left');
    for (const method of ['joinRoom', 'getRouterRtpCapabilities']) {
      await assert.rejects(
        ada.request(method, { roomId: 'patient', peerId: 'ada' }),
        { code: 401, message: /^token: expired at / },
      );
    }
    await Promise.all([ada.close(), bob.close()]);
  });
});

describe('a server that enforces the expiry of tokens', () => {
  let server: Server;

  before(async () => {
    server = await startServer({
      auth: { ...tokensOnly.auth, enforceExpiry: true },
    });
  });

  after(() => server.close());

  test('warns a peer and removes it for good', async () => {
    // Time enough to join on a busy machine.
    const exp = now() + 6;
    const { client: ada } = await enter(server, 'r', 'ada', { exp });
    const { client: bob } = await enter(server, 'r', 'bob', { exp: exp + 90 });
    assert.deepEqual(await ada.notified('tokenExpiring'), {
      expiresAt: exp * 1_000,
    });
    const { code, reason } = await ada.closed;
    assert.ok(Date.now() >= exp * 1_000);
    assert.equal(code, 4000);
    assert.match(reason, /^expired: /);
    assert.deepEqual(await bob.notified('peerLeft'), {
      peerId: 'ada',
      reason: 'expired',
    });
    assert.ok(
      bob.notifications.every(({ method }) => method !== 'tokenExpiring'),
    );
    await bob.close();
  });
});

describe('a server in mode open', () => {
  test('requires no token, and trusts none', async () => {
    const server = await startServer({
      auth: { ...tokensOnly.auth, mode: 'open' },
    });
    const token = peerToken('bob', { room: 'elsewhere' });
    const path = `/?roomId=here&peerId=ada&token=${token}`;
    const { status } = await shakeHands(server.url, path, protoo);
    assert.equal(status, 101);
    await server.close();
  });
});
