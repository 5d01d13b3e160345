import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { contracts } from '../../support/contracts.ts';
import {
  connectTls,
  shakeHands,
  UPGRADE_HEADERS,
} from '../../support/handshake.ts';
import type { HandshakeResult } from '../../support/handshake.ts';
import { ContractHarness } from '../../support/ContractHarness.ts';

function assertRefused(
  { status, headers, body }: HandshakeResult,
  expected: { status: number; code: string; message: RegExp },
): void {
  assert.equal(status, expected.status, body);
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(headers.connection, 'close');
  const { error, ...rest } = JSON.parse(body) as {
    error: { code: string; message: string };
  };
  assert.deepEqual(rest, {});
  assert.equal(error.code, expected.code);
  assert.match(error.message, expected.message);
}

for (const contract of contracts) {
  describe(`handshakes of ${contract.name}`, () => {
    const { path, headers } = contract.handshake;
    let scene: ContractHarness;

    before(async () => {
      scene = await ContractHarness.create(contract);
    });

    after(() => scene.close());

    test('a good one is accepted', async () => {
      const { status } = await shakeHands(scene.server.url, path, headers);
      assert.equal(status, 101);
    });

    for (const [name, bad] of Object.entries(contract.badHandshakes)) {
      test(`${name} is refused`, async () => {
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
      test(`${name} is refused`, async () => {
        const result = await shakeHands(scene.server.url, path, {
          ...headers,
          ...changes,
        });
        assertRefused(result, {
          status: 400,
          code: 'VALIDATION_ERROR',
          message: /(Sec-WebSocket-(Key|Version)|Upgrade) header/,
        });
        await scene.assertServing();
      });
    }

    test(
      'whoever is refused and does not hang up is hung up',
      { timeout: 10_000 },
      async () => {
        const own = await ContractHarness.create(contract);
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

    test('another method than GET is refused', async () => {
      const result = await shakeHands(
        scene.server.url,
        path,
        headers,
        'DELETE',
      );
      assertRefused(result, {
        status: 400,
        code: 'VALIDATION_ERROR',
        message: /HTTP method/,
      });
    });

    test('without an upgrade it is a page like any other', async () => {
      const response = await shakeHands(scene.server.url, path, {
        ...headers,
        Connection: undefined,
        Upgrade: undefined,
      });
      assert.notEqual(response.status, 101);
      await scene.assertServing();
    });

    test('headers without end are refused', async () => {
      const socket = await connectTls(scene.server.url);
      socket.write(`GET ${path} HTTP/1.1\r\nX-Long: ${'x'.repeat(100_000)}`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 431 /);
      socket.destroy();
      await scene.assertServing();
    });

    test('what is no HTTP is refused', async () => {
      const socket = await connectTls(scene.server.url);
      socket.write('\u0000\u0001\u0002 what is no HTTP\r\n\r\n');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
      socket.destroy();
      await scene.assertServing();
    });

    test('what is no TLS is cut off', async () => {
      const { hostname, port } = new URL(scene.server.url);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      socket.resume();
      await once(socket, 'close');
      await scene.assertServing();
    });

    test('a hundred that stay half done keep nobody else waiting', async () => {
      const half = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: webso`;
      const sockets = await Promise.all(
        Array.from({ length: 100 }, async () => {
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

    test('one that comes byte by byte is served', async () => {
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

    test('a client that goes during its handshake leaves nothing', async () => {
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
