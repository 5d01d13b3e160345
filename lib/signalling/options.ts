import { z } from 'zod';

import type { AuthOptions, IceOptions } from '../auth/options.ts';
import type { Live } from '../core/Live.ts';
import { section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';
import type { AccessOptions, Limits } from '../limits/options.ts';
import type { RoomsOptions } from '../rooms/options.ts';

/** The section `signalling`. */
export const signallingSection = section('The connections of clients.', {
  maxFrameBytes: z
    .int()
    .min(16_384)
    .max(16_777_216)
    .default(262_144)
    .describe('Longest message that is accepted, bytes.'),
  pingInterval: z
    .int()
    .min(100)
    .max(300_000)
    .default(10_000)
    .describe(
      'Time between pings, ms; a client that misses two is disconnected.',
    ),
  joinTimeout: z
    .int()
    .min(100)
    .max(300_000)
    .default(10_000)
    .describe('Time within which a connection must join a room, ms.'),
});

/** The options of the section `signalling`. */
export type SignallingOptions = OptionsOf<typeof signallingSection>;

/** The sections that gateways and their sessions need. */
export interface SessionSections {
  readonly access: Live<AccessOptions>;
  readonly auth: Live<AuthOptions>;
  readonly ice: Live<IceOptions>;
  readonly limits: Live<Limits>;
  readonly rooms: Live<RoomsOptions>;
  readonly signalling: SignallingOptions;
}
