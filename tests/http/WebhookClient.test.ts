import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { WebhookClient } from '../../lib/http/WebhookClient.ts';
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
