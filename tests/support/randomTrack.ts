import * as fc from 'fast-check';

import { routerRtpCapabilities } from '../../lib/media/codecs.ts';

const payloadType = fc.constantFrom(0, 1, 96, 97, 100, 127);
const ssrc = fc.oneof(
  fc.constantFrom(0, 1, 0xffff_ffff),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);

const codec = fc
  .record({
    capability: fc.constantFrom(...(routerRtpCapabilities.codecs ?? [])),
    payloadType,
    apt: payloadType,
    others: fc.dictionary(
      fc.string({ maxLength: 10 }),
      fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true })),
      { maxKeys: 3 },
    ),
  })
  .map(({ capability, payloadType, apt, others }) => ({
    mimeType: capability.mimeType,
    clockRate: capability.clockRate,
    ...(capability.channels && { channels: capability.channels }),
    payloadType,
    parameters: {
      ...others,
      ...capability.parameters,
      ...(capability.mimeType.endsWith('/rtx') && { apt }),
    },
    rtcpFeedback: capability.rtcpFeedback,
  }));

/** Tracks that no browser would send, of parts that it might send. */
export const track = fc.record({
  kind: fc.constantFrom('audio', 'video'),
  rtpParameters: fc.record(
    {
      mid: fc.string({ maxLength: 32 }),
      codecs: fc.array(codec, { minLength: 1, maxLength: 4 }),
      headerExtensions: fc.array(
        fc.record({
          uri: fc.constantFrom(
            ...(routerRtpCapabilities.headerExtensions ?? []).map(
              ({ uri }) => uri,
            ),
          ),
          id: fc.integer({ min: 1, max: 255 }),
          encrypt: fc.boolean(),
        }),
        { maxLength: 6 },
      ),
      encodings: fc.array(
        fc.record(
          {
            ssrc,
            rid: fc.constantFrom('a', 'b'),
            codecPayloadType: payloadType,
            rtx: fc.record({ ssrc }),
            dtx: fc.boolean(),
            scalabilityMode: fc.constantFrom(
              'L1T1',
              'L1T3',
              'L3T3',
              'L3T3_KEY',
              'S3T3h',
            ),
            maxBitrate: fc.integer({ min: 0, max: 0xffff_ffff }),
          },
          { requiredKeys: [] },
        ),
        { minLength: 1, maxLength: 4 },
      ),
      rtcp: fc.record(
        { cname: fc.string(), reducedSize: fc.boolean() },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['codecs'] },
  ),
});
