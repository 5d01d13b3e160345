import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';

import { Server } from '../../lib/Server.ts';
import { connectTls } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';

/** The error reply of a path that does not exist or cannot be served. */
interface Refusal {
  path: string;
  method?: string;
  status: number;
  code: string;
  message: RegExp;
}

const refusals: Record<string, Refusal> = {
  'a path of nothing': {
    path: '/nowhere?x=1',
    status: 404,
    code: 'NOT_FOUND',
    message: /^nothing is served for GET \/nowhere$/,
  },
  'a file beside the page': {
    path: '/certs/key.pem',
    status: 404,
    code: 'NOT_FOUND',
    message: /^nothing is served for GET \/certs\/key\.pem$/,
  },
  'a path with escapes that are none': {
    path: '/rooms/%E0%A4%A',
    status: 400,
    code: 'VALIDATION_ERROR',
    message: /^roomId: expected percent-encoded UTF-8, got "%E0%A4%A"$/,
  },
  'a method that nothing takes': {
    path: '/health',
    method: 'DELETE',
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    message: /^\/health: expected GET, HEAD, OPTIONS, got DELETE$/,
  },
  'a room that there is not': {
    path: '/rooms/nobody',
    status: 404,
    code: 'ROOM_NOT_FOUND',
    message: /^there is no room "nobody"; a room exists while it has members$/,
  },
  'a room with a space in its id': {
    path: '/rooms/a%20b',
    status: 400,
    code: 'VALIDATION_ERROR',
    message:
      /^roomId: expected no spaces and no invisible or control characters, got "a b"$/,
  },
  'a room with NUL in its id': {
    path: '/rooms/a%00b',
    status: 400,
    code: 'VALIDATION_ERROR',
    message:
      /^roomId: expected no spaces and no invisible or control characters/,
  },
  'a room whose id is too long': {
    path: `/rooms/${'r'.repeat(129)}`,
    status: 400,
    code: 'VALIDATION_ERROR',
    message: /^roomId: expected a length of at most 128, got "r+…$/,
  },
  'a room named as what every object has': {
    path: '/rooms/__proto__',
    status: 404,
    code: 'ROOM_NOT_FOUND',
    message: /^there is no room "__proto__"/,
  },
  'a room with nothing as its id': {
    path: '/rooms/',
    status: 404,
    code: 'NOT_FOUND',
    message: /^nothing is served for GET \/rooms\/$/,
  },
};

describe('HTTP', () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });

  after(() => server.close());

  for (const [what, expected] of Object.entries(refusals)) {
    test(`answers ${what} in JSON`, async () => {
      const { status, headers, body } = await get(server.url, expected.path, {
        method: expected.method ?? 'GET',
      });
      assert.equal(status, expected.status, body);
      assert.match(headers['content-type'] ?? '', /^application\/json\b/);
      const { error, ...rest } = JSON.parse(body);
      assert.deepEqual(rest, {});
      assert.deepEqual(Object.keys(error), ['code', 'message']);
      assert.equal(error.code, expected.code);
      assert.match(error.message, expected.message);
      assert.equal(server.registry.rooms.size, 0);
    });
  }

  test('shows the capabilities of a room while it has peers', async () => {
    const id = 'Räume & Gäste/1';
    const { client } = await ProtooClient.join(server.url, 'lounge', 'alice');
    const { client: bob } = await ProtooClient.join(
      server.url,
      id.replaceAll(' ', ''),
      'bob',
    );
    for (const path of [
      '/rooms/lounge',
      `/rooms/${encodeURIComponent('Räume&Gäste/1')}`,
    ]) {
      const { status, body } = await get(server.url, path);
      assert.equal(status, 200);
      const { codecs, headerExtensions, ...rest } = JSON.parse(body);
      assert.deepEqual(rest, {});
      assert.ok(codecs.length > 0 && headerExtensions.length > 0);
    }
    await client.request('leaveRoom');
    assert.equal((await get(server.url, '/rooms/lounge')).status, 404);
    await Promise.all([client.close(), bob.close()]);
  });

  test('restricts in every reply what a browser may do with it', async () => {
    for (const path of ['/health', '/nowhere', '/']) {
      const { headers } = await get(server.url, path);
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(headers['strict-transport-security'] ?? '', /^max-age=\d+$/);
      assert.equal(headers['referrer-policy'], 'no-referrer');
      const policy = String(headers['content-security-policy']);
      const directives = new Map(
        policy.split(';').map((directive) => {
          const [name = '', ...sources] = directive.trim().split(' ');
          return [name, sources.join(' ')];
        }),
      );
      assert.equal(directives.get('default-src'), "'none'");
      assert.equal(directives.get('script-src'), "'self'");
      assert.equal(directives.get('frame-ancestors'), "'none'");
      assert.doesNotMatch(policy, /unsafe|\*/);
      assert.equal(headers['x-frame-options'], 'DENY');
      const features = new Map(
        String(headers['permissions-policy'])
          .split(', ')
          .map((feature) => feature.split('=') as [string, string]),
      );
      for (const name of ['camera', 'microphone', 'display-capture']) {
        assert.equal(features.get(name), '(self)');
      }
      assert.equal(features.get('geolocation'), '()');
      assert.equal(features.get('usb'), '()');
    }
  });

  test('may be framed only by pages of listed origins', async (t) => {
    const embedders = ['https://app.example', 'https://intranet.example:8443'];
    const config = testConfig({ access: { embedders } });
    const own = await Server.start(config);
    t.after(() => own.close());
    for (const path of ['/', '/health']) {
      const { headers } = await get(own.url, path);
      assert.match(
        String(headers['content-security-policy']),
        /(?:^|;)frame-ancestors https:\/\/app\.example https:\/\/intranet\.example:8443(?:;|$)/,
      );
      assert.equal(headers['x-frame-options'], undefined);
    }
    own.reconfigure({ ...config, access: { ...config.access, embedders: [] } });
    const { headers } = await get(own.url, '/');
    assert.match(
      String(headers['content-security-policy']),
      /(?:^|;)frame-ancestors 'none'(?:;|$)/,
    );
    assert.equal(headers['x-frame-options'], 'DENY');
  });

  test('accepts as embedders only origins that browsers accept', () => {
    for (const embedder of [
      '*',
      'app.example',
      'https://app.example/',
      'https://app.example:443',
      'https://App.example',
      'https://café.example',
      'https://app.example; script-src *',
      'https://a;b',
    ]) {
      assert.throws(() => testConfig({ access: { embedders: [embedder] } }), {
        name: 'ConfigError',
        message:
          /access\.embedders\.0: expected an origin as browsers write it/,
      });
    }
    testConfig({
      access: {
        embedders: ['https://xn--caf-dma.example', 'http://[::1]:8080'],
      },
    });
  });

  test('serves no file from outside the page', async () => {
    for (const path of [
      '/../certs/key.pem',
      '/%2e%2e/certs/key.pem',
      '/..%2fcerts/key.pem',
      '/assets/../../../package.json',
      '/.git/config',
      '//certs/key.pem',
      '/assets/%00',
    ]) {
      const socket = await connectTls(server.url);
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      const answer = await text(socket);
      assert.match(answer, /^HTTP\/1\.1 40[034] /, path);
      assert.doesNotMatch(answer, /PRIVATE KEY|"dependencies"|\[core\]/);
    }
  });

  test('refuses a body without waiting for it', async () => {
    const socket = await connectTls(server.url);
    socket.write(
      'POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n{"a":',
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 405 /);
    socket.destroy();
    assert.equal((await get(server.url, '/health')).status, 200);
  });
});
