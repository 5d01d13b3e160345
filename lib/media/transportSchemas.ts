import { z } from 'zod';

import { plainText } from '../core/validation.ts';

/**
 * The parameters of transports and data channels that mediasoup-client and
 * mediasoup exchange: ICE, DTLS and SCTP. They are as strict as those of RTP in
 * schemas.ts, for the same reason.
 */

/** The label or the protocol of a data channel. */
export const channelNameSchema = plainText(255);

/** The highest id of a stream; 65,535 is reserved. */
const MAX_STREAM_ID = 65_534;

/** Refuses 0, which mediasoup treats as no bound. */
const retransmission = z.int().min(1).max(0xffff);

export const sctpStreamParametersSchema = z
  .object({
    streamId: z.int().min(0).max(MAX_STREAM_ID),
    ordered: z
      .boolean()
      .optional()
      .describe(
        'True by default, unless maxPacketLifeTime or maxRetransmits is given.',
      ),
    maxPacketLifeTime: retransmission
      .optional()
      .describe('How long a lost message is retransmitted, ms.'),
    maxRetransmits: retransmission
      .optional()
      .describe('How often a lost message is retransmitted.'),
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
          'expected false if maxPacketLifeTime or maxRetransmits is given, because messages that may get lost cannot be ordered',
      });
    }
  })
  .meta({
    id: 'SctpStreamParameters',
    description:
      'In the format of mediasoup-client. At most one of maxPacketLifeTime and maxRetransmits, and neither if ordered.',
  });

export const sctpParametersSchema = z
  .object({
    port: z.int(),
    OS: z.int(),
    MIS: z.int(),
    maxMessageSize: z.int(),
    maxSendMessageSize: z
      .int()
      .describe('The longest message that the server sends, bytes.'),
    maxReceiveMessageSize: z
      .int()
      .describe('The longest message that the server accepts, bytes.'),
  })
  .meta({
    id: 'SctpParameters',
    description: 'In the format of mediasoup-client.',
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
  .meta({
    id: 'DtlsParameters',
    description: 'In the format of mediasoup-client.',
  });

export const iceParametersSchema = z
  .object({
    usernameFragment: z.string(),
    password: z.string(),
    iceLite: z.boolean().optional(),
  })
  .meta({
    id: 'IceParameters',
    description: 'In the format of mediasoup-client.',
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
  .meta({
    id: 'IceCandidate',
    description: 'In the format of mediasoup-client.',
  });

export const iceServersSchema = z.array(
  z
    .object({
      urls: z.array(z.string()),
      username: z.string().optional(),
      credential: z.string().optional(),
    })
    .meta({
      id: 'IceServer',
      description: 'A STUN or TURN server, in the format of RTCPeerConnection.',
    }),
);
