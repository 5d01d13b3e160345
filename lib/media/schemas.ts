import type { types } from 'mediasoup';
import { z } from 'zod';

import { appDataSchema, boundedObject } from '../core/boundedJson.ts';
import { isPlainText, plainText } from '../core/validation.ts';

/**
 * The shapes that several contracts share: ids, tracks, and the RTP parameters that
 * mediasoup-client and mediasoup exchange. They are strict about types and
 * sizes because mediasoup writes them into one buffer per worker, and a value of
 * another type must not get there.
 *
 * @see https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities/
 */

/** An id issued by the server; looked up, never interpreted. */
export const serverIdSchema = z.string().min(1).max(128);

/** App data of a track. */
export const trackAppDataSchema = appDataSchema
  .optional()
  .describe(
    '`source` names the source of the track: "mic" or "screen-audio", "camera" or "screen". A peer may send one track of each, unless the server is configured otherwise. Without a source, or with one that is unknown or of the other kind, audio counts as a microphone and video as a camera. `width` and `height` state the size of a video, for receivers that ask by size.',
  );

const uint32 = z.int().min(0).max(0xffff_ffff);
const payloadType = z.int().min(0).max(127);
const MAX_TEXT_LENGTH = 255;
const shortText = plainText(MAX_TEXT_LENGTH);

const MAX_CODEC_PARAMETERS = 64;
const MAX_PARAMETER_NAME_LENGTH = 64;

/** Codec parameters are numbers or short words. */
const codecParameters = boundedObject(
  MAX_CODEC_PARAMETERS,
  `expected at most ${MAX_CODEC_PARAMETERS} parameters`,
).pipe(z.record(z.string(), z.unknown()).superRefine(requireCodecParameters));

/** Reports only the first problem of a list that may have dozens. */
function requireCodecParameters(
  parameters: Record<string, unknown>,
  context: z.RefinementCtx,
): void {
  for (const [name, value] of Object.entries(parameters)) {
    const message = problemOfParameter(name, value);
    if (message !== undefined) {
      context.addIssue({ code: 'custom', path: [name], message });
      return;
    }
  }
}

function problemOfParameter(name: string, value: unknown): string | undefined {
  if (!isPlainText(name, MAX_PARAMETER_NAME_LENGTH)) {
    return `its name: expected at most ${MAX_PARAMETER_NAME_LENGTH} characters without control characters`;
  }
  if (name === 'apt' && typeof value !== 'number') {
    return 'expected a payload type';
  }
  const right =
    typeof value === 'number'
      ? Math.abs(value) <= 0x7fff_ffff
      : isPlainText(value, MAX_TEXT_LENGTH);
  return right
    ? undefined
    : `expected a 32-bit number or at most ${MAX_TEXT_LENGTH} characters without control characters`;
}

/** Requires what mediasoup assumes: RTX refers to a codec other than RTX. */
function requireCodecsForRtx(
  codecs: readonly {
    mimeType: string;
    payloadType: number;
    parameters?: Record<string, unknown> | undefined;
  }[],
  context: z.RefinementCtx,
): void {
  for (const [index, { mimeType, parameters }] of codecs.entries()) {
    if (isRtx(mimeType)) {
      const apt = parameters?.['apt'];
      const codec = codecs.find(({ payloadType }) => payloadType === apt);
      if (codec === undefined || isRtx(codec.mimeType)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'parameters', 'apt'],
          message: 'expected the payload type of the codec that it retransmits',
        });
      }
    }
  }
}

function isRtx(mimeType: string): boolean {
  return /\/rtx$/i.test(mimeType);
}

const mimeType = z
  .string()
  .max(64)
  .regex(/^(audio|video)\/[\w.+-]+$/i, {
    message: 'expected "audio/…" or "video/…"',
  });

const kind = z.enum(['audio', 'video']);

const rtcpFeedback = z.object({
  type: shortText.min(1),
  parameter: shortText.optional(),
});

const headerExtensionUri = z.enum([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'urn:mediasoup:params:rtp-hdrext:packet-id',
]);

export const kindSchema = kind;

export const rtpCapabilitiesSchema = z
  .object({
    codecs: z
      .array(
        z.object({
          kind,
          mimeType,
          preferredPayloadType: payloadType,
          clockRate: uint32,
          channels: z.int().min(1).max(255).optional(),
          parameters: codecParameters.optional(),
          rtcpFeedback: z.array(rtcpFeedback).max(32).optional(),
        }),
      )
      .max(128)
      .optional(),
    headerExtensions: z
      .array(
        z.object({
          kind,
          // Extensions that the room does not support have no effect.
          uri: z
            .custom<types.RtpHeaderExtensionUri>(
              (value) => value !== '' && isPlainText(value, MAX_TEXT_LENGTH),
              { message: 'expected a URI' },
            )
            .meta({ type: 'string' }),
          preferredId: z.int().min(1).max(255),
          preferredEncrypt: z.boolean().optional(),
          direction: z
            .enum(['sendrecv', 'sendonly', 'recvonly', 'inactive'])
            .optional(),
        }),
      )
      .max(64)
      .optional(),
  })
  .meta({
    id: 'RtpCapabilities',
    description: 'In the format of mediasoup-client.',
  });

export const rtpParametersSchema = z
  .object({
    mid: plainText(32).optional(),
    codecs: z
      .array(
        z.object({
          mimeType,
          payloadType,
          clockRate: uint32,
          channels: z.int().min(1).max(255).optional(),
          parameters: codecParameters.optional(),
          rtcpFeedback: z.array(rtcpFeedback).max(32).optional(),
        }),
      )
      .min(1)
      .max(32)
      .superRefine(requireCodecsForRtx),
    headerExtensions: z
      .array(
        z.object({
          uri: headerExtensionUri,
          id: z.int().min(1).max(255),
          encrypt: z.boolean().optional(),
          parameters: codecParameters.optional(),
        }),
      )
      .max(32)
      .optional(),
    encodings: z
      .array(
        z.object({
          ssrc: uint32.optional(),
          rid: z
            .string()
            .max(16)
            .regex(/^[A-Za-z0-9_-]+$/, {
              message: 'expected letters, digits, "-" and "_"',
            })
            .optional(),
          codecPayloadType: payloadType.optional(),
          rtx: z.object({ ssrc: uint32 }).optional(),
          dtx: z.boolean().optional(),
          scalabilityMode: z
            .string()
            .regex(/^[LS][1-3]T[1-3]h?(_KEY(_SHIFT)?)?$/, {
              message: 'expected a scalability mode such as "L1T3"',
            })
            .optional(),
          maxBitrate: uint32.optional(),
        }),
      )
      .min(1)
      .max(8)
      .optional(),
    rtcp: z
      .object({
        cname: shortText.optional(),
        reducedSize: z.boolean().optional(),
      })
      .optional(),
    msid: shortText.optional(),
  })
  .meta({
    id: 'RtpParameters',
    description: 'In the format of mediasoup-client.',
  });
