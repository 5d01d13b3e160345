import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import type { Connection } from '../../sdk/src/core/Connection.ts';
import { ResumableChannel } from '../../sdk/src/core/ResumableChannel.ts';
import { refusal } from './refusal.ts';

/** A connection whose replies the test decides on. */
class TestConnection {
  readonly requests: string[] = [];
  /** The data of the requests. */
  readonly data: unknown[] = [];
  readonly replies: PromiseWithResolvers<object>[] = [];
  ended = false;

  request(method: string, data: unknown): Promise<object> {
    this.requests.push(method);
    this.data.push(data);
    const reply = Promise.withResolvers<object>();
    this.replies.push(reply);
    return reply.promise;
  }

  end(): void {
    this.ended = true;
  }

  /** Loses what waits for an answer, as a connection that closes. */
  async lose(channel: ResumableChannel): Promise<void> {
    channel.detach();
    for (const { reject } of this.replies) {
      reject(new Error('closed'));
    }
    await turn();
  }

  attachTo(channel: ResumableChannel): void {
    channel.attach(this as unknown as Connection);
  }
}

function connected(): {
  channel: ResumableChannel;
  connection: TestConnection;
} {
  const channel = new ResumableChannel();
  const connection = new TestConnection();
  connection.attachTo(channel);
  return { channel, connection };
}

describe('ResumableChannel', () => {
  test('sends requests over the attached connection', async () => {
    const { channel, connection } = connected();
    const reply = channel.request('ping');
    connection.replies[0]?.resolve({ pong: true });
    assert.deepEqual(await reply, { pong: true });
    assert.deepEqual(connection.requests, ['ping']);
  });

  test('holds requests without a connection until the next one', async () => {
    const { channel, connection: first } = connected();
    channel.detach();
    const reply = channel.request('ping');
    const second = new TestConnection();
    second.attachTo(channel);
    await turn();
    second.replies[0]?.resolve({});
    assert.deepEqual(await reply, {});
    assert.deepEqual(first.requests, []);
  });

  test('repeats requests whose answers were lost, in order and as the same', async () => {
    const { channel, connection: first } = connected();
    const replies = [
      channel.request('pause', { consumerId: 'one' }),
      channel.request('resume', { consumerId: 'one' }),
    ];
    await first.lose(channel);
    assert.equal(channel.resumable, true);
    const later = channel.request('getIceServers');
    const second = new TestConnection();
    second.attachTo(channel);
    await turn();
    assert.deepEqual(second.requests, ['pause', 'resume', 'getIceServers']);
    assert.deepEqual(second.data.slice(0, 2), first.data);
    const keys = new Set(
      (second.data as { requestKey: string }[]).map((it) => it.requestKey),
    );
    assert.equal(keys.size, 3);
    for (const { resolve } of second.replies) {
      resolve({});
    }
    assert.deepEqual(await Promise.all([...replies, later]), [{}, {}, {}]);
  });

  test('does not repeat a request that was refused', async () => {
    const { channel, connection } = connected();
    const reply = channel.request('pause', { consumerId: 'one' });
    connection.replies[0]?.reject(refusal('pause', 'CONSUMER_NOT_FOUND'));
    await assert.rejects(reply, { errorName: 'CONSUMER_NOT_FOUND' });
    assert.deepEqual(connection.requests, ['pause']);
  });

  test('ends the connection for one that does not resume', () => {
    const { channel, connection } = connected();
    channel.end();
    assert.equal(connection.ended, true);
    assert.equal(channel.resumable, false);
  });

  test('rejects requests whose answers were lost once closed', async () => {
    const { channel, connection } = connected();
    const reply = channel.request('getIceServers');
    await connection.lose(channel);
    channel.close();
    await assert.rejects(reply, /has closed/);
  });

  test('rejects waiting and later requests once closed', async () => {
    const { channel } = connected();
    channel.detach();
    const waiting = channel.request('ping');
    channel.close();
    await assert.rejects(waiting, /has closed/);
    await assert.rejects(channel.request('ping'), /has closed/);
  });
});
