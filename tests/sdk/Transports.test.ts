import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import type { Device, types } from 'mediasoup-client';

import type { ResumableChannel } from '../../sdk/src/core/ResumableChannel.ts';
import { Transports } from '../../sdk/src/core/Transports.ts';
import type { OpenedTransport } from '../../sdk/src/core/Transports.ts';
import { refusal } from './refusal.ts';

/** A channel to a server that answers when the test does. */
class TestChannel {
  readonly requests: string[] = [];
  readonly replies: PromiseWithResolvers<object>[] = [];
  ended = false;

  request(method: string): Promise<object> {
    this.requests.push(method);
    const reply = Promise.withResolvers<object>();
    this.replies.push(reply);
    return reply.promise;
  }

  end(): void {
    this.ended = true;
  }
}

/** A transport of a browser; the test brings about its events. */
class TestTransport {
  readonly id: string;
  /** The role of the server in the DTLS handshake. */
  readonly serverRole: string | undefined;
  closed = false;
  readonly observer = { once: () => undefined };
  readonly #listeners: [string, (...args: unknown[]) => void][] = [];

  constructor(id: string, serverRole: string | undefined) {
    this.id = id;
    this.serverRole = serverRole;
  }

  on(name: string, listener: (...args: unknown[]) => void): void {
    this.#listeners.push([name, listener]);
  }

  emit(name: string, ...args: unknown[]): void {
    for (const [known, listener] of this.#listeners) {
      if (known === name) {
        listener(...args);
      }
    }
  }

  close(): void {
    this.closed = true;
  }
}

function setUp(
  onProduce: () => Promise<void> = () => assert.fail('nothing is produced'),
) {
  const made: TestTransport[] = [];
  const create = ({ id, dtlsParameters }: types.TransportOptions) => {
    const transport = new TestTransport(id, dtlsParameters.role);
    made.push(transport);
    return transport;
  };
  const device = {
    createSendTransport: create,
    createRecvTransport: create,
  } as unknown as Device;
  const channel = new TestChannel();
  const transports = new Transports(
    channel as unknown as ResumableChannel,
    device,
    'all',
    onProduce,
  );
  return { channel, transports, made };
}

function opened(direction: OpenedTransport['direction']): OpenedTransport {
  const dtlsParameters = { role: 'auto', fingerprints: [] };
  return {
    direction,
    transportId: direction,
    dtlsParameters,
  } as unknown as OpenedTransport;
}

/** Begins to send, as mediasoup-client does. Returns what it waits for. */
function connect(t: { after: (done: () => void) => void }, it: TestTransport) {
  const result: string[] = [];
  it.emit(
    'connect',
    { dtlsParameters: {} },
    () => result.push('done'),
    () => result.push('failed'),
  );
  // Ends the wait for a route.
  t.after(() => it.emit('connectionstatechange', 'connected'));
  return result;
}

/** A producer or a data producer, as mediasoup-client makes it of an id. */
class Sent {
  id = '';
  closed = false;

  close(): void {
    this.closed = true;
  }
}

function produce(transport: TestTransport, name = 'produce'): Sent {
  const sent = new Sent();
  transport.emit(name, {}, ({ id }: { id: string }) => {
    sent.id = id;
  });
  assert.match(sent.id, /^[0-9a-f-]{36}$/);
  return sent;
}

function produceData(transport: TestTransport): Sent {
  return produce(transport, 'producedata');
}

describe('Transports', () => {
  test('are there once the server has opened them', async () => {
    const { transports, channel } = setUp();
    const receiving: Promise<types.Transport> = transports.get('recv');
    transports.open([opened('send'), opened('recv')], []);
    assert.equal((await receiving).id, 'recv');
    assert.equal((await transports.get('send')).id, 'send');
    assert.deepEqual(channel.requests, []);
  });

  test('reject once closed, and set up nothing that comes later', async () => {
    const { transports, made } = setUp();
    transports.close();
    transports.open([opened('recv')], []);
    await assert.rejects(transports.get('recv'), /has closed/);
    assert.deepEqual(made, []);
  });

  test('close those that were set up', () => {
    const { transports, made } = setUp();
    transports.open([opened('send'), opened('recv')], []);
    transports.close();
    assert.deepEqual(
      made.map(({ closed }) => closed),
      [true, true],
    );
  });

  test('go on connecting without waiting for the server', (t) => {
    const { transports, channel, made } = setUp();
    transports.open([opened('recv')], []);
    const [transport] = made;
    assert.ok(transport);
    assert.deepEqual(transports.used, []);
    assert.deepEqual(connect(t, transport), ['done']);
    assert.deepEqual(transports.used, [transport]);
    assert.deepEqual(channel.requests, ['connectWebRtcTransport']);
  });

  test('let the server begin the handshake of what is sent', () => {
    const { transports, made } = setUp();
    transports.open([opened('send'), opened('recv')], []);
    assert.deepEqual(
      made.map(({ serverRole }) => serverRole),
      ['client', 'auto'],
    );
  });

  test('name what is sent before the server has answered', async () => {
    const answer = Promise.withResolvers<void>();
    const { transports, channel, made } = setUp(() => answer.promise);
    transports.open([opened('send')], []);
    const [transport] = made;
    assert.ok(transport);
    const [track, data] = [produce(transport), produceData(transport)];
    assert.notEqual(track.id, data.id);
    assert.deepEqual(channel.requests, ['produceData']);
    answer.resolve();
    channel.replies[0]?.resolve({});
    assert.equal(await transports.accepted(track), track);
    assert.equal(await transports.accepted(data), data);
    assert.deepEqual([track.closed, data.closed], [false, false]);
  });

  test('close what the server refuses', async () => {
    const refused = refusal('produce', 'FORBIDDEN');
    const { transports, made } = setUp(() => Promise.reject(refused));
    transports.open([opened('send')], []);
    const [transport] = made;
    assert.ok(transport);
    const track = produce(transport);
    await assert.rejects(transports.accepted(track), refused);
    assert.equal(track.closed, true);
  });

  test('begin a new session if the server refuses to connect one', async (t) => {
    t.mock.method(console, 'warn', () => undefined);
    const { transports, channel, made } = setUp();
    transports.open([opened('recv')], []);
    const [transport] = made;
    assert.ok(transport);
    connect(t, transport);
    const method = 'connectWebRtcTransport';
    channel.replies[0]?.reject(refusal(method, 'TRANSPORT_NOT_FOUND'));
    await turn();
    assert.equal(channel.ended, true);
  });

  test('leave it to the media reset if a media worker died', async (t) => {
    const { transports, channel, made } = setUp();
    transports.open([opened('recv')], []);
    const [transport] = made;
    assert.ok(transport);
    connect(t, transport);
    const method = 'connectWebRtcTransport';
    channel.replies[0]?.reject(refusal(method, 'MEDIA_RESET'));
    await turn();
    assert.equal(channel.ended, false);
  });
});
