import type { Device, types } from 'mediasoup-client';
import { capabilityOf } from './codecs.ts';
import type { VideoCodec } from './codecs.ts';
import type { Source } from './wire.ts';

type Encoding = Pick<
  types.ProducerOptions,
  'codec' | 'encodings' | 'codecOptions'
>;

/** The layers of a camera by the codec that it is sent as. */
const LAYERS: Readonly<Record<VideoCodec, types.RtpEncodingParameters[]>> = {
  // Three pictures, each with twice the side of the one before.
  vp8: [
    { scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3' },
    { scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
    {
      scaleResolutionDownBy: 1,
      maxBitrate: 1_500_000,
      scalabilityMode: 'L1T3',
    },
  ],
  // The same in one stream, in which each picture builds on the one before.
  vp9: [{ maxBitrate: 1_500_000, scalabilityMode: 'L3T3_KEY' }],
  // One picture in three frame rates. mediasoup takes AV1 in one stream only, and
  // does not pass on the dependency descriptor without which Chromium cannot put
  // together pictures that build on others.
  av1: [{ maxBitrate: 1_200_000, scalabilityMode: 'L1T3' }],
};

/** A screen has one layer, because text that is scaled down cannot be read. */
const SCREEN = [{ maxBitrate: 2_500_000 }];

/**
 * The encoding of sound. What gets lost on the way to the server is sent again, which
 * mediasoup-client leaves out of its answer unless told otherwise. Opus adds its own
 * repair of losses (FEC) only where the server reports any that remain.
 */
const SOUND = {
  mic: { codecOptions: { opusNack: true, opusFec: true } },
  'screen-audio': {
    codecOptions: { opusNack: true, opusFec: true, opusStereo: true },
  },
} satisfies Partial<Record<Source, Encoding>>;

/**
 * The encoding of a source: the options of `produce` besides its track. A camera is
 * sent in layers, as the codec that is asked for, or as VP8 where the browser
 * has no encoder for that. With `dtx`, next to nothing is sent of a silent microphone.
 */
export function encodingOf(
  source: Source,
  device: Device,
  { codec: wanted, dtx }: { codec: VideoCodec; dtx: boolean },
): Encoding {
  if (source === 'mic') {
    return { codecOptions: { ...SOUND.mic.codecOptions, opusDtx: dtx } };
  }
  if (source === 'screen-audio') {
    return SOUND[source];
  }
  const layered = source === 'camera';
  const name = layered && capabilityOf(device, wanted) ? wanted : 'vp8';
  const codec = capabilityOf(device, name);
  return {
    // mediasoup-client writes into what it is given.
    encodings: structuredClone(layered ? LAYERS[name] : SCREEN),
    codecOptions: { videoGoogleStartBitrate: 1000 },
    ...(codec && { codec }),
  };
}
