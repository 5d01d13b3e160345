import { isIP } from 'node:net';

import { z } from 'zod';

import { networkOfAddress } from '../../limits/network.ts';
import { timeShape } from './shapes.ts';

/** An address; of an IPv6 address, its network. */
export const networkSchema = z
  .string()
  .refine((address) => isIP(address) !== 0, {
    message: 'expected an IPv4 or IPv6 address',
  })
  .overwrite((address) => networkOfAddress(address));

/** A client that is kept out of a room. */
export const banShape = z
  .object({
    banId: z.string(),
    roomId: z.string(),
    userId: z.string().optional().describe('The user, if known from a token.'),
    network: z
      .string()
      .optional()
      .describe('The network that is kept out, if any.'),
    tokensIssuedUntil: timeShape
      .optional()
      .describe(
        'UTC. Of a user who was removed without a ban: only tokens from before are kept out, and with a network those who come from it without an account.',
      ),
    peerId: z.string().optional().describe('The peer that was banned, if any.'),
    displayName: z.string().optional(),
    bannedBy: z.string().describe('The user or the key that made the ban.'),
    createdAt: timeShape.optional(),
    expiresAt: timeShape
      .optional()
      .describe('UTC. Left out for a ban without end.'),
  })
  .meta({
    id: 'ServerBan',
    description: 'A client that is kept out of a room.',
  });

const personShape = z.object({
  id: z
    .string()
    .optional()
    .describe('The user, if known from a token; or the key.'),
  peerId: z.string().optional(),
  name: z.string().optional(),
});

/** An entry of the audit log. */
export const auditShape = z
  .object({
    at: timeShape,
    action: z.string().describe('`mute`, `remove`, `createRoom`, and others.'),
    contract: z
      .string()
      .describe('The contract it was done over; `admin` for this API.'),
    roomId: z.string().optional(),
    actor: personShape,
    target: personShape
      .optional()
      .describe('The person that it was done to, if any.'),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'ServerAudit', description: 'An entry of the audit log.' });
