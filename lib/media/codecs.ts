import { createHash } from 'node:crypto';

import type { types } from 'mediasoup';
import { generateRouterRtpCapabilities } from 'mediasoup/ortc';

/**
 * The codecs of all rooms, in the order of preference. mediasoup
 * adds NACK, PLI, FIR, REMB, transport-cc and RTX by itself; Opus carries its
 * own FEC and DTX.
 *
 * @see https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities/
 */
export const mediaCodecs: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    parameters: { useinbandfec: 1, usedtx: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/VP9',
    clockRate: 90_000,
    parameters: { 'profile-id': 0 },
  },
  // Constrained baseline for the widest reach, then high for those that have
  // it in hardware. Browsers pack H.264 non-interleaved (packetization mode 1).
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
    },
  },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': '640032',
      'level-asymmetry-allowed': 1,
    },
  },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

/**
 * The capabilities of every router here. They follow from the codecs alone, so
 * a client may learn them before its room exists.
 */
export const routerRtpCapabilities: types.RtpCapabilities =
  generateRouterRtpCapabilities(mediaCodecs);

/** Names the capabilities: equal exactly where they are. */
export const rtpCapabilitiesVersion = createHash('sha256')
  .update(JSON.stringify(routerRtpCapabilities))
  .digest('base64url')
  .slice(0, 16);

/** A codec as a client names it. */
export interface NamedCodec {
  readonly kind: types.MediaKind;
  readonly mimeType: string;
  readonly clockRate: number;
  readonly channels?: number | undefined;
}

/** Tells if every router here has a codec, whatever its parameters. */
export function isSupported(wanted: NamedCodec): boolean {
  return mediaCodecs.some(
    ({ kind, mimeType, clockRate, channels = 1 }) =>
      kind === wanted.kind &&
      mimeType.toLowerCase() === wanted.mimeType.toLowerCase() &&
      clockRate === wanted.clockRate &&
      channels === (wanted.channels ?? 1),
  );
}
