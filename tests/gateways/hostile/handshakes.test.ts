import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { sampleSize } from '../../../scripts/samples.ts';
import { socketContracts } from '../../support/contracts.ts';
import {
  connectTls,
  shakeHands,
  UPGRADE_HEADERS,
} from '../../support/handshake.ts';
import type { HandshakeResult } from '../../support/handshake.ts';
import { assertFits } from '../../support/pattern.ts';
import type { Pattern } from '../../support/pattern.ts';
import { SocketHarness } from '../../support/SocketHarness.ts';

function assertRefused(
  { status, headers, body }: HandshakeResult,
  expected: { status: number; body: Pattern },
): void {
  assert.equal(status, expected.status, body);
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(headers.connection, 'close');
  assertFits(JSON.parse(body), expected.body);
}

const UNFINISHED = sampleSize('malformed frames and handshakes', 100);

for (const contract of socketContracts) {
  describe(`handshakes of ${contract.name}`, () => {
    const { path, headers } = contract.handshake;
    let scene: SocketHarness;

    before(async () => {
      scene = await SocketHarness.open(contract);
    });

    after(() => scene.close());

    test('are accepted if valid', async () => {
      const { status } = await shakeHands(scene.server.url, path, headers);
      assert.equal(status, 101);
    });

    for (const [name, bad] of Object.entries(contract.badHandshakes)) {
      test(`are refused with ${name}`, async () => {
        const result = await shakeHands(
          scene.server.url,
          bad.path,
          bad.headers,
        );
        assertRefused(result, bad);
        await scene.assertServing();
      });
    }

    const broken: Record<string, Record<string, string | undefined>> = {
      'no key': { 'Sec-WebSocket-Key': undefined },
      'a key that is none': { 'Sec-WebSocket-Key': 'short' },
      'no version': { 'Sec-WebSocket-Version': undefined },
      'a version of the future': { 'Sec-WebSocket-Version': '14' },
      'an upgrade to something else': { Upgrade: 'h2c' },
    };
    for (const [name, changes] of Object.entries(broken)) {
      test(`are refused with ${name}`, async () => {
        const result = await shakeHands(scene.server.url, path, {
          ...headers,
          ...changes,
        });
        assertRefused(result, {
          status: 400,
          body: contract.refusal(
            'VALIDATION_ERROR',
            /Sec-WebSocket-(Key|Version) header|^Upgrade: expected "websocket", got "h2c"$/,
          ),
        });
        await scene.assertServing();
      });
    }

    test(
      'expected the server to disconnect a refused client',
      { timeout: 60_000 },
      async () => {
        const own = await SocketHarness.open(contract);
        const socket = await connectTls(own.server.url);
        socket.allowHalfOpen = true;
        const lines = Object.entries({ ...UPGRADE_HEADERS, Host: 'localhost' });
        const head = lines.map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`GET /nowhere HTTP/1.1\r\n${head.join('')}\r\n`);
        socket.resume();
        await once(socket, 'end');
        // The server ends when its last connection has.
        await own.close();
        socket.destroy();
      },
    );

    test('are refused with methods other than GET', async () => {
      const result = await shakeHands(
        scene.server.url,
        path,
        headers,
        'DELETE',
      );
      assertRefused(result, {
        status: 400,
        body: contract.refusal('VALIDATION_ERROR', /HTTP method/),
      });
    });

    test('are plain requests without an upgrade', async () => {
      const response = await shakeHands(scene.server.url, path, {
        ...headers,
        Connection: undefined,
        Upgrade: undefined,
      });
      assert.notEqual(response.status, 101);
      await scene.assertServing();
    });

    test('are refused with endless headers', async () => {
      const socket = await connectTls(scene.server.url);
      socket.write(`GET ${path} HTTP/1.1\r\nX-Long: ${'x'.repeat(100_000)}`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 431 /);
      socket.destroy();
      await scene.assertServing();
    });

    test('are refused if they are not HTTP', async () => {
      const socket = await connectTls(scene.server.url);
      socket.write('\u0000\u0001\u0002 what is no HTTP\r\n\r\n');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
      socket.destroy();
      await scene.assertServing();
    });

    test('are cut off if they are not TLS', async () => {
      const { hostname, port } = new URL(scene.server.url);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      socket.resume();
      await once(socket, 'close');
      await scene.assertServing();
    });

    test('do not wait for many unfinished ones', async () => {
      const half = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: webso`;
      const sockets = await Promise.all(
        Array.from({ length: UNFINISHED }, async () => {
          const socket = await connectTls(scene.server.url);
          socket.write(half);
          return socket;
        }),
      );
      const client = await scene.join();
      await contract.probe(client);
      await client.close();
      await scene.assertServing();
      for (const socket of sockets) {
        socket.destroy();
      }
    });

    test('are accepted byte by byte', async () => {
      const socket = await connectTls(scene.server.url);
      const lines = [
        `GET ${path} HTTP/1.1`,
        'Host: localhost',
        ...Object.entries({ ...UPGRADE_HEADERS, ...headers }).map(
          ([name, value]) => `${name}: ${value}`,
        ),
        '\r\n',
      ];
      for (const byte of Buffer.from(lines.join('\r\n'))) {
        await new Promise((written) => {
          socket.write(Buffer.of(byte), written);
        });
      }
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 101 /);
      socket.destroy();
    });

    test('leave nothing behind if the client disconnects', async () => {
      const socket = await connectTls(scene.server.url);
      const lines = Object.entries({ ...UPGRADE_HEADERS, ...headers }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n`,
      );
      socket.destroy();
      await once(socket, 'close');
      await scene.assertServing();
    });
  });
}
