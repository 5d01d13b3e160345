/**
 * Records what the load tool replays: a film in VP8 and a tone in Opus, as a
 * real encoder sends them.
 *
 * Usage: node tools/clip.ts
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';

import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import { Device } from 'mediasoup-client';
import type { types as clientTypes } from 'mediasoup-client';
import { RtpHeader, RtpPacket } from 'werift';

import { mediaCodecs } from '../lib/media/codecs.ts';
import { CLIPS, CLOCK_RATES, frameClip } from './load/replay/Clip.ts';
import { street } from './load/real/syntheticVideo.ts';
import { createPicture, createTone } from './fixtures/webrtc.ts';

/** So that the estimate of the bandwidth has grown to what is sent, ms. */
const WARM_UP = 15_000;
const CLIP_SECONDS = 2;
const MAX_BITRATES = { audio: 32_000, video: 600_000 };

const worker = await createWorker();
const router = await worker.createRouter({ mediaCodecs });
const incoming = await router.createWebRtcTransport({
  listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
  initialAvailableOutgoingBitrate: 2_000_000,
});
const device = new Device({ handlerName: 'Chrome111' });
await device.load({
  routerRtpCapabilities: router.rtpCapabilities as clientTypes.RtpCapabilities,
});
const sending = device.createSendTransport(incoming);
sending.on('connect', ({ dtlsParameters }, done, failed) => {
  incoming.connect({ dtlsParameters }).then(done, failed);
});
sending.on('produce', ({ kind, rtpParameters }, done, failed) => {
  incoming.produce({ kind, rtpParameters }).then(done, failed);
});
const outgoing = await router.createDirectTransport();

for (const [kind, { track }] of [
  ['audio', createTone()],
  ['video', createPicture(street)],
] as const) {
  const { id: producerId } = await sending.produce({
    track,
    encodings: [{ maxBitrate: MAX_BITRATES[kind] }],
    codecOptions: { videoGoogleStartBitrate: 600, videoGoogleMinBitrate: 500 },
  });
  const consumer = await outgoing.consume({
    producerId,
    rtpCapabilities: router.rtpCapabilities,
    paused: true,
  });
  const packets = await record(consumer, kind);
  writeFileSync(CLIPS[kind], frameClip(packets));
  console.log(`${CLIPS[kind].pathname}: ${packets.length} packets`);
}
worker.close();
process.exit();

/** The packets of a number of seconds, from a key frame on. */
async function record(
  consumer: types.Consumer,
  kind: types.MediaKind,
): Promise<RtpPacket[]> {
  await new Promise((resolve) => {
    setTimeout(resolve, WARM_UP);
  });
  const packets: RtpPacket[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  consumer.on('rtp', (data) => {
    const packet = RtpPacket.deSerialize(data);
    const first = packets[0] ?? packet;
    const passed =
      (packet.header.timestamp - first.header.timestamp) / CLOCK_RATES[kind];
    if (passed < CLIP_SECONDS) {
      packets.push(bare(packet, kind));
    } else {
      resolve();
    }
  });
  // A key frame comes first.
  await consumer.resume();
  await promise;
  return packets;
}

/**
 * A packet without what would have to be counted on when it is replayed in a
 * loop: header extensions, and of VP8 the picture ids.
 */
function bare(
  { header, payload }: RtpPacket,
  kind: types.MediaKind,
): RtpPacket {
  const { marker, timestamp } = header;
  return new RtpPacket(
    new RtpHeader({
      marker,
      timestamp,
    }),
    kind === 'video' ? withoutPictureIds(payload) : payload,
  );
}

/** @see https://www.rfc-editor.org/rfc/rfc7741#section-4.2 */
function withoutPictureIds(payload: Buffer): Buffer {
  const first = payload[0] ?? 0;
  if ((first & 0x80) === 0) {
    return payload;
  }
  const extensions = payload[1] ?? 0;
  const hasPictureId = (extensions & 0x80) !== 0;
  const isLong = hasPictureId && ((payload[2] ?? 0) & 0x80) !== 0;
  const size =
    2 +
    (hasPictureId ? 1 : 0) +
    (isLong ? 1 : 0) +
    ((extensions & 0x40) !== 0 ? 1 : 0) +
    ((extensions & 0x30) !== 0 ? 1 : 0);
  return Buffer.concat([Buffer.of(first & 0x7f), payload.subarray(size)]);
}
