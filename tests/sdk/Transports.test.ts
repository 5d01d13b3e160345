import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import type { Device, types } from 'mediasoup-client';

import type { ResumableChannel } from '../../sdk/src/core/ResumableChannel.ts';
import { Transports } from '../../sdk/src/core/Transports.ts';
import type { ErrorName } from '@atrium/protocol';
import { refusal } from './refusal.ts';

/** A channel to a server that refuses transports until the test lets it. */
class TestChannel {
  refusal: ErrorName | undefined = 'MEDIA_RESET';
  /** Requests for transports so far. */
  asked = 0;

  async request(method: string): Promise<object> {
    if (method !== 'createWebRtcTransport') {
      return { iceServers: [] };
    }
    this.asked += 1;
    if (this.refusal !== undefined) {
      throw refusal(method, this.refusal);
    }
    return { transportId: 'opened' };
  }
}

const device = {
  createSendTransport: ({ id }: { id: string }) => ({
    id,
    on: () => undefined,
    observer: { once: () => undefined },
    close: () => undefined,
  }),
} as unknown as Device;

function transportsOver(channel: TestChannel): Transports {
  return new Transports(
    channel as unknown as ResumableChannel,
    device,
    'all',
    () => assert.fail('nothing is produced'),
  );
}

describe('Transports', () => {
  test('asks again for a transport until a media worker is ready', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const channel = new TestChannel();
    const opening = transportsOver(channel).get('send');
    await turn();
    t.mock.timers.tick(1_000);
    await turn();
    assert.equal(channel.asked, 2);
    channel.refusal = undefined;
    t.mock.timers.tick(1_000);
    const { id }: types.Transport = await opening;
    assert.equal(id, 'opened');
    assert.equal(channel.asked, 3);
  });

  test('does not ask again once it is closed, as it is on a media reset', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const channel = new TestChannel();
    const transports = transportsOver(channel);
    const refused = assert.rejects(transports.get('send'), /has closed/);
    await turn();
    transports.close();
    t.mock.timers.tick(1_000);
    await refused;
    assert.equal(channel.asked, 1);
  });

  test('hands on any other refusal', async () => {
    const channel = new TestChannel();
    channel.refusal = 'FORBIDDEN';
    await assert.rejects(transportsOver(channel).get('send'), { code: 403 });
    assert.equal(channel.asked, 1);
  });
});
