import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { describeLayouts } from '../../support/layouts.ts';
import { LossyPath } from '../../support/LossyPath.ts';
import { MediaClient } from '../../support/MediaClient.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import {
  audioParameters,
  narrowCapabilities,
  rtpCapabilities,
} from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { createTone } from '../../../tools/fixtures/webrtc.ts';

/** Longest wait for a packet that was asked for again, ms. */
const PATIENCE = 30_000;

describeLayouts('sound that gets lost on its way to a client', (layout) => {
  let server: Server;

  before(async () => {
    server = await startServer(layout);
  });

  after(() => server.close());

  test('is sent again to clients that support NACK', async () => {
    const join = async (peerId: string) =>
      (await ProtooClient.join(server.url, 'said', peerId)).client;
    const [alice, bob] = [await join('alice'), await join('bob')];
    await alice.request('createWebRtcTransport', { direction: 'send' });
    const { producerId } = await alice.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    await bob.request('createWebRtcTransport', { direction: 'recv' });
    const repairs = async (capabilities: object): Promise<boolean> => {
      const { rtpParameters } = await bob.request('consume', {
        producerId,
        rtpCapabilities: capabilities,
      });
      return rtpParameters.codecs[0].rtcpFeedback.some(
        ({ type }: { type: string }) => type === 'nack',
      );
    };
    assert.equal(await repairs(rtpCapabilities), true);
    assert.equal(await repairs(narrowCapabilities), false);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('is sent again when a real client misses it', async () => {
    const path = await LossyPath.open(10);
    const alice = await MediaClient.join(server.url, 'real', 'alice');
    const bob = await MediaClient.join(server.url, 'real', 'bob', path.through);
    const { track, stop } = createTone();
    const producerId = await alice.send(track);
    const signal = AbortSignal.timeout(PATIENCE);
    const repeated = once(path, 'repeated', { signal });
    const { consumerId } = await bob.receive(producerId);
    await repeated;
    const [stats] = await bob.signalling
      .request('getConsumerStats', { consumerId })
      .then(({ stats: all }) =>
        all.filter(({ type }) => type === 'outbound-rtp'),
      );
    assert.ok(Number(stats?.['nackCount']) > 0);
    stop();
    await Promise.all([alice.close(), bob.close()]);
    path.close();
  });
});
