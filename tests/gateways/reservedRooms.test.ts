import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { RESERVED_PREFIXES } from '../../lib/auth/reservedRooms.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { shakeHands } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { JsonClient, withTokens } from '../support/JsonClient.ts';
import { bearing, peerToken } from '../support/peerToken.ts';

for (const mode of ['open', 'token'] as const) {
  describe(`a reserved room on a server whose auth.mode is ${mode}`, () => {
    let server: Server;

    before(async () => {
      server = await startServer({ auth: { ...withTokens.auth, mode } });
    });

    after(() => server.close());

    for (const roomId of RESERVED_PREFIXES.map((prefix) => `${prefix}1`)) {
      const refusal = {
        code: 'FORBIDDEN',
        message: `roomId: expected a room that the token grants, got "${roomId}"; ids that begin with chat-, call-, session- are reserved, and only a grant of their contract opens these rooms`,
      };

      for (const room of ['*', `${roomId.split('-')[0]}-*`, roomId]) {
        test(`${roomId} is closed to a protoo client whose token has the room ${room}`, async () => {
          const token = bearing(peerToken('ada', { room }));
          const { status, body } = await shakeHands(
            server.url,
            `/?roomId=${roomId}&peerId=ada`,
            { 'Sec-WebSocket-Protocol': 'protoo', ...token.headers },
          );
          assert.equal(status, 403);
          assert.deepEqual(JSON.parse(body).error, refusal);
          const asked = await get(
            server.url,
            `/rooms/${roomId}/peers/ada/admission`,
            token,
          );
          assert.equal(asked.status, 403);
          assert.deepEqual(JSON.parse(asked.body).error, refusal);
        });
      }

      test(`${roomId} is closed to a user of the JSON API`, async () => {
        const client = await JsonClient.as(server.url, 'ada');
        // Users may ask to enter the room of a call, which has to exist.
        const expected = roomId.startsWith('call-')
          ? { error: 'ROOM_NOT_FOUND' }
          : { error: 'AUTH_TOKEN_INVALID', message: refusal.message };
        await assert.rejects(client.request('joinRoom', { roomId }), expected);
        await client.close();
      });

      test(`${roomId} is not created by a question over HTTP`, async () => {
        const { status } = await get(server.url, `/rooms/${roomId}`);
        assert.equal(status, 404);
      });
    }

    test('none of them has come to life', () => {
      assert.equal(server.registry.rooms.size, 0);
    });
  });
}
