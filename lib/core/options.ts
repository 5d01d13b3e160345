import { z } from 'zod';

import { LOG_FORMATS, LOG_LEVELS } from './logFormat.ts';
import { count, section } from './section.ts';
import type { OptionsOf } from './section.ts';

/** The section `log`. */
export const logSection = section('The log, on standard error.', {
  level: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(
      'Level up to which entries are logged. The DEBUG variable overrides it: DEBUG="atrium:*".',
    ),
  format: z
    .enum(LOG_FORMATS)
    .default('text')
    .describe(
      'One line per entry in both: "text" for people and for the journal, "json" for programs that collect logs.',
    ),
  burst: count(1_000_000, 500).describe(
    'Entries of one kind about one address that are logged at once: refusals, joins, closed connections. Beyond that, one per second is logged, and the number of those left out.',
  ),
});

/** The section `startup`. */
export const startupSection = section('The start of the server.', {
  portTimeout: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe(
      'Time for which a port that is taken is tried again, ms: a server that is being replaced may still hold it. With 0, the start fails at once.',
    ),
});

/** The options of the section `startup`. */
export type StartupOptions = OptionsOf<typeof startupSection>;

/** The section `shutdown`. */
export const shutdownSection = section('The shutdown of the server.', {
  drainTimeout: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(30_000)
    .describe(
      'Longest time that the server waits for its rooms to empty after SIGTERM, ms. It creates no new rooms meanwhile.',
    ),
});
