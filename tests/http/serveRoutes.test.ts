import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import { Logger } from '../../lib/core/logger.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { rateHandler } from '../../lib/http/accessControl.ts';
import { createApp, createOperationsApp } from '../../lib/http/app.ts';
import { SampledLog } from '../../lib/limits/SampledLog.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { seen, shelfTable, single } from './shelf.ts';
import { json, listen, read } from './site.ts';
import type { Site } from './site.ts';

describe('routes of a table', () => {
  const { view: config } = new LiveConfig(
    testConfig({
      listen: { host: '0.0.0.0' },
      auth: { allowOpen: true },
      access: { origins: ['https://app.example'] },
    }),
  );
  const log = new SampledLog(new Logger('test'), () => 1);
  const context = { config, metrics: new Metrics(), log };
  const tables = [shelfTable, single('/plain')];
  let site: Site;
  let operators: Site;

  before(async () => {
    site = await listen(
      createApp(
        context,
        rateHandler(config),
        {
          routes: tables,
          serve: (_request, _response, next) => next(),
        },
        { page: new Map(), dashboard: new Map() },
      ),
    );
    operators = await listen(createOperationsApp(context, tables, new Map()));
  });

  after(async () => {
    await Promise.all([site.close(), operators.close()]);
    log.close();
  });

  const card = { Authorization: 'nina' };

  test('serve every method', async () => {
    const statuses = await Promise.all(
      (
        [
          ['GET', '/books/1', {}, 200],
          ['HEAD', '/books/1', {}, 200],
          ['HEAD', '/probe', {}, 204],
          ['POST', '/books', json('{"title":"Emma"}', card), 201],
          ['PUT', '/books/1', { body: 'text' }, 200],
          ['PATCH', '/books/1', json('{"title":"Emma"}'), 200],
          ['DELETE', '/books/1', {}, 204],
        ] as const
      ).map(async ([method, path, init, expected]) => {
        const reply = await site.ask(method, path, init);
        return [method, path, reply.status, expected];
      }),
    );
    for (const [method, path, status, expected] of statuses) {
      assert.equal(status, expected, `${method} ${path}`);
    }
  });

  test('answer HEAD with the headers of GET and without its body', async () => {
    const get = await site.ask('GET', '/books/1');
    const head = await site.ask('HEAD', '/books/1');
    assert.equal(
      head.headers.get('content-length'),
      get.headers.get('content-length'),
    );
    assert.notEqual(await get.text(), '');
    assert.equal(await head.text(), '');
  });

  test('receive parameters, query, body and user as parsed by their schemas', async () => {
    assert.deepEqual(await read(await site.ask('GET', '/books/a%20b')), {
      id: 'a b',
      title: 'Emma',
    });
    const list = await read(await site.ask('GET', '/books?most=3'));
    assert.equal(list.most, 3);
    assert.equal((await read(await site.ask('GET', '/books'))).most, 10);
    seen.length = 0;
    await site.ask('POST', '/books', json('{"title":"Émma"}', card));
    assert.deepEqual(seen, [{ body: { title: 'Émma' }, user: 'nina' }]);
  });

  test('prefer a literal path to a parameter', async () => {
    const { title } = await read(await site.ask('GET', '/books/newest'));
    assert.equal(title, 'Persuasion');
  });

  test('send only what the schema of the reply names', async () => {
    const { books } = await read(await site.ask('GET', '/books'));
    assert.deepEqual(books, [{ id: '1', title: 'Emma' }]);
  });

  test('send headers, and bodies that are text', async () => {
    const added = await site.ask('POST', '/books', json('{"title":"E"}', card));
    assert.equal(added.headers.get('location'), '/books/2');
    assert.equal(added.headers.get('x-stray'), null);
    assert.equal(added.headers.get('cache-control'), 'no-store');
    const replaced = await site.ask('PUT', '/books/1', { body: 'Chapter I' });
    assert.match(replaced.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal(await replaced.text(), 'Chapter I');
  });

  test('send no body with a status that has none', async () => {
    const reply = await site.ask('DELETE', '/books/1');
    assert.equal(await reply.text(), '');
    assert.equal(reply.headers.get('content-type'), null);
  });

  test('accept an optional body, and its absence', async () => {
    seen.length = 0;
    assert.equal((await site.ask('PATCH', '/books/1')).status, 200);
    assert.deepEqual(seen, [undefined]);
    const missing = await site.ask('POST', '/books', { headers: card });
    assert.equal(missing.status, 400);
    assert.equal(
      (await read(missing)).detail,
      'body: expected object, got nothing',
    );
  });

  test('accept a trailing slash only where the table allows it', async () => {
    for (const [path, status] of [
      ['/books', 200],
      ['/books/', 200],
      ['/books/1', 200],
      ['/books/1/', 200],
      ['/books//', 404],
      ['/plain', 200],
      ['/plain/', 404],
    ] as const) {
      assert.equal((await site.ask('GET', path)).status, status, path);
    }
  });

  test('refuse other methods and list those of the path', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/books', 'GET, POST, HEAD, OPTIONS'],
      ['POST', '/books/1', 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS'],
      ['GET', '/probe', 'HEAD, OPTIONS'],
    ] as const) {
      const reply = await site.ask(method, path);
      assert.equal(reply.status, 405);
      assert.equal(reply.headers.get('allow'), allow);
      assert.equal(reply.headers.get('x-shelf'), 'METHOD_NOT_ALLOWED');
      assert.equal(reply.headers.get('cache-control'), 'no-store');
      assert.equal(
        (await read(reply)).detail,
        `${path}: expected ${allow}, got ${method}`,
      );
    }
  });

  test('answer OPTIONS with the methods of the path', async () => {
    const reply = await site.ask('OPTIONS', '/books');
    assert.equal(reply.status, 204);
    assert.equal(reply.headers.get('allow'), 'GET, POST, HEAD, OPTIONS');
    assert.equal((await site.ask('OPTIONS', '/nowhere')).status, 404);
  });

  test('answer preflights with the methods of the path', async () => {
    const preflight = {
      headers: {
        Origin: 'https://app.example',
        'Access-Control-Request-Method': 'PATCH',
      },
    };
    const reply = await site.ask('OPTIONS', '/books/1', preflight);
    assert.equal(reply.status, 204);
    const granted = reply.headers.get('access-control-allow-methods') ?? '';
    assert.ok(granted.split(',').includes('PATCH'), granted);
    const other = await site.ask('OPTIONS', '/plain', preflight);
    assert.equal(
      other.headers.get('access-control-allow-methods'),
      'GET,HEAD,OPTIONS',
    );
  });

  test('refuse a client that does not authenticate, before reading its input', async () => {
    seen.length = 0;
    const reply = await site.ask('POST', '/books', json('{"pages":'));
    assert.equal(reply.status, 401);
    assert.equal(reply.headers.get('www-authenticate'), 'Bearer');
    assert.equal((await read(reply)).detail, 'a library card is needed');
    assert.deepEqual(seen, []);
  });

  test('report problems of an input by field, in the shape of the table', async () => {
    const body = json('{"pages":"many"}', card);
    for (const [method, path, init, fields] of [
      ['POST', '/books', body, ['body.title', 'body.pages']],
      ['GET', '/books?most=x', {}, ['query.most']],
      ['GET', '/books/123456789', {}, ['parameters.id']],
    ] as const) {
      const reply = await site.ask(method, path, init);
      assert.equal(reply.status, 400);
      const { secret, ...error } = await read(reply);
      assert.equal(secret, undefined);
      assert.deepEqual(error.fields, fields);
    }
  });

  test('let the table choose status and headers of an error', async () => {
    const reply = await site.ask('GET', '/books/none');
    assert.equal(reply.status, 410);
    assert.equal(reply.headers.get('x-shelf'), 'BOOK_NOT_FOUND');
  });

  test('report errors from before the table in its shape as well', async () => {
    const reply = await site.ask('GET', '/books', {
      headers: { Origin: 'https://evil.example' },
    });
    assert.equal(reply.status, 403);
    assert.equal(reply.headers.get('x-shelf'), 'ORIGIN_REFUSED');
    const elsewhere = await site.ask('GET', '/nowhere');
    assert.equal(elsewhere.headers.get('x-shelf'), null);
    assert.equal((await read(elsewhere)).error.code, 'NOT_FOUND');
  });

  test('report errors below the paths of the table in its shape, even without a route', async () => {
    for (const [path, inShape] of [
      ['/films', true],
      ['/films/', true],
      ['/films/1/reels', true],
      ['/books/1/pages', true],
      ['/filmstars', false],
    ] as const) {
      const reply = await site.ask('GET', path);
      assert.equal(reply.status, 404);
      assert.equal(
        reply.headers.get('x-shelf'),
        inShape ? 'NOT_FOUND' : null,
        path,
      );
    }
  });

  test('report errors in the shape of the contract that names the path most closely', async () => {
    const starts = ['/books', '/books/old', '/books/old/rare'];
    const nested = starts.map((start) => {
      const table = single(`${start}/one`);
      const body = { error: { code: start, message: '' } };
      const encodeError = () => ({ body });
      const contract = { ...table.contract, pathsBelow: [start], encodeError };
      return { ...table, contract };
    });
    const library = await listen(
      createOperationsApp(context, nested, new Map()),
    );
    for (const [path, start] of [
      ['/books/2', '/books'],
      ['/books/old', '/books/old'],
      ['/books/old/2', '/books/old'],
      ['/books/old/rare/2', '/books/old/rare'],
      ['/books/older', '/books'],
    ] as const) {
      const { error } = await read(await library.ask('GET', path));
      assert.equal(error.code, start, path);
    }
    await library.close();
  });

  test('report a reply outside the contract as an internal error', async (t) => {
    t.mock.method(Logger.prototype, 'error', () => {});
    const reply = await site.ask('GET', '/broken');
    assert.equal(reply.status, 500);
    const { detail } = await read(reply);
    assert.match(detail, /^GET \/broken failed in the server/);
  });

  test('do not exist for clients outside their audience', async () => {
    for (const method of ['POST', 'GET', 'OPTIONS']) {
      assert.equal((await site.ask(method, '/audit')).status, 404, method);
    }
    assert.equal((await operators.ask('POST', '/audit')).status, 200);
    assert.equal((await operators.ask('GET', '/audit')).status, 405);
  });

  test('refuse parameters that are not percent-encoded UTF-8', async () => {
    const reply = await site.ask('GET', '/books/%E0%A4%A');
    assert.equal(reply.status, 400);
    const { detail, fields } = await read(reply);
    assert.equal(detail, 'id: expected percent-encoded UTF-8, got "%E0%A4%A"');
    assert.deepEqual(fields, ['parameters.id']);
  });
});
