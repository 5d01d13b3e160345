import cors from 'cors';
import type { RequestHandler } from 'express';

import { networkOf } from '../access/network.ts';
import { requireOrigin } from '../access/origins.ts';
import { RateLimit } from '../access/RateLimit.ts';
import type { Config } from '../config.ts';

/** How long a browser may remember what a preflight said, s. */
const PREFLIGHT_MAX_AGE = 600;

/** Refuses who asks too often, or from a page of a foreign origin. */
export function accessHandlers(config: Config): RequestHandler[] {
  const limit = new RateLimit(
    'limits.requestsPerMinute',
    () => config.limits.requestsPerMinute,
  );
  return [
    (request, _response, next) => {
      const network = networkOf(request, config.access.trustProxy);
      limit.take(network).then(() => next(), next);
    },
    cors((request, decide) => {
      try {
        requireOrigin(request, config.access.origins);
        decide(null, { origin: true, maxAge: PREFLIGHT_MAX_AGE });
      } catch (error) {
        decide(error as Error);
      }
    }),
  ];
}
