import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';

import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import type { AppError } from '../../lib/core/errors.ts';
import { Logger } from '../../lib/core/logger.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import type { Gateway } from '../../lib/gateways/Gateway.ts';
import { MountedGateways } from '../../lib/gateways/MountedGateways.ts';
import { rateHandler } from '../../lib/http/accessControl.ts';
import { createApp } from '../../lib/http/app.ts';
import { SampledLog } from '../../lib/limits/SampledLog.ts';
import { testConfig } from '../../tools/fixtures/server.ts';

/** A gateway that answers every request, and records its close. */
class Greeter implements Gateway {
  readonly name: string;
  readonly path: string;
  connections = 0;
  closedWith: unknown[] = [];

  constructor(name: string, path: string) {
    this.name = name;
    this.path = path;
  }

  upgrade(...[, socket, , url]: Parameters<NonNullable<Gateway['upgrade']>>) {
    this.connections += 1;
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\nX-Gateway: ${this.name} ${url.pathname}\r\n\r\n`,
    );
  }

  close(...reason: unknown[]) {
    this.closedWith = reason;
  }
}

/** A gateway whose clients may also poll. */
class PollingGreeter extends Greeter {
  attach(...[request, response]: Parameters<NonNullable<Gateway['attach']>>) {
    response.end(`${this.name} ${request.url}`);
  }

  encodeRefusal({ code }: AppError, { url }: IncomingMessage) {
    return {
      body: { refused: code, url },
      headers: { 'X-Gateway': this.name },
    };
  }
}

describe('mounted gateways', () => {
  const { view: config } = new LiveConfig(testConfig());
  const log = new SampledLog(new Logger('test'), () => 1);
  const context = { config, metrics: new Metrics(), log };
  const root = new Greeter('root', '/');
  const exact = new Greeter('exact', '/ws');
  const polling = new PollingGreeter('polling', '/socket.io/*');
  const gateways = new MountedGateways([root, exact, polling], context);
  const server = createServer(
    createApp(context, rateHandler(config), gateways, {
      page: new Map(),
      dashboard: new Map(),
    }),
  ).on('upgrade', gateways.upgrade);

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  after(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    log.close();
  });

  function ask(path: string, headers: Record<string, string> = {}) {
    const { port } = server.address() as AddressInfo;
    const request = requestHttp({ port, path, headers, agent: false });
    request.end();
    return request;
  }

  async function get(path: string) {
    const [response] = (await once(ask(path), 'response')) as [IncomingMessage];
    return { status: response.statusCode, body: await text(response) };
  }

  async function upgrade(path: string) {
    const request = ask(path, { Connection: 'Upgrade', Upgrade: 'x' });
    const response = await new Promise<IncomingMessage>((resolve) => {
      request.once('response', resolve);
      request.once('upgrade', (answer, socket) => {
        socket.destroy();
        resolve(answer);
      });
    });
    const { statusCode: status, headers } = response;
    const body = status === 101 ? '' : await text(response);
    return { status, gateway: headers['x-gateway'], body };
  }

  test('receive the upgrades of their path, or of all below a prefix', async () => {
    for (const [path, gateway] of [
      ['/?roomId=a', 'root /'],
      ['/ws', 'exact /ws'],
      ['/socket.io', 'polling /socket.io'],
      ['/socket.io/', 'polling /socket.io/'],
      ['/socket.io/a/b?x=1', 'polling /socket.io/a/b'],
    ]) {
      const reply = await upgrade(path ?? '');
      assert.deepEqual([reply.status, reply.gateway], [101, gateway], path);
    }
    assert.equal(gateways.connections, 5);
  });

  test('refuse upgrades at other paths, with those that they have', async () => {
    for (const path of ['/ws/', '/ws/x', '/socket.iox']) {
      const { status, body } = await upgrade(path);
      assert.equal(status, 404, path);
      assert.equal(
        JSON.parse(body).error.message,
        `no WebSocket contract is served at ${path}; try /, /ws, /socket.io/*`,
      );
    }
  });

  test('receive plain requests where they take them', async () => {
    const { status, body } = await get('/socket.io/?transport=polling');
    assert.equal(status, 200);
    assert.equal(body, 'polling /socket.io/?transport=polling');
    assert.equal((await get('/ws')).status, 404);
  });

  test('refuse everything once they are closed', async () => {
    gateways.close('restart');
    assert.equal(root.closedWith[0], polling.closedWith[0]);
    assert.match(String(root.closedWith[1]), /\w/);
    const refused = await upgrade('/socket.io/');
    assert.deepEqual([refused.status, refused.gateway], [503, 'polling']);
    assert.deepEqual(JSON.parse(refused.body), {
      refused: 'SHUTTING_DOWN',
      url: '/socket.io/',
    });
    for (const reply of [await upgrade('/ws'), await get('/socket.io/')]) {
      assert.equal(reply.status, 503);
      assert.equal(JSON.parse(reply.body).error.code, 'SHUTTING_DOWN');
    }
  });
});
