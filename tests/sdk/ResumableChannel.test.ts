import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Connection } from '../../sdk/src/core/Connection.ts';
import { ResumableChannel } from '../../sdk/src/core/ResumableChannel.ts';
import { refusal } from './refusal.ts';

/** A connection whose replies the test decides on. */
class TestConnection {
  readonly requests: string[] = [];
  readonly replies: PromiseWithResolvers<object>[] = [];
  dropped = false;

  request(method: string): Promise<object> {
    this.requests.push(method);
    const reply = Promise.withResolvers<object>();
    this.replies.push(reply);
    return reply.promise;
  }

  drop(): void {
    this.dropped = true;
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
    await Promise.resolve();
    second.replies[0]?.resolve({});
    assert.deepEqual(await reply, {});
    assert.deepEqual(first.requests, []);
  });

  test('is not resumable while a reply is pending', async () => {
    const { channel, connection } = connected();
    assert.equal(channel.resumable, true);
    const reply = channel.request('ping');
    assert.equal(channel.resumable, false);
    connection.replies[0]?.resolve({});
    await reply;
    assert.equal(channel.resumable, true);
  });

  test('stays resumable after a refused request', async () => {
    const { channel, connection } = connected();
    const reply = channel.request('ping');
    connection.replies[0]?.reject(refusal('ping', 'UNKNOWN_METHOD'));
    await assert.rejects(reply, { code: 404 });
    assert.equal(channel.resumable, true);
  });

  test('is not resumable after a connection was lost during a request', async () => {
    const { channel, connection } = connected();
    const reply = channel.request('ping');
    connection.replies[0]?.reject(new Error('closed'));
    await assert.rejects(reply);
    assert.equal(channel.resumable, false);
  });

  test('drops the connection for one that does not resume', () => {
    const { channel, connection } = connected();
    channel.drop();
    assert.equal(connection.dropped, true);
    assert.equal(channel.resumable, false);
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
