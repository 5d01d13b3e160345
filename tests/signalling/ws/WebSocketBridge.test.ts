import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';

import { WebSocket, WebSocketServer } from 'ws';

import { WebSocketBridge } from '../../../lib/signalling/ws/WebSocketBridge.ts';
import { until } from '../../support/until.ts';

/** Two ends that meet over TCP: that which accepted, and that which connected. */
class Pair implements AsyncDisposable {
  readonly accepted: WebSocket;
  readonly connected: WebSocket;
  readonly #server: WebSocketServer;

  private constructor(
    server: WebSocketServer,
    accepted: WebSocket,
    connected: WebSocket,
  ) {
    this.#server = server;
    this.accepted = accepted;
    this.connected = connected;
    connected.on('error', () => undefined);
  }

  static async open(): Promise<Pair> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connected = new WebSocket(`ws://127.0.0.1:${port}`, {
      autoPong: false,
    });
    const [[accepted]] = await Promise.all([
      once(server, 'connection') as Promise<[WebSocket]>,
      once(connected, 'open'),
    ]);
    return new Pair(server, accepted, connected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.accepted.terminate();
    this.connected.terminate();
    this.#server.close();
    await closed;
  }
}

/** A client and a node with a bridge between them. */
async function bridged(pingInterval = 60_000) {
  await using resources = new AsyncDisposableStack();
  const toClient = resources.use(await Pair.open());
  const toNode = resources.use(await Pair.open());
  const bridge = new WebSocketBridge(
    toClient.accepted,
    toNode.connected,
    pingInterval,
  );
  const pairs = resources.move();
  return {
    client: toClient.connected,
    node: toNode.accepted,
    bridge,
    [Symbol.asyncDispose]: () => pairs.disposeAsync(),
  };
}

async function closing(end: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(end, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

describe('WebSocketBridge', () => {
  test('passes messages both ways, as text or bytes', async () => {
    await using way = await bridged();
    way.client.send('a question');
    way.client.send(Buffer.from([1, 2]));
    const received: [string, boolean][] = [];
    way.node.on('message', (data: Buffer, isBinary) =>
      received.push([data.toString('latin1'), isBinary]),
    );
    await until('both have come', () => received.length === 2);
    assert.deepEqual(received, [
      ['a question', false],
      ['\u0001\u0002', true],
    ]);
    way.node.send('an answer');
    const [answer] = (await once(way.client, 'message')) as [Buffer];
    assert.equal(answer.toString(), 'an answer');
  });

  test('leaves the answer to a ping of the node to the client', async () => {
    await using way = await bridged();
    way.node.ping('7');
    const [ping] = (await once(way.client, 'ping')) as [Buffer];
    way.client.pong(`${ping.toString()} seen`);
    const [pong] = (await once(way.node, 'pong')) as [Buffer];
    assert.equal(pong.toString(), '7 seen');
  });

  test('reads no more pongs from the client than the node reads', async () => {
    await using way = await bridged();
    way.node.pause();
    const data = 'x'.repeat(125);
    let sent = 0;
    await until('nothing more is taken', () => {
      for (let index = 0; index < 8_192; index += 1) {
        way.client.pong(data);
        sent += 1;
      }
      return way.client.bufferedAmount > 32 * 65_536;
    });
    let received = 0;
    way.node.on('pong', () => {
      received += 1;
    });
    way.node.resume();
    await until('all have come', () => received === sent);
  });

  for (const [from, to] of [
    ['client', 'node'],
    ['node', 'client'],
  ] as const) {
    test(`closes the ${to} as the ${from} closes`, async () => {
      for (const close of [
        {
          by: (end: WebSocket) => end.close(4_004, 'gone'),
          is: [4_004, 'gone'],
        },
        { by: (end: WebSocket) => end.close(), is: [1_005, ''] },
        { by: (end: WebSocket) => end.terminate(), is: [1_006, ''] },
      ]) {
        await using way = await bridged();
        const closed = closing(way[to]);
        close.by(way[from]);
        assert.deepEqual(await closed, close.is);
      }
    });

    test(`reads no more from the ${from} than the ${to} reads`, async () => {
      await using way = await bridged();
      way[to].pause();
      const text = 'x'.repeat(65_536);
      let sent = 0;
      // As much as the buffers of both connections take, and more.
      await until('nothing more is taken', () => {
        for (let index = 0; index < 64; index += 1) {
          way[from].send(text);
          sent += 1;
        }
        return way[from].bufferedAmount > 32 * 65_536;
      });
      let received = 0;
      way[to].on('message', () => {
        received += 1;
      });
      way[to].resume();
      await until('all has come', () => received === sent);
    });
  }

  test('closes both ends when it is told to', async () => {
    await using way = await bridged();
    const ends = Promise.all([closing(way.client), closing(way.node)]);
    way.bridge.close(1_012, 'restart');
    assert.deepEqual(await ends, [
      [1_012, 'restart'],
      [1_012, 'restart'],
    ]);
  });

  test('gives up a node that sends nothing, not even pings', async () => {
    await using way = await bridged(20);
    const [code] = await closing(way.client);
    assert.equal(code, 1_006);
  });
});
