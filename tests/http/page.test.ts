import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { loadPage, PAGE_FOLDER } from '../../lib/http/page.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';

/** A reply with its body as sent on the wire. */
interface RawReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const decoders: Record<string, (body: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: (body) => body,
};

describe('the page', () => {
  let server: Server;
  let script: string;

  before(async () => {
    server = await startServer();
    // That of the page itself: the smallest of the others are sent as they are.
    const html = (await ask('/')).body.toString();
    script = /\/assets\/[\w-]+\.js/.exec(html)?.[0] ?? '';
    assert.notEqual(script, '', 'the page is built');
  });

  after(() => server.close());

  async function ask(
    file: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<RawReply> {
    const asked = request(new URL(file, server.url), {
      method,
      headers,
      agent: false,
      rejectUnauthorized: false,
    });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: await buffer(response),
    };
  }

  const preferences: [accepted: string | undefined, encoding: string][] = [
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.5', 'br'],
    ['gzip;q=0.1, br;q=0', 'gzip'],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['GZIP', 'gzip'],
    ['identity, br;q=0.9', 'identity'],
    ['deflate', 'identity'],
    ['br;q=0, gzip;q=0, identity;q=0', 'identity'],
    [';;q=,,', 'identity'],
  ];
  for (const [accepted, encoding] of preferences) {
    test(`is encoded as ${encoding} for clients that accept ${JSON.stringify(accepted)}`, async () => {
      for (const [url, name] of [
        ['/', 'index.html'],
        [script, script],
      ] as const) {
        const { status, headers, body } = await ask(
          url,
          accepted === undefined ? {} : { 'Accept-Encoding': accepted },
        );
        assert.equal(status, 200);
        assert.equal(headers['content-encoding'] ?? 'identity', encoding);
        assert.equal(headers['content-length'], String(body.length));
        assert.match(headers.vary ?? '', /\bAccept-Encoding\b/);
        assert.deepEqual(
          decoders[encoding]?.(body),
          await readFile(path.join(PAGE_FOLDER, name)),
        );
      }
    });
  }

  test('is small on the wire', async () => {
    const page = (await ask('/')).body.toString();
    const scripts = Array.from(page.matchAll(/assets\/[\w-]+\.js/g), String);
    const sizeOf = async (encoding: string): Promise<number> => {
      const replies = scripts.map((it) =>
        ask(`/${it}`, { 'Accept-Encoding': encoding }),
      );
      const bodies = (await Promise.all(replies)).map(({ body }) => body);
      return bodies.reduce((sum, { length }) => sum + length, 0);
    };
    assert.ok((await sizeOf('br')) < (await sizeOf('identity')) / 2);
  });

  test('has the media types that browsers require', async () => {
    const types = {
      '/': 'text/html; charset=utf-8',
      [script]: 'text/javascript; charset=utf-8',
      '/favicon.svg': 'image/svg+xml',
    };
    for (const [url, type] of Object.entries(types)) {
      assert.equal((await ask(url)).headers['content-type'], type);
    }
  });

  test('is cached for a year if its name has a hash, and revalidated otherwise', async () => {
    const asset = await ask(script);
    assert.equal(
      asset.headers['cache-control'],
      'public, max-age=31536000, immutable',
    );
    for (const url of ['/', '/index.html', '/favicon.svg']) {
      assert.equal((await ask(url)).headers['cache-control'], 'no-cache');
    }
  });

  test('is not sent again to a client that has it in the same encoding', async () => {
    for (const encoding of ['br', 'gzip', 'identity']) {
      const accept = { 'Accept-Encoding': encoding };
      const first = await ask('/', accept);
      const etag = first.headers.etag ?? '';
      assert.match(etag, /^"[\w-]{43}-\w+"$/);
      const again = await ask('/', { ...accept, 'If-None-Match': etag });
      assert.equal(again.status, 304);
      assert.equal(again.body.length, 0);
      assert.equal(again.headers.etag, etag);
      assert.match(again.headers.vary ?? '', /\bAccept-Encoding\b/);
      const other = encoding === 'br' ? 'gzip' : 'br';
      const changed = await ask('/', {
        'Accept-Encoding': other,
        'If-None-Match': etag,
      });
      assert.equal(changed.status, 200);
      assert.notEqual(changed.headers.etag, etag);
    }
  });

  test('has the same headers without a body for HEAD', async () => {
    const accept = { 'Accept-Encoding': 'br' };
    const get = await ask(script, accept);
    const head = await ask(script, accept, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
    for (const name of ['content-length', 'content-encoding', 'etag']) {
      assert.equal(head.headers[name], get.headers[name]);
    }
  });

  test('accepts no other method, and has no hidden files', async () => {
    assert.equal((await ask('/', {}, 'POST')).status, 404);
    assert.equal((await ask('/.stamp')).status, 404);
  });

  test('is empty if it has not been built', async () => {
    assert.equal((await loadPage(path.join(PAGE_FOLDER, 'nowhere'))).size, 0);
  });

  test('is served over HTTP/1.1, which browsers need for WebSockets', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    await once(socket, 'secureConnect');
    assert.equal(socket.alpnProtocol, 'http/1.1');
    socket.destroy();
  });
});
