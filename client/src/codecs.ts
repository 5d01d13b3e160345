import type { Device, types } from 'mediasoup-client';

const CODECS = ['vp8', 'vp9', 'av1'] as const;

/** The codecs that a camera can be sent in. */
export type VideoCodec = (typeof CODECS)[number];

/** Every browser has it, and it is the one that is cheapest to encode. */
const DEFAULT: VideoCodec = 'vp8';

/** The codec that the page's own address asks for, as `?codec=vp9`. */
export function codecFromAddress(): VideoCodec {
  const named = new URLSearchParams(location.search).get('codec');
  return CODECS.find((codec) => codec === named?.toLowerCase()) ?? DEFAULT;
}

/** The browser's variant of a codec that the server accepts as well. */
export function capabilityOf(
  device: Device,
  codec: VideoCodec,
): types.RtpCodecCapability | undefined {
  return device.sendRtpCapabilities.codecs?.find(
    ({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`,
  );
}
