import { z } from 'zod';

import { count, section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A length of time, ms. */
function duration(least: number, most: number, value: number) {
  return z.int().min(least).max(most).default(value);
}

/** The section `meetings`. */
export const meetingsSection = section(
  'Sessions with a title and a password (POST /session).',
  {
    emptyTimeout: duration(1_000, 24 * DAY, DAY).describe(
      'Time for which a session may be empty before it ends, ms.',
    ),
    reconnectTimeout: duration(1_000, DAY, 600_000).describe(
      'Time for which a ticket is valid before its first connection and after its last, ms.',
    ),
    tokenLifetime: duration(60_000, 30 * DAY, DAY).describe(
      'Time for which the token of POST /connect is valid, with which a person enters the room of the session, ms.',
    ),
    maxPeers: count(10_000, 100).describe(
      'People in one session at a time. At most rooms.maxPeers.',
    ),
    sessionsPerCreator: count(1_000_000, 1_000).describe(
      'Sessions of one user, or of one project, that have not ended.',
    ),
    ticketsPerSession: count(1_000_000, 2_000).describe(
      'Valid tickets of one session.',
    ),
    failuresPerAddress: count(1_000_000, 5).describe(
      'Wrong passwords per minute from one address; beyond that, even the right one is refused.',
    ),
    failuresPerSession: count(1_000_000, 5).describe(
      'Wrong passwords per minute for one session from all addresses.',
    ),
  },
);

/** The options of the section `meetings`. */
export type MeetingsOptions = OptionsOf<typeof meetingsSection>;
