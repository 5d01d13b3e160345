import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';

import { WebSocketServer } from 'ws';
import type { WebSocket as ServerSocket } from 'ws';

import { SessionSocket } from '../../../sdk/src/p2p/SessionSocket.ts';
import { VideoconfError } from '../../../sdk/src/VideoconfError.ts';

const CONNECTED = {
  type: 'connected',
  peerId: 'ada',
  title: 'Garden',
  peers: [],
};

/** A connection as the server sees it. */
interface Incoming {
  socket: ServerSocket;
  path: string | undefined;
}

describe('the socket of a session', () => {
  let server: WebSocketServer;
  let url: string;
  let incoming: Incoming[] = [];
  let onIncoming: () => void = () => undefined;

  before(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('connection', (socket, { url: path }) => {
      incoming.push({ socket, path });
      onIncoming();
    });
  });

  after(() => {
    for (const client of server.clients) {
      client.terminate();
    }
    server.close();
  });

  beforeEach(() => {
    incoming = [];
  });

  const nextIncoming = async (): Promise<Incoming> => {
    if (incoming.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      onIncoming = resolve;
      await promise;
    }
    const [next] = incoming.splice(0, 1);
    assert.ok(next);
    return next;
  };

  const nextMessage = async (socket: ServerSocket): Promise<unknown> => {
    const [data] = (await once(socket, 'message')) as [Buffer];
    return JSON.parse(data.toString()) as unknown;
  };

  /** Opens a socket, and takes it into the session. */
  const enter = async (
    renew = (): Promise<string> => assert.fail('asked for a ticket'),
  ) => {
    const events: unknown[] = [];
    const client = new SessionSocket({
      url,
      ticket: 't/1',
      name: 'Ada',
      renew,
    });
    let onEvent: () => void = () => undefined;
    const note = (event: unknown): void => {
      events.push(event);
      onEvent();
    };
    client.on('connected', ({ peerId }) => note(['connected', peerId]));
    client.on('frame', ({ type }) => note(['frame', type]));
    client.on('disconnected', (attempt, code) =>
      note(['disconnected', attempt, code]),
    );
    client.on('refused', ({ code }) => note(['refused', code]));
    client.on('ended', (reason, { code }) => note(['ended', reason, code]));
    /** All events so far, once they are as many. */
    const told = async (count: number): Promise<unknown[]> => {
      while (events.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        onEvent = resolve;
        await promise;
      }
      return events;
    };
    client.connect();
    const { socket, path } = await nextIncoming();
    assert.equal(path, '/ws/t%2F1');
    assert.deepEqual(await nextMessage(socket), {
      type: 'connect',
      name: 'Ada',
    });
    return { client, socket, told };
  };

  const say = (socket: ServerSocket, message: object): void =>
    socket.send(JSON.stringify(message));

  test('enters, passes messages on, and leaves', async () => {
    const { client, socket, told } = await enter();
    client.send({ type: 'offer', sdp: 'too early' });
    say(socket, CONNECTED);
    say(socket, { type: 'disconnect', from: 'bob' });
    assert.deepEqual(await told(2), [
      ['connected', 'ada'],
      ['frame', 'disconnect'],
    ]);
    const heard = nextMessage(socket);
    client.send({ type: 'offer', sdp: 'v=0', to: 'bob' });
    assert.deepEqual(await heard, { type: 'offer', sdp: 'v=0', to: 'bob' });
    const last = nextMessage(socket);
    client.close();
    assert.deepEqual(await last, { type: 'disconnect' });
    assert.equal((await told(2)).length, 2);
  });

  test('sends all of a burst that is longer than servers allow, in the order of the calls', async () => {
    const { client, socket, told } = await enter();
    say(socket, CONNECTED);
    await told(1);
    const heard: unknown[] = [];
    const { promise: all, resolve } = Promise.withResolvers<void>();
    socket.on('message', (data: Buffer) => {
      heard.push((JSON.parse(data.toString()) as { sdp: string }).sdp);
      if (heard.length === 410) {
        resolve();
      }
    });
    const sent = Array.from({ length: 410 }, (_, index) => `v=${index}`);
    for (const sdp of sent) {
      client.send({ type: 'offer', sdp, to: 'bob' });
    }
    await all;
    assert.deepEqual(heard, sent);
    client.close();
  });

  test('comes back after a loss with the same ticket', async () => {
    const { client, socket, told } = await enter();
    say(socket, CONNECTED);
    await told(1);
    socket.terminate();
    await told(2);
    client.connect();
    const second = await nextIncoming();
    assert.equal(second.path, '/ws/t%2F1');
    say(second.socket, CONNECTED);
    assert.deepEqual(await told(3), [
      ['connected', 'ada'],
      ['disconnected', 1, 1006],
      ['connected', 'ada'],
    ]);
    client.close();
  });

  for (const [name, code] of [
    ['the session has ended', 4004],
    ['a newer connection took its place', 4000],
  ] as const) {
    test(`ends when ${name}`, async () => {
      const { socket, told } = await enter();
      say(socket, CONNECTED);
      await told(1);
      socket.close(code, name);
      assert.deepEqual((await told(2))[1], ['ended', 'closed', 'CLOSED']);
    });
  }

  test('ends when the session is full, and tries again when the server is busy', async () => {
    const { client, socket, told } = await enter();
    say(socket, { type: 'error', code: 'BUSY', message: 'try again' });
    assert.deepEqual(await told(2), [
      ['refused', 'BUSY'],
      ['disconnected', 1, 1006],
    ]);
    client.connect();
    const second = await nextIncoming();
    say(second.socket, {
      type: 'error',
      code: 'SESSION_FULL',
      message: 'full',
    });
    assert.deepEqual((await told(3))[2], ['ended', 'refused', 'SESSION_FULL']);
  });

  test('gets another ticket when the last one opens nothing, and ends without one', async () => {
    const answers = [
      () => Promise.reject(new VideoconfError('UNREACHABLE', 'away')),
      () => Promise.resolve('t2'),
      () =>
        Promise.reject(
          new VideoconfError('SESSION_NOT_FOUND', 'gone', { final: true }),
        ),
    ];
    const { client, socket, told } = await enter(() => {
      const answer = answers.shift();
      assert.ok(answer);
      return answer();
    });
    const paths: unknown[] = [];
    let last = socket;
    let losses = 0;
    const lose = async (): Promise<void> => {
      last.terminate();
      losses += 1;
      await told(losses);
    };
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      await lose();
      client.connect();
      const next = await nextIncoming();
      paths.push(next.path);
      last = next.socket;
    }
    const first = '/ws/t%2F1';
    assert.deepEqual(paths, [
      ...Array.from({ length: 4 }, () => first),
      ...Array.from({ length: 3 }, () => '/ws/t2'),
    ]);
    await lose();
    client.connect();
    const events = await told(9);
    assert.deepEqual(events.at(-1), ['ended', 'refused', 'SESSION_NOT_FOUND']);
  });
});
