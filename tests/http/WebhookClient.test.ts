import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import * as tls from 'node:tls';

import { publicLookup, WebhookClient } from '../../lib/http/WebhookClient.ts';
import { createPair } from '../support/CertificateFolder.ts';
import { freePort } from '../support/freePort.ts';

describe('a client of receivers', () => {
  const client = new WebhookClient();
  const requests: IncomingMessage[] = [];
  let respond: RequestListener = (_request, response) => response.end();
  const server = createServer((request, response) => {
    requests.push(request);
    respond(request, response);
  });
  let port: number;

  before(async () => {
    server.listen(0);
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (url: string, allowPrivate: boolean) =>
    client.post({
      url,
      headers: { 'webhook-id': 'msg_1' },
      body: '{"type":"ä"}',
      allowPrivate,
      signal: AbortSignal.timeout(60_000),
    });

  for (const host of [
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[fe80::1]',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'localhost',
  ]) {
    test(`refuses ${host}`, async () => {
      requests.length = 0;
      await assert.rejects(
        post(`http://${host}:${port}/`, false),
        /^Error: webhooks\.allowPrivate: expected true or a public address of \S+, got \S+/,
      );
      assert.equal(requests.length, 0);
    });
  }

  test('reaches them where they are permitted', async () => {
    requests.length = 0;
    for (const host of ['127.0.0.1', 'localhost']) {
      const answer = await post(`http://${host}:${port}/hook?a=b`, true);
      assert.deepEqual(answer, { status: 200, retryAfter: undefined });
    }
    const [request] = requests;
    assert.deepEqual([request?.method, request?.url], ['POST', '/hook?a=b']);
    assert.equal(request?.headers['content-type'], 'application/json');
    assert.equal(request.headers['content-length'], '13');
    assert.equal(request.headers['webhook-id'], 'msg_1');
    assert.match(request.headers['user-agent'] ?? '', /^Atrium\/\d/);
  });

  test('follows no redirect', async () => {
    requests.length = 0;
    respond = (_request, response) =>
      response.writeHead(307, { location: '/next' }).end();
    const { status } = await post(`http://127.0.0.1:${port}/`, true);
    assert.deepEqual([status, requests.length], [307, 1]);
  });

  test('hands on how long the receiver wants it to wait', async () => {
    respond = (_request, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end();
    assert.deepEqual(await post(`http://127.0.0.1:${port}/`, true), {
      status: 429,
      retryAfter: '7',
    });
  });

  test('fails where the connection breaks, or is broken off', async () => {
    respond = ({ socket }) => socket.destroy();
    await assert.rejects(post(`http://127.0.0.1:${port}/`, true), {
      code: 'ECONNRESET',
    });
    const free = await freePort();
    await assert.rejects(
      post(`http://localhost:${free}/`, true),
      /^Error: connect ECONNREFUSED/,
    );
    const stop = new AbortController();
    respond = () => stop.abort();
    await assert.rejects(
      client.post({
        url: `http://127.0.0.1:${port}/`,
        headers: {},
        body: '{}',
        allowPrivate: true,
        signal: stop.signal,
      }),
      { name: 'AbortError' },
    );
  });
});

describe('a name of a receiver', () => {
  const loopback = { address: '127.0.0.1', family: 4 };
  const mapped = { address: '::ffff:10.0.0.1', family: 6 };
  const first = { address: '9.9.9.9', family: 4 };
  const second = { address: '2620:fe::fe', family: 6 };

  /** The addresses that are connected to, of those that a name resolves to. */
  function found(
    addresses: (typeof loopback)[],
    all: boolean,
  ): Promise<unknown> {
    const lookup = publicLookup((_name, options, callback) => {
      assert.equal(options.all, true);
      callback(null, addresses);
    });
    return new Promise((fulfil, reject) => {
      lookup('app.example', { all }, (error, address, family) =>
        error === null
          ? fulfil(all ? address : { address, family })
          : reject(error),
      );
    });
  }

  test('leads to its public addresses, and never to its private ones', async () => {
    const mixed = [loopback, first, mapped, second];
    assert.deepEqual(await found(mixed, true), [first, second]);
    assert.deepEqual(await found(mixed, false), first);
    assert.deepEqual(await found([mapped, second], false), second);
  });

  test('leads nowhere if all its addresses are private, or it has none', async () => {
    for (const all of [true, false]) {
      await assert.rejects(found([loopback, mapped], all), {
        message:
          'webhooks.allowPrivate: expected true or a public address of app.example, got 127.0.0.1 and ::ffff:10.0.0.1',
      });
    }
    const missing = Object.assign(new Error('not found'), {
      code: 'ENOTFOUND',
    });
    const lookup = publicLookup((_name, _options, callback) =>
      callback(missing, []),
    );
    lookup('app.example', {}, (error) => assert.equal(error, missing));
  });
});

describe('a receiver with TLS', () => {
  test('is reached if its certificate is valid for its name, and else refused', async (t) => {
    const pair = await createPair('localhost', {
      keyType: 'ec',
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    const bodies: string[] = [];
    const server = createTlsServer(pair, (request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => response.writeHead(204).end());
    });
    server.listen(0);
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const post = (host: string) =>
      new WebhookClient().post({
        url: `https://${host}:${port}/`,
        headers: {},
        body: '{}',
        allowPrivate: true,
        signal: AbortSignal.timeout(60_000),
      });
    await assert.rejects(post('localhost'), /self-signed certificate/);
    const usual = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...usual, pair.cert]);
    t.after(() => tls.setDefaultCACertificates(usual));
    await assert.rejects(post('127.0.0.1'), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    assert.deepEqual(bodies, []);
    assert.equal((await post('localhost')).status, 204);
    assert.deepEqual(bodies, ['{}']);
  });
});
