import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';

import { WebSocket } from 'ws';

import { LiveConfig } from '../../../lib/config/LiveConfig.ts';
import { Logger } from '../../../lib/core/logger.ts';
import { OpenRequests } from '../../../lib/core/OpenRequests.ts';
import { Metrics } from '../../../lib/core/metrics.ts';
import { MountedGateways } from '../../../lib/gateways/MountedGateways.ts';
import { SampledLog } from '../../../lib/limits/SampledLog.ts';
import type { Server } from '../../../lib/Server.ts';
import { handshakeLimits } from '../../../lib/signalling/handshakeLimits.ts';
import { SendBudget } from '../../../lib/signalling/SendBudget.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer, testConfig } from '../../../tools/fixtures/server.ts';
import { peerToken, tokensOnly } from '../../support/peerToken.ts';
import { TinyGateway } from './TinyGateway.ts';

/** A client of the contract. */
class TinyClient {
  readonly #socket: WebSocket;
  readonly #frames: string[] = [];

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on('message', (data: Buffer) =>
      this.#frames.push(data.toString()),
    );
  }

  /** Sends a request, or any text, once the connection is open. */
  async send(frame: object | string): Promise<void> {
    if (this.#socket.readyState === WebSocket.CONNECTING) {
      await once(this.#socket, 'open');
    }
    this.#socket.send(
      typeof frame === 'string' ? frame : JSON.stringify(frame),
    );
  }

  /** The next frame that has not been taken yet. */
  async next(): Promise<unknown> {
    while (this.#frames.length === 0) {
      await once(this.#socket, 'message');
    }
    return JSON.parse(this.#frames.shift() ?? '') as unknown;
  }

  /** The code with which the server closes the connection. */
  async closed(): Promise<number> {
    const [code] = (await once(this.#socket, 'close')) as [number];
    return code;
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed();
  }
}

describe('the gateway of docs/gateways.md', () => {
  const config = testConfig(tokensOnly);
  const { view } = new LiveConfig(config);
  const log = new SampledLog(new Logger('test'), () => 1);
  const metrics = new Metrics();
  const http = createServer();
  let server: Server;
  let gateways: MountedGateways;

  before(async () => {
    server = await startServer(tokensOnly);
    const context = {
      registry: server.registry,
      presence: server.presence,
      config: view,
      log,
      metrics,
      requests: new OpenRequests(),
      ...handshakeLimits(view.limits),
      sendBudget: new SendBudget(view.limits),
    };
    gateways = new MountedGateways([new TinyGateway(context)], context);
    http.on('upgrade', gateways.upgrade).listen(0, '127.0.0.1');
    await once(http, 'listening');
  });

  after(async () => {
    gateways.close('shutdown');
    http.close();
    await server.close();
    log.close();
  });

  function connect(peerId: string, claims: Record<string, unknown> = {}) {
    const { port } = http.address() as AddressInfo;
    const token = peerToken(peerId, claims);
    return new TinyClient(`ws://127.0.0.1:${port}/tiny?token=${token}`);
  }

  test('its clients meet each other and those of protoo in a room', async () => {
    const ada = connect('ada');
    await ada.send({ ask: 'enter', data: { roomId: 'garden' } });
    assert.deepEqual(await ada.next(), {
      answer: 'enter',
      data: { others: [] },
    });

    const url = `${server.url}?token=${peerToken('bob')}`;
    const { client: bob, reply } = await ProtooClient.join(
      url,
      'garden',
      'bob',
    );
    assert.deepEqual(
      reply.peers?.map(({ peerId }) => peerId),
      ['ada'],
    );
    assert.deepEqual(await ada.next(), { event: 'entered', id: 'bob' });

    const eve = connect('eve');
    await eve.send({ ask: 'enter', data: { roomId: 'garden' } });
    assert.deepEqual(await eve.next(), {
      answer: 'enter',
      data: { others: ['ada', 'bob'] },
    });
    const entered = { event: 'entered', id: 'eve' };
    assert.deepEqual(await ada.next(), entered);
    assert.equal((await bob.notified('peerJoined'))['peerId'], 'eve');

    await bob.close();
    const left = { event: 'left', id: 'bob' };
    assert.deepEqual([await ada.next(), await eve.next()], [left, left]);
    await Promise.all([ada.close(), eve.close()]);
  });

  test('what is not allowed or not known is refused', async () => {
    const ada = connect('ada', { room: 'team-*' });
    await ada.send({ ask: 'enter', data: { roomId: 'garden' } });
    assert.deepEqual(await ada.next(), {
      refused: 'enter',
      code: 'FORBIDDEN',
      message: 'roomId: expected a room that the token grants, got "garden"',
    });
    await ada.send({ ask: 'dance' });
    assert.deepEqual(await ada.next(), {
      refused: 'dance',
      code: 'UNKNOWN_METHOD',
      message: 'there is no request "dance"',
    });
    await ada.send('{"enter": "garden"}');
    assert.equal(await ada.closed(), 1002);
  });
});
