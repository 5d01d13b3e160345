import type { Device, types } from 'mediasoup-client';

/** The codecs that a camera can be sent in. */
export const VIDEO_CODECS = ['vp8', 'vp9', 'av1'] as const;

/** One of `VIDEO_CODECS`. */
export type VideoCodec = (typeof VIDEO_CODECS)[number];

/** The browser's variant of a codec that the server accepts as well. */
export function capabilityOf(
  device: Device,
  codec: VideoCodec,
): types.RtpCodecCapability | undefined {
  return device.sendRtpCapabilities.codecs?.find(
    ({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`,
  );
}
