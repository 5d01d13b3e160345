import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { JsonClient, userToken, withTokens } from '../../support/JsonClient.ts';

describe('the end of a token at the JSON WebSocket API', () => {
  let server: Server;

  before(async () => {
    server = await startServer({
      auth: { ...withTokens.auth, enforceExpiry: true },
    });
  });

  after(() => server.close());

  test('removes a participant, unless a new token came in time', async () => {
    const [patient, late] = [
      await JsonClient.as(server.url, 'patient'),
      await JsonClient.as(server.url, 'late'),
    ];
    const { roomId } = await patient.request('createRoom', { name: 'Room' });
    await patient.request('joinRoom', { roomId, displayName: 'Patient' });
    await late.request('joinRoom', { roomId, displayName: 'Late' });
    const exp = Math.floor(Date.now() / 1_000) + 3;
    const answers = (
      [
        [patient, 'brief', userToken('patient', { exp })],
        [patient, 'long', userToken('patient')],
        [late, 'brief', userToken('late', { exp })],
      ] as const
    ).map(([client, requestId, token]) => {
      client.send({ type: 'authenticate', data: { token }, requestId });
      return client.answer(requestId);
    });
    for (const { type } of await Promise.all(answers)) {
      assert.equal(type, 'authenticateResponse');
    }
    const { code, reason } = await late.closed;
    assert.equal(code, 4000);
    assert.match(reason, /^expired: /);
    const { data } = await patient.received('participantLeft');
    assert.equal(data.reason, 'expired');
    await patient.request('createWebRtcTransport', {
      roomId,
      direction: 'send',
    });
    await patient.close();
  });

  test('keeps a connection from creating and joining rooms', async (t) => {
    const client = await JsonClient.as(server.url, 'ada');
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_611_000 });
    for (const type of ['createRoom', 'joinRoom', 'getRouterRtpCapabilities']) {
      await assert.rejects(client.request(type, { name: 'x', roomId: 'x' }), {
        error: 'AUTH_TOKEN_EXPIRED',
      });
    }
    await client.close();
  });
});
