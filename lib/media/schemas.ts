import type { types } from 'mediasoup';
import { z } from 'zod';

import { isPlainText, plainText } from '../core/validation.ts';

/**
 * The shapes that several contracts share: ids, and the parameters that
 * mediasoup-client and mediasoup exchange. They are strict about types and
 * sizes because mediasoup writes them into one buffer per worker, and a value of
 * another type must not get there.
 *
 * @see https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities/
 */

/** An id that the server gave out; looked up, never interpreted. */
export const serverIdSchema = z.string().min(1).max(128);

/**
 * Accepts an object with at most so many keys, before each key is checked. Values
 * that are not objects are left to the schema that follows.
 */
function sized(keys: number, message: string) {
  return z.custom<Record<string, unknown>>(
    (value) =>
      typeof value !== 'object' ||
      value === null ||
      Object.keys(value).length <= keys,
    { message, abort: true },
  );
}

/** Deepest nesting of app data and messages. */
const MAX_DEPTH = 16;
const MAX_APP_DATA_LENGTH = 4_096;
const MAX_MESSAGE_BYTES = 16_384;

const tooDeep = `expected objects and lists at most ${MAX_DEPTH} deep in each other`;

const appDataTooLong = `expected at most ${MAX_APP_DATA_LENGTH} characters of JSON`;

/** An object that a client attaches to its producer. */
export const appDataSchema = sized(MAX_APP_DATA_LENGTH / 4, appDataTooLong)
  .pipe(
    z
      .record(z.string(), z.unknown())
      .refine((value) => isNoDeeper(value, MAX_DEPTH), {
        message: tooDeep,
        abort: true,
      })
      .refine((value) => JSON.stringify(value).length <= MAX_APP_DATA_LENGTH, {
        message: appDataTooLong,
      }),
  )
  .meta({
    id: 'AppData',
    description: `Any object of at most ${MAX_APP_DATA_LENGTH} characters of JSON, ${MAX_DEPTH} deep.`,
  });

/** Any JSON value of a bounded size, without a bound on its depth. */
export const anyAppDataSchema = z
  .unknown()
  .refine(
    (value) =>
      value === undefined ||
      (isNoDeeper(value, MAX_APP_DATA_LENGTH / 2) &&
        JSON.stringify(value).length <= MAX_APP_DATA_LENGTH),
    { message: appDataTooLong },
  )
  .optional();

/** App data of a track. */
export const trackAppDataSchema = appDataSchema
  .optional()
  .describe(
    '`source` says what is sent: "mic" or "screen-audio", "camera" or "screen"; one track of each, unless the server is configured otherwise. Where it is missing, unknown or of the other kind, sound is taken for a microphone and picture for a camera.',
  );

/** A message of a client to others. */
export const messageDataSchema = z
  .unknown()
  .refine((value) => value !== undefined, {
    message: 'expected any JSON',
    abort: true,
  })
  .refine((value) => isNoDeeper(value, MAX_DEPTH), {
    message: tooDeep,
    abort: true,
  })
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_MESSAGE_BYTES,
    { message: `expected at most ${MAX_MESSAGE_BYTES} bytes of JSON` },
  );

/**
 * Checks the depth of a value level by level, because neither the stack nor other
 * clients' parsers take any depth.
 */
function isNoDeeper(value: unknown, depth: number): boolean {
  let level = [value].filter(isObject);
  for (let left = depth; level.length > 0; left -= 1) {
    if (left === 0) {
      return false;
    }
    level = level.flatMap((it) => Object.values(it).filter(isObject));
  }
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * The app data that others receive for any value that a client attaches: the
 * object itself, `{ value }` for a value that is not an object, and an empty object
 * for null and for a value that is nested too deep.
 */
export function shownAppData(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null || !isNoDeeper(value, MAX_DEPTH)) {
    return {};
  }
  return isObject(value) && !Array.isArray(value) ? { ...value } : { value };
}

const uint32 = z.int().min(0).max(0xffff_ffff);
const payloadType = z.int().min(0).max(127);
const MAX_TEXT_LENGTH = 255;
const shortText = plainText(MAX_TEXT_LENGTH);

const MAX_CODEC_PARAMETERS = 64;
const MAX_PARAMETER_NAME_LENGTH = 64;

/** Codec parameters are numbers or short words. */
const codecParameters = sized(
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

/** Requires what mediasoup assumes: retransmissions are of another codec. */
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
          message: 'expected the payload type of the codec that it repeats',
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
          uri: z.custom<types.RtpHeaderExtensionUri>(
            (value) => value !== '' && isPlainText(value, MAX_TEXT_LENGTH),
            { message: 'expected a URI' },
          ),
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
    description: 'As mediasoup-client has them.',
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
  .meta({ id: 'RtpParameters', description: 'As mediasoup-client has them.' });

/** The label or the protocol of a data channel. */
export const channelNameSchema = shortText;

/** Stream 65,535 is none, and a browser's data channels have no more. */
const MAX_STREAM_ID = 65_534;

/** Refuses 0, which mediasoup takes for no bound at all. */
const repetition = z.int().min(1).max(0xffff);

export const sctpStreamParametersSchema = z
  .object({
    streamId: z.int().min(0).max(MAX_STREAM_ID),
    ordered: z
      .boolean()
      .optional()
      .describe('Unless given, true where nothing bounds the repetition.'),
    maxPacketLifeTime: repetition
      .optional()
      .describe('How long what got lost is repeated, ms.'),
    maxRetransmits: repetition
      .optional()
      .describe('How often what got lost is repeated.'),
  })
  .superRefine(({ ordered, maxPacketLifeTime, maxRetransmits }, context) => {
    if (maxPacketLifeTime !== undefined && maxRetransmits !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['maxRetransmits'],
        message: 'expected either this or maxPacketLifeTime, not both',
      });
    }
    if (
      ordered === true &&
      (maxPacketLifeTime !== undefined || maxRetransmits !== undefined)
    ) {
      context.addIssue({
        code: 'custom',
        path: ['ordered'],
        message:
          'expected false where maxPacketLifeTime or maxRetransmits is given, because what may get lost cannot be waited for',
      });
    }
  })
  .meta({
    id: 'SctpStreamParameters',
    description:
      'As mediasoup-client has them. At most one of maxPacketLifeTime and maxRetransmits, and neither when ordered.',
  });

export const sctpParametersSchema = z
  .object({
    port: z.int(),
    OS: z.int(),
    MIS: z.int(),
    maxMessageSize: z.int(),
    maxSendMessageSize: z
      .int()
      .describe('Longest message that the server sends, bytes.'),
    maxReceiveMessageSize: z
      .int()
      .describe('Longest message that the server takes, bytes.'),
  })
  .meta({
    id: 'SctpParameters',
    description: 'As mediasoup-client wants them.',
  });

export const dtlsParametersSchema = z
  .object({
    role: z.enum(['auto', 'client', 'server']).optional(),
    fingerprints: z
      .array(
        z.object({
          algorithm: z.enum([
            'sha-1',
            'sha-224',
            'sha-256',
            'sha-384',
            'sha-512',
          ]),
          value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/, {
            message: 'expected bytes in hex with colons between them',
          }),
        }),
      )
      .min(1)
      .max(8),
  })
  .meta({ id: 'DtlsParameters', description: 'As mediasoup-client has them.' });

export const iceParametersSchema = z
  .object({
    usernameFragment: z.string(),
    password: z.string(),
    iceLite: z.boolean().optional(),
  })
  .meta({
    id: 'IceParameters',
    description: 'As mediasoup-client wants them.',
  });

export const iceCandidateSchema = z
  .object({
    foundation: z.string(),
    priority: z.number(),
    ip: z.string(),
    address: z.string(),
    protocol: z.enum(['udp', 'tcp']),
    port: z.int(),
    type: z.enum(['host']),
    tcpType: z.enum(['passive']).optional(),
  })
  .meta({ id: 'IceCandidate', description: 'As mediasoup-client wants them.' });
