import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import { Logger } from '../../lib/core/logger.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { rateHandler } from '../../lib/http/accessControl.ts';
import { createApp } from '../../lib/http/app.ts';
import { SampledLog } from '../../lib/limits/SampledLog.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { shelfTable } from './shelf.ts';
import { json, listen, read } from './site.ts';
import type { Site } from './site.ts';

describe('routes with a body', () => {
  const { view: config } = new LiveConfig(testConfig());
  const log = new SampledLog(new Logger('test'), () => 1);
  const card = { Authorization: 'nina' };
  let site: Site;

  before(async () => {
    site = await listen(
      createApp(
        { config, metrics: new Metrics(), log },
        rateHandler(config),
        {
          routes: [shelfTable],
          serve: (_request, _response, next) => next(),
        },
        { page: new Map(), dashboard: new Map() },
      ),
    );
  });

  after(async () => {
    await site.close();
    log.close();
  });

  test('refuse a body larger than the table accepts', async () => {
    const large = JSON.stringify({ title: 'x'.repeat(200) });
    const stream = new Blob([large]).stream();
    for (const body of [large, stream]) {
      const reply = await site.ask('POST', '/books', {
        ...json(large, card),
        body,
        duplex: 'half',
      });
      assert.equal(reply.status, 413);
      assert.equal(
        (await read(reply)).detail,
        'body: expected at most 200 bytes, got more',
      );
    }
    const fits = JSON.stringify({ title: 'x'.repeat(188) });
    assert.equal(fits.length, 200);
    assert.equal(
      (await site.ask('POST', '/books', json(fits, card))).status,
      201,
    );
  });

  test('refuse a body that is announced as too large before it comes', async () => {
    const request = requestHttp(`${site.url}/books`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': 1_000,
        ...card,
      },
    });
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 413);
    request.destroy();
  });

  test('serve the next request on a connection after a body too large', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    const statuses: unknown[] = [];
    for (const body of ['x'.repeat(1_000_000), '{"title":"Emma"}']) {
      const request = requestHttp(`${site.url}/books`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...card },
        agent,
      });
      request.write(body);
      request.end();
      const [reply] = (await once(request, 'response')) as [IncomingMessage];
      sockets.add(reply.socket);
      statuses.push(reply.statusCode);
      reply.resume();
      await once(reply, 'close');
    }
    agent.destroy();
    assert.deepEqual(statuses, [413, 201]);
    assert.equal(sockets.size, 1);
  });

  test('refuse a body that is not JSON or not UTF-8', async () => {
    for (const [body, detail] of [
      ['{"title":', 'body: expected JSON, got other text'],
      [
        Buffer.from([0x22, 0xff, 0x22]),
        'body: expected UTF-8, got other bytes',
      ],
    ] as const) {
      const reply = await site.ask('POST', '/books', {
        ...json('', card),
        body,
      });
      assert.equal(reply.status, 400);
      assert.equal(reply.headers.get('x-shelf'), 'MALFORMED_BODY');
      assert.equal((await read(reply)).detail, detail);
    }
  });

  test('refuse a body of another type or encoding', async () => {
    for (const [headers, detail] of [
      [
        { 'Content-Type': 'text/plain' },
        'Content-Type: expected application/json, got "text/plain"',
      ],
      [
        { 'Content-Encoding': 'gzip' },
        'Content-Encoding: expected none, got "gzip"',
      ],
    ] as const) {
      const reply = await site.ask(
        'POST',
        '/books',
        json('{"title":"Emma"}', { ...card, ...headers }),
      );
      assert.equal(reply.status, 415);
      assert.equal((await read(reply)).detail, detail);
    }
    const charset = json('{"title":"E"}', {
      ...card,
      'Content-Type': 'Application/JSON; charset=utf-8',
    });
    assert.equal((await site.ask('POST', '/books', charset)).status, 201);
  });
});
