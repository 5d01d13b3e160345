import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../lib/Server.ts';
import { shakeHands } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { logged } from '../support/logs.ts';
import { protoo } from '../support/protooContract.ts';
import { startServer } from '../../tools/fixtures/server.ts';

const APP = 'https://app.example';
const EVIL = 'https://evil.example';

describe('HTTP from pages of other origins', () => {
  let server: Server;

  before(async () => {
    server = await startServer({ access: { origins: [APP] } });
  });

  after(() => server.close());

  test('is served to listed origins, which may read it', async () => {
    const { status, headers } = await get(server.url, '/health', {
      headers: { Origin: APP },
    });
    assert.equal(status, 200);
    assert.equal(headers['access-control-allow-origin'], APP);
    assert.equal(headers['access-control-allow-credentials'], undefined);
    assert.match(headers.vary ?? '', /\bOrigin\b/);
  });

  test('is served to its own pages and to clients that are no browsers', async () => {
    const { origin } = new URL(server.url);
    const own = await get(server.url, '/', { headers: { Origin: origin } });
    assert.notEqual(own.status, 403);
    const { status, headers } = await get(server.url, '/health');
    assert.equal(status, 200);
    assert.equal(headers['access-control-allow-origin'], undefined);
  });

  test('is refused to other origins on every path except the page', async () => {
    for (const path of ['/health', '/rooms/lounge', '/nowhere']) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const { status, headers, body } = await get(server.url, path, {
          method,
          headers: { Origin: EVIL },
        });
        assert.equal(status, 403, `${method} ${path}`);
        assert.equal(headers['access-control-allow-origin'], undefined);
        assert.deepEqual(JSON.parse(body).error, {
          code: 'ORIGIN_REFUSED',
          message: `Origin: expected that of this server or one of access.origins, got "${EVIL}"`,
        });
      }
    }
  });

  test('serves the page to every origin, readable only by its own', async () => {
    const page = await get(server.url, '/', { headers: { Origin: EVIL } });
    assert.equal(page.status, 200);
    const asset = /src="(?<path>[^"]+\.js)"/.exec(page.body)?.groups?.['path'];
    const { pathname } = new URL(asset ?? '', server.url);
    const script = await get(server.url, pathname, {
      headers: { Origin: EVIL },
    });
    assert.equal(script.status, 200);
    for (const { headers } of [page, script]) {
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });

  test('logs the first refusal of an origin', async (t) => {
    const strict = await startServer();
    t.after(() => strict.close());
    const line = logged(/access\.origins/);
    await get(strict.url, '/health', { headers: { Origin: EVIL } });
    assert.match(
      await line,
      /the origin "https:\/\/evil\.example", because they reach this server as https:\/\/127\.0\.0\.1:\d+; to allow them, add "https:\/\/evil\.example" to access\.origins/,
    );
  });

  test('is refused if an untrusted proxy changes the Host header', async (t) => {
    for (const [trustProxy, status] of [
      [[], 403],
      [['loopback'], 200],
    ] as const) {
      const proxied = await startServer({
        access: { trustProxy: [...trustProxy] },
        auth: { allowOpen: true },
      });
      t.after(() => proxied.close());
      for (const forwarded of [
        { 'X-Forwarded-Host': 'meet.example' },
        { Forwarded: 'for=192.0.2.1;host=meet.example;proto=https' },
      ]) {
        const reply = await get(proxied.url, '/health', {
          headers: { Host: 'up', Origin: 'https://meet.example', ...forwarded },
        });
        assert.equal(reply.status, status, JSON.stringify(forwarded));
      }
    }
  });

  test('learns if a handshake would be accepted', async () => {
    const admission = '/rooms/lounge/peers/ada/admission';
    const about = (origin: string) =>
      get(server.url, `${admission}?origin=${encodeURIComponent(origin)}`);
    assert.equal((await about(new URL(server.url).origin)).status, 200);
    assert.equal((await about(APP)).status, 200);
    const { status, body } = await about(EVIL);
    assert.equal(status, 403);
    assert.equal(JSON.parse(body).error.code, 'ORIGIN_REFUSED');
    assert.equal((await about('x'.repeat(3_000))).status, 400);
    const twice = await get(server.url, `${admission}?origin=a&origin=b`);
    assert.equal(twice.status, 400);
  });

  test('lets pages of every origin read why they are not admitted', async () => {
    const headers = { Origin: EVIL };
    const admission = '/rooms/lounge/peers/ada/admission';
    const read = async (path: string) => {
      const reply = await get(server.url, path, { headers });
      assert.equal(reply.headers['access-control-allow-origin'], '*', path);
      assert.match(
        reply.headers['access-control-expose-headers'] ?? '',
        /\bRetry-After\b/,
      );
      return [reply.status, JSON.parse(reply.body).error.code as string];
    };
    assert.deepEqual(await read(admission), [403, 'ORIGIN_REFUSED']);
    assert.deepEqual(await read('/rooms/lounge/peers/a%20b/admission'), [
      400,
      'VALIDATION_ERROR',
    ]);
    const preflight = await get(server.url, admission, {
      method: 'OPTIONS',
      headers: {
        ...headers,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], '*');
    assert.equal(
      preflight.headers['access-control-allow-headers'],
      'authorization',
    );
    const { path, headers: own } = protoo.handshake;
    const refused = await shakeHands(server.url, path, { ...own, ...headers });
    assert.equal(refused.status, 403);
    assert.equal(refused.headers['access-control-allow-origin'], '*');
  });

  test('lets pages of every origin read that they ask too often', async (t) => {
    const strict = await startServer({
      limits: { requestsPerMinute: 1, requestBurst: 1 },
    });
    t.after(() => strict.close());
    const ask = () =>
      get(strict.url, '/rooms/lounge/peers/ada/admission', {
        headers: { Origin: EVIL },
      });
    assert.equal((await ask()).status, 403);
    const { status, headers } = await ask();
    assert.equal(status, 429);
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.match(headers['retry-after'] ?? '', /^\d+$/);
  });

  test('answers preflight requests', async () => {
    const { status, headers } = await get(server.url, '/rooms/lounge', {
      method: 'OPTIONS',
      headers: {
        Origin: APP,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], APP);
    assert.match(headers['access-control-allow-methods'] ?? '', /\bGET\b/);
    assert.equal(headers['access-control-allow-headers'], 'authorization');
    assert.equal(headers['access-control-max-age'], '600');
  });
});

describe('HTTP from one address', () => {
  test('is limited per minute, without an effect on other addresses', async (t) => {
    const server = await startServer({
      limits: { requestsPerMinute: 1, requestBurst: 3 },
      access: { trustProxy: ['loopback'] },
      auth: { allowOpen: true },
    });
    t.after(() => server.close());
    const from = (address: string) =>
      get(server.url, '/health', { headers: { 'X-Forwarded-For': address } });
    for (let request = 0; request < 3; request += 1) {
      assert.equal((await from('2001:db8::1')).status, 200);
    }
    const { status, headers, body } = await from('2001:db8::2');
    assert.equal(status, 429);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.match(String(headers['x-request-id']), /^[\da-f-]{36}$/);
    const { code, message } = JSON.parse(body).error;
    assert.equal(code, 'LIMIT_REACHED');
    assert.match(
      message,
      /^limits\.requestsPerMinute: expected at most 1 a minute from one address after the first 3; try again in \d+ s$/,
    );
    assert.equal((await from('2001:db8:0:1::1')).status, 200);
  });
});
