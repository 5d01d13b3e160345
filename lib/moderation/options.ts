import { z } from 'zod';

import { count, section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

const DAY = 86_400_000;

/** The section `moderation`. */
export const moderationSection = section(
  'Bans from rooms, and the audit log of what moderators do.',
  {
    bans: count(10_000_000, 100_000).describe(
      'Bans of all rooms that are kept, the newest of them.',
    ),
    unsavedBans: count(1_000_000, 10_000).describe(
      'Bans that wait for a slow database; beyond that, new ones hold in the open room alone.',
    ),
    auditTime: z
      .int()
      .min(DAY)
      .max(3_650 * DAY)
      .default(90 * DAY)
      .describe('Time for which entries of the audit log are kept, ms.'),
    auditEntries: count(100_000_000, 1_000_000).describe(
      'Entries of the audit log that are kept, the newest of them.',
    ),
    auditQueue: count(1_000_000, 10_000).describe(
      'Entries of the audit log that wait for a slow database; beyond that, new ones are in the log of the server alone.',
    ),
  },
);

/** The options of the section `moderation`. */
export type ModerationOptions = OptionsOf<typeof moderationSection>;
