import { z } from 'zod';

import { count, section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';
import { WEBHOOK_EVENT_TYPES } from './events.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The secrets of an endpoint at most: two during a rotation. */
const MOST_SECRETS = 2;

/** The most and the fewest bytes of a secret, as the scheme has them. */
const SECRET_BYTES = { least: 24, most: 64 };

/** A length of time, ms. */
function duration(least: number, most: number, value: number) {
  return z.int().min(least).max(most).default(value);
}

/**
 * A secret for signatures.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
const webhookSecretSchema = z.string().refine(
  (secret) => {
    const [, base64 = ''] =
      /^whsec_((?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?)$/.exec(
        secret,
      ) ?? [];
    const { length } = Buffer.from(base64, 'base64');
    return length >= SECRET_BYTES.least && length <= SECRET_BYTES.most;
  },
  {
    message: `expected whsec_ and ${SECRET_BYTES.least} to ${SECRET_BYTES.most} random bytes in Base64, such as whsec_ and the output of openssl rand -base64 32`,
  },
);

const endpointSchema = z.strictObject({
  id: z.string().regex(/^[\w-]{1,64}$/, {
    message: 'expected 1 to 64 letters, digits, _ and -',
  }),
  url: z.url({ protocol: /^https?$/, hostname: /./, abort: true }).refine(
    (value) => {
      const url = URL.parse(value);
      return url?.username === '' && url.password === '' && url.hash === '';
    },
    {
      message: 'expected a URL without a user name, a password and a fragment',
    },
  ),
  secrets: z.array(webhookSecretSchema).min(1).max(MOST_SECRETS),
  events: z.array(z.enum(WEBHOOK_EVENT_TYPES)).min(1).optional(),
});

/** The section `webhooks`. */
export const webhooksSection = section(
  'Events for your own backends, over HTTP (docs/webhooks.md).',
  {
    endpoints: z
      .array(endpointSchema)
      .max(32)
      .refine(
        (endpoints) =>
          new Set(endpoints.map(({ id }) => id)).size === endpoints.length,
        { message: 'expected endpoints with different ids' },
      )
      .default([])
      .describe(
        'Receivers of events. Each has an id, a url, one or two secrets, the first of which is the newest, and optionally the events that it receives; without them, it receives all. Environment, for one endpoint with the id "default": ATRIUM_WEBHOOK_URL, and ATRIUM_WEBHOOK_SECRET, which has two secrets separated by a comma during a rotation.',
      ),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe(
        'Permits endpoints at private, link-local and loopback addresses. Otherwise they are refused once their name is resolved.',
      ),
    timeout: duration(100, 60_000, 15_000).describe(
      'Time that a receiver has to answer, ms.',
    ),
    concurrency: count(100, 10).describe(
      'Deliveries to one endpoint at the same time.',
    ),
    orderTime: duration(0, DAY, HOUR).describe(
      'Time for which an event that cannot be delivered holds up the later ones of its room, ms.',
    ),
    maxRetryAfter: duration(0, DAY, DAY).describe(
      'Longest time to wait that is taken from the Retry-After of a receiver, ms.',
    ),
    outbox: count(10_000_000, 100_000).describe(
      'Deliveries that wait for one endpoint; beyond that, the oldest are given up.',
    ),
    queue: count(1_000_000, 10_000).describe(
      'Events that wait for a slow database; beyond that, new ones are dropped.',
    ),
    retention: duration(2 * DAY, 365 * DAY, 7 * DAY).describe(
      'Time for which events are kept after their last attempt, ms. A room without an event for so long counts from 1 again.',
    ),
    shutdownTime: duration(0, 60_000, 3_000).describe(
      'Time that deliveries have at the stop of the server, ms. Others continue after the next start.',
    ),
  },
);

/** The options of the section `webhooks`. */
export type WebhooksOptions = OptionsOf<typeof webhooksSection>;

/** A receiver of events. */
export type WebhookEndpoint = WebhooksOptions['endpoints'][number];
