import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

import { generate } from 'selfsigned';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';

/** Cipher suites of TLS 1.2 that must not be negotiated. */
const REFUSED = [
  // Key exchange by RSA: no forward secrecy.
  'AES128-GCM-SHA256',
  'AES256-SHA256',
  'AES128-SHA',
  // CBC.
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-RSA-AES256-SHA384',
  'ECDHE-RSA-AES128-SHA',
];

const TAKEN = [
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

describe('TLS', () => {
  let folder: string;
  let server: Server;
  let cert: string;
  let key: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-tls-'));
    cert = path.join(folder, 'cert.pem');
    key = path.join(folder, 'key.pem');
    await makePair();
    server = await startServer({ tls: { cert, key } });
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** An RSA key, which all of these suites can be used with. */
  async function makePair(): Promise<void> {
    const made = await generate([{ name: 'commonName', value: 'rsa' }], {
      keyType: 'rsa',
      keySize: 2_048,
    });
    await writeFile(key, made.private);
    await writeFile(cert, made.cert);
  }

  function open(options: ConnectionOptions): TLSSocket {
    const { hostname, port } = new URL(server.url);
    return connect({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
      ...options,
    });
  }

  async function assertSuites(): Promise<void> {
    for (const ciphers of TAKEN) {
      const socket = open({ ciphers, maxVersion: 'TLSv1.2' });
      await once(socket, 'secureConnect');
      assert.equal(socket.getCipher().name, ciphers);
      socket.destroy();
    }
    for (const ciphers of REFUSED) {
      const socket = open({ ciphers, maxVersion: 'TLSv1.2' });
      await assert.rejects(once(socket, 'secureConnect'), {
        code: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
      });
    }
  }

  test('1.3 is negotiated unless the client is older', async () => {
    const socket = open({});
    await once(socket, 'secureConnect');
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    socket.destroy();
  });

  test('1.2 has forward secrecy and authenticated encryption', async () => {
    await assertSuites();
  });

  test('1.2 keeps its ciphers when the certificate is renewed', async () => {
    await makePair();
    await server.renewCertificate();
    await assertSuites();
  });

  test('1.1 is refused', async () => {
    const socket = open({
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await assert.rejects(once(socket, 'secureConnect'), {
      code: /PROTOCOL_VERSION/,
    });
  });

  test('serves clients that offer HTTP/1.1, or name no protocol', async () => {
    for (const ALPNProtocols of [['h2', 'http/1.1'], undefined]) {
      const socket = open(ALPNProtocols === undefined ? {} : { ALPNProtocols });
      await once(socket, 'secureConnect');
      assert.equal(
        socket.alpnProtocol,
        ALPNProtocols === undefined ? false : 'http/1.1',
      );
      socket.destroy();
    }
  });

  test('refuses clients that offer other protocols alone', async () => {
    const socket = open({ ALPNProtocols: ['h2'] });
    await assert.rejects(once(socket, 'secureConnect'), {
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    });
  });
});
