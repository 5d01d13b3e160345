import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { shakeHands } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { logged } from '../support/logs.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';
import { SECRET } from '../support/JsonClient.ts';
import {
  launchBrowser,
  noBrowser,
  WILLING,
} from '../../tools/fixtures/browser/launch.ts';
import { caddy, haproxy, missing, nginx, Proxy } from './Proxy.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

/** The options that the samples require, besides the port. */
const BEHIND_PROXY: ConfigInput = {
  access: { trustProxy: ['loopback'] },
  auth: { allowOpen: true },
};

/** A browser that resolves meet.example, at the default port, to the proxy. */
function browserFor({ port }: Proxy): Promise<Browser> {
  const rule = `MAP meet.example:443 127.0.0.1:${port}`;
  return launchBrowser([...WILLING, `--host-resolver-rules=${rule}`]);
}

for (const kind of [nginx, haproxy, caddy]) {
  describe(`the server behind ${kind.name}`, { skip: missing(kind) }, () => {
    let server: Server;
    let proxy: Proxy;

    before(async () => {
      server = await startServer(BEHIND_PROXY);
      proxy = await Proxy.start(kind, [server.url]);
    });

    after(async () => {
      await proxy?.[Symbol.asyncDispose]();
      await server?.close();
    });

    for (const [how, base, room] of [
      ['name', 'https://meet.example/', 'garden'],
      ['path', 'https://meet.example/meet/', 'hall'],
    ] as const) {
      it(
        `connects people under its own ${how}`,
        { skip: noBrowser },
        async (t) => {
          await using front = await Proxy.start(
            kind,
            [server.url],
            how === 'path' ? kind.byPathAlone : undefined,
          );
          const browser = await browserFor(front);
          t.after(() => browser.close());
          await using ada = await Visitor.join(browser, base, 'Ada', room);
          const link = await ada.page.locator('#room-link').textContent();
          assert.equal(link, `${base}?room=${room}`);
          assert.equal(ada.page.url(), link);
          await using grace = await Visitor.open(browser, link ?? '', 'Grace');
          await grace.fillIn();
          await grace.button('Join').click();
          await Promise.all([
            ada.seesAndHears('Grace'),
            grace.seesAndHears('Ada'),
          ]);
        },
      );
    }

    it(
      'shows on the page under a path why joining was refused',
      { skip: noBrowser },
      async (t) => {
        const strict = await startServer({
          ...BEHIND_PROXY,
          auth: {
            mode: 'token',
            keys: [{ algorithm: 'HS256', secret: SECRET }],
          },
        });
        t.after(() => strict.close());
        await using front = await Proxy.start(
          kind,
          [strict.url],
          kind.byPathAlone,
        );
        const browser = await browserFor(front);
        t.after(() => browser.close());
        await using ada = await Visitor.open(
          browser,
          'https://meet.example/meet/',
          'Ada',
          { room: 'garden' },
        );
        await ada.fillIn();
        await ada.button('Join').click();
        await ada.page
          .getByText(/requires a personal invitation link/)
          .waitFor();
      },
    );

    it('is served over HTTP/2, and redirects a path without a trailing slash', async () => {
      const session = connectHttp2(proxy.url, { rejectUnauthorized: false });
      const stream = session.request({
        ':path': '/meet/healthz',
        ':authority': `127.0.0.1:${proxy.port}`,
      });
      const [headers] = await once(stream, 'response');
      assert.equal(headers[':status'], 200);
      assert.match(await text(stream), /"alive"/);
      session.close();
      const { status, headers: moved } = await get(proxy.url, '/meet');
      assert.ok([301, 302].includes(status), String(status));
      const target = new URL(moved.location ?? '', proxy.url);
      assert.equal(target.pathname, '/meet/');
    });

    it('does not expose the routes for operators', async () => {
      for (const path of ['/status', '/metrics', '/meet/metrics/json']) {
        assert.equal((await get(proxy.url, path)).status, 404, path);
      }
    });

    it('learns the client address from the proxy only', async () => {
      const { cert, key } = testConfig().tls;
      const mirror = createServer(
        { cert: readFileSync(cert), key: readFileSync(key) },
        ({ headers }, response) => response.end(JSON.stringify(headers)),
      ).listen(0, '127.0.0.1');
      await once(mirror, 'listening');
      const { port } = mirror.address() as AddressInfo;
      await using before = await Proxy.start(kind, [
        `https://127.0.0.1:${port}`,
      ]);
      const { body } = await get(before.url, '/', {
        headers: {
          'X-Forwarded-For': '198.51.100.7',
          'X-Forwarded-Host': 'evil.example',
          'X-Forwarded-Proto': 'http',
          Forwarded: 'for=198.51.100.7;host=evil.example',
        },
      });
      mirror.close();
      mirror.closeAllConnections();
      const headers = JSON.parse(body);
      const host = new URL(before.url).host;
      assert.equal(headers.host, host);
      assert.equal(headers['x-forwarded-for'], '127.0.0.1');
      assert.equal(headers['x-forwarded-host'], host);
      assert.equal(headers['x-forwarded-proto'], 'https');
      assert.equal(headers.forwarded, undefined);
    });

    it('leaves no token in the log of the proxy', async () => {
      const secret = 'SECRET-OF-ADA';
      const query = `roomId=garden&peerId=ada&token=${secret}`;
      const handshake = `/meet/?${query}`;
      const headers = { 'Sec-WebSocket-Protocol': 'protoo' };
      const gone = await startServer(BEHIND_PROXY);
      await using before = await Proxy.start(kind, [gone.url]);
      const served = await shakeHands(before.url, handshake, headers);
      assert.equal(served.status, 101);
      await gone.close();
      const failed = await shakeHands(before.url, handshake, headers);
      assert.ok(failed.status >= 502, String(failed.status));
      const log = await before.logs(/\/meet\/[^]*\/meet\/[^]*50[234]/);
      assert.doesNotMatch(log, new RegExp(secret));
    });
  });
}

describe(
  'a proxy that does not forward the host name',
  { skip: missing(nginx) || noBrowser },
  () => {
    it('makes the page show the error, and the log name the remedy', async (t) => {
      // A server without any settings for a proxy.
      const server = await startServer({ auth: { allowOpen: true } });
      t.after(() => server.close());
      await using proxy = await Proxy.start(nginx, [server.url], (sample) =>
        sample.replaceAll(/proxy_set_header (?:Host|X-Forwarded-\w+) .*;/g, ''),
      );
      const browser = await browserFor(proxy);
      t.after(() => browser.close());
      const line = logged(/access\.origins/);
      await using ada = await Visitor.open(
        browser,
        'https://meet.example/',
        'Ada',
        {
          room: 'garden',
        },
      );
      await ada.fillIn();
      await ada.button('Join').click();
      await ada.page
        .getByText(
          'The server does not accept connections from this address, https://meet.example.',
        )
        .waitFor();
      assert.match(
        await line,
        /reach this server as https:\/\/atrium; to allow them, add "https:\/\/meet\.example" to access\.origins/,
      );
      server.reconfigure(
        testConfig({
          auth: { allowOpen: true },
          access: { origins: ['https://meet.example'] },
        }),
      );
      await ada.button('Join').click();
      await ada.inRoom();
    });
  },
);

describe(
  'a proxy that does not forward WebSockets',
  { skip: missing(nginx) || noBrowser },
  () => {
    it('is reported on the page, which tries again', async (t) => {
      const server = await startServer(BEHIND_PROXY);
      t.after(() => server.close());
      await using proxy = await Proxy.start(nginx, [server.url], (sample) =>
        sample.replace(/proxy_set_header Upgrade .*;/, ''),
      );
      const browser = await browserFor(proxy);
      t.after(() => browser.close());
      await using ada = await Visitor.open(
        browser,
        'https://meet.example/',
        'Ada',
        { room: 'garden' },
      );
      await ada.fillIn();
      await ada.button('Join').click();
      await ada.page
        .getByText(/WebSocket connections do not reach it\. .* Trying again…$/)
        .waitFor();
    });
  },
);

describe(
  'two instances behind HAProxy',
  { skip: missing(haproxy) || noBrowser },
  () => {
    it('are upgraded one after the other without splitting a room', async (t) => {
      const servers = await Promise.all([
        startServer({ ...BEHIND_PROXY, shutdown: { drainTimeout: 600_000 } }),
        startServer({ ...BEHIND_PROXY, shutdown: { drainTimeout: 600_000 } }),
      ]);
      t.after(() => Promise.all(servers.map((server) => server.close())));
      await using proxy = await Proxy.start(
        haproxy,
        servers.map(({ url }) => url),
      );
      const browser = await browserFor(proxy);
      t.after(() => browser.close());
      const base = 'https://meet.example/meet/';
      // Instances may serve different versions of the page.
      for (let request = 0; request < 8; request += 1) {
        assert.equal((await get(proxy.url, '/healthz')).status, 200);
      }
      const log = await proxy.logs(/(?:GET \/healthz 200[^]+){8}/);
      const served = log.matchAll(/GET \/healthz 200 .* (?<by>atrium\/\w)/g);
      const by = Array.from(served, ({ groups }) => groups?.['by']);
      assert.equal(new Set(by).size, 1);
      await using ada = await Visitor.join(browser, base, 'Ada', 'garden');
      const old = servers.find(({ registry }) => registry.rooms.size === 1);
      const other = servers.find((server) => server !== old);
      assert.ok(old && other);

      const drained = old.drain();
      await ada.notice(/will restart by/).waitFor();
      await proxy.logs(/Server atrium\/[ab] is stopping/);
      await using grace = await Visitor.join(browser, base, 'Grace', 'garden');
      await grace.notice(/will restart by/).waitFor();
      await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
      assert.equal(old.registry.get('garden').peers.size, 2);
      for (const room of ['hall', 'café/1', 'attic']) {
        const { client } = await ProtooClient.join(proxy.url, room, 'bob');
        const { status } = await get(
          proxy.url,
          `/rooms/${encodeURIComponent(room)}`,
        );
        assert.equal(status, 200, room);
        assert.ok(other.registry.rooms.has(room), room);
        await client.close();
      }

      await old.close();
      await drained;
      await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
      assert.equal(other.registry.get('garden').peers.size, 2);
      assert.equal(await ada.notice(/./).count(), 0);
    });
  },
);
