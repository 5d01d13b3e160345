import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { frameBytes } from '../../support/frames.ts';
import { shakeHands } from '../../support/handshake.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { FRAMING } from './framingCases.ts';
import type { Case } from './framingCases.ts';

describe('the WebSocket configuration', () => {
  let server: Server;
  let clients = 0;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  /** Plays a case, and asserts that it has exactly the expected outcome. */
  async function play({ writes, pongs = [], answers = [], code }: Case) {
    clients += 1;
    const client = await ProtooClient.connect(
      server.url,
      'room',
      `client-${clients}`,
    );
    const ponged: Buffer[] = [];
    client.socket.on('pong', (payload) => ponged.push(payload));
    for (const [index, bytes] of writes.entries()) {
      if (code !== undefined && index === writes.length - 1) {
        // A closed connection would lose the answers.
        await answered(client, answers.length);
      }
      client.raw.write(bytes);
    }
    if (code === undefined) {
      // Frames are answered in order, so this is the last to be.
      const last = client.answer(2);
      client.raw.write(frameBytes('{"request":true,"id":2,"method":"ping"}'));
      await last;
      client.frames.pop();
      await client.close();
    } else {
      const closed = await client.closed;
      assert.equal(closed.code, code, closed.reason);
    }
    assert.deepEqual(ponged, pongs);
    const responses = client.frames.filter(({ response }) => response);
    assert.deepEqual(
      responses.map(({ errorReason }) => errorReason),
      answers.map((name) => `there is no request ${JSON.stringify(name)}`),
    );
  }

  async function answered(client: ProtooClient, count: number) {
    while (client.frames.length < count) {
      await once(client, 'frame');
    }
  }

  for (const [group, cases] of Object.entries(FRAMING)) {
    describe(group, () => {
      for (const [name, it] of Object.entries(cases)) {
        test(name, () => play(it));
      }
    });
  }

  test('never negotiates compression', async () => {
    const { status, headers } = await shakeHands(
      server.url,
      '/?roomId=room&peerId=packed',
      {
        'Sec-WebSocket-Protocol': 'protoo',
        'Sec-WebSocket-Extensions':
          'permessage-deflate; client_max_window_bits, x-webkit-deflate-frame',
      },
    );
    assert.equal(status, 101);
    assert.equal(headers['sec-websocket-extensions'], undefined);
  });
});
