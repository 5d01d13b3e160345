import { z } from 'zod';

import { CALL_ID } from '../../calls/liveRoomIds.ts';
import { appDataSchema } from '../../core/boundedJson.ts';
import { isPlainText, plainText } from '../../core/validation.ts';
import {
  kindSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  serverIdSchema,
} from '../../media/schemas.ts';
import {
  dtlsParametersSchema,
  iceCandidateSchema,
  iceParametersSchema,
  sctpParametersSchema,
} from '../../media/transportSchemas.ts';

/** The most codecs that a client may name. */
const MAX_CODECS = 64;

/** The most that the estimate of a bandwidth may begin with, bit/s. */
const MAX_BITRATE = 1_000_000_000;

const id = z.string().regex(CALL_ID, { message: 'expected 24 hex digits' });

export const callIdShape = id.describe('The call.');

/** A codec; its parameters do not matter, for the server has each only once. */
const codecShape = z.object({
  kind: kindSchema,
  mimeType: plainText(64).min(1),
  clockRate: z.int().min(1).max(0xffff_ffff),
  channels: z.int().min(1).max(255).optional(),
});

export const codecsShape = z
  .array(codecShape)
  .max(MAX_CODECS)
  .optional()
  .describe(
    'Codecs that the call needs. The router has all those of the server; others are refused.',
  );

export const routerShape = z.object({
  routerId: z.string().describe('The id of the live room that is the call.'),
  rtpCapabilities: rtpCapabilitiesSchema,
});

/** The members of a request for a transport. */
export const transportFields = {
  direction: z
    .enum(['send', 'recv'])
    .describe('The direction from the point of view of the participant.'),
  enableUdp: z
    .boolean()
    .optional()
    .describe('False for no UDP candidates. True by default.'),
  enableTcp: z
    .boolean()
    .optional()
    .describe('False for no TCP candidates. True by default.'),
  preferUdp: z
    .boolean()
    .optional()
    .describe('UDP is preferred unless preferTcp is true.'),
  preferTcp: z.boolean().optional(),
  initialAvailableOutgoingBitrate: z
    .int()
    .min(1)
    .max(MAX_BITRATE)
    .optional()
    .describe('The bandwidth estimated at first, bit/s.'),
};

export const participantIdShape = id.describe(
  'The participant that the transport is for.',
);

export const transportShape = z.object({
  transportId: serverIdSchema,
  iceParameters: iceParametersSchema,
  iceCandidates: z.array(iceCandidateSchema),
  dtlsParameters: dtlsParametersSchema,
  sctpParameters: sctpParametersSchema
    .nullable()
    .describe('null, because the transports carry no data.'),
});

export const connectFields = { dtlsParameters: dtlsParametersSchema };

/** The members of a request for a producer. */
export const producerFields = {
  kind: kindSchema,
  rtpParameters: rtpParametersSchema,
  paused: z.boolean().optional().describe('False by default.'),
  appData: appDataSchema
    .optional()
    .describe(
      'Shown to the other members. `participantId`, if present, has to be that of the participant.',
    ),
};

export const producerShape = z.object({ producerId: serverIdSchema });

/** The members of a request for a consumer. */
export const consumerFields = {
  producerId: serverIdSchema,
  rtpCapabilities: rtpCapabilitiesSchema,
  paused: z
    .boolean()
    .optional()
    .describe(
      'True if the consumer is to wait for `resume`. False by default.',
    ),
  appData: appDataSchema.optional().describe('Ignored.'),
};

export const consumerShape = z.object({
  consumerId: serverIdSchema,
  kind: kindSchema,
  rtpParameters: rtpParametersSchema,
  paused: z.boolean(),
});

/** The id of an object in a path, which may be no valid one. */
export const pathIdShape = z
  .string()
  .refine((value) => value.length > 0 && isPlainText(value, 128), {
    message: 'expected an id of at most 128 characters',
  });
