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
    const exp = Math.floor(Date.now() / 1_000) + 2;
    const [patient, late] = await Promise.all(
      ['patient', 'late'].map((user) =>
        JsonClient.connect(server.url, { header: userToken(user, { exp }) }),
      ),
    );
    assert.ok(patient && late);
    await patient.received('connected');
    const { roomId } = await patient.request('createRoom', { name: 'Room' });
    await patient.request('joinRoom', { roomId, displayName: 'Patient' });
    await late.received('connected');
    await late.request('joinRoom', { roomId, displayName: 'Late' });
    patient.send({
      type: 'authenticate',
      data: { token: userToken('patient') },
      requestId: 'renewal',
    });
    assert.equal(
      (await patient.answer('renewal')).type,
      'authenticateResponse',
    );
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
