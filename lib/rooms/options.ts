import { z } from 'zod';

import type { AuthOptions } from '../auth/options.ts';
import { count, section } from '../core/section.ts';
import type { Live } from '../core/Live.ts';
import type { OptionsOf } from '../core/section.ts';
import type { Limits } from '../limits/options.ts';
import type { MediaOptions } from '../media/options.ts';

/** The section `rooms`. */
export const roomsSection = section(
  'All rooms, created by name or by joining.',
  {
    maxPeers: z
      .int()
      .min(1)
      .max(100_000)
      .default(500)
      .describe(
        'Maximum number of peers in a room; a room may be created with a lower one.',
      ),
    maxWaiting: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .describe('Maximum number of clients in the lobby of a room.'),
    consumersPerRouter: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(400)
      .describe(
        'Consumers that a room has on one worker before its next peers are placed on another, the one with the fewest consumers. With 0, every peer is placed on the latter.',
      ),
    emptyTimeout: z
      .int()
      .min(0)
      .max(86_400_000)
      .default(300_000)
      .describe(
        'Time for which a room that was created by name may be empty, ms. A room that was created by joining closes when its last peer leaves, but stays open that long while clients wait in its lobby.',
      ),
    resumeTimeout: z
      .int()
      .min(0)
      .max(300_000)
      .default(15_000)
      .describe(
        'Time for which a peer whose connection broke is kept, with its media running, so that its client can resume it, ms. With 0, it is removed at once.',
      ),
    banTime: z
      .int()
      .min(60_000)
      .max(31_536_000_000)
      .default(86_400_000)
      .describe(
        'Time for which a moderator bans a peer without saying for how long, ms. A day outlasts a meeting that was disturbed and its repetition on the same day, and not the time for which a network keeps its address.',
      ),
    bansPerRoom: count(100_000, 1_000).describe(
      'Bans of one room that are observed, the newest of them.',
    ),
    layerReleaseDelay: z
      .int()
      .min(0)
      .max(600_000)
      .default(1_000)
      .describe(
        'Time for which a spatial layer of a track must be unused before its sender is asked to stop sending it, ms. Senders are asked for more layers at once.',
      ),
    absenceNotice: z
      .int()
      .min(0)
      .max(600_000)
      .default(1_000)
      .describe(
        'Time for which a peer must be without a connection before the others are told that it is reconnecting, ms.',
      ),
    qualityInterval: z
      .int()
      .min(1_000)
      .max(600_000)
      .default(5_000)
      .describe(
        "Shortest time between two announcements of the quality of one peer's connection, ms.",
      ),
  },
);

/** The options of the section `rooms`. */
export type RoomsOptions = OptionsOf<typeof roomsSection>;

/** The sections that rooms need. */
export interface RoomSections extends MediaOptions {
  readonly auth: Live<Pick<AuthOptions, 'mode' | 'roles'>>;
  readonly rooms: Live<RoomsOptions>;
  readonly limits: Live<Limits>;
}
