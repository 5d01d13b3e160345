import cors from 'cors';
import type { RequestHandler } from 'express';

import { isLoopback, networkOf } from '../limits/network.ts';
import { requireOrigin } from '../limits/origins.ts';
import { RateLimit } from '../limits/RateLimit.ts';
import { REQUEST_ID_HEADER } from '../core/requestId.ts';
import type { Config } from '../config/load.ts';
import type { LiveSections } from '../config/LiveConfig.ts';

/** How long a browser may remember what a preflight said, s. */
const PREFLIGHT_MAX_AGE = 600;

/** Refuses networks that ask too often. */
export function rateHandler(config: LiveSections): RequestHandler {
  const limit = new RateLimit(config.limits, {
    perMinute: 'requestsPerMinute',
    burst: 'requestBurst',
  });
  return (request, _response, next) => {
    limit.take(networkOf(request, config.access.trustProxy));
    next();
  };
}

/** Refuses pages of foreign origins, and lets those that are listed read. */
export function originHandler(config: Config): RequestHandler {
  return cors((request, decide) => {
    try {
      requireOrigin(request, config.access);
      decide(null, {
        origin: true,
        maxAge: PREFLIGHT_MAX_AGE,
        exposedHeaders: ['Retry-After', REQUEST_ID_HEADER],
      });
    } catch (error) {
      decide(error as Error);
    }
  });
}

/**
 * Whether all who reach `listen` are operators: then only this machine does,
 * and no proxy brings others there. Where operators have a port of their own,
 * they use that.
 */
export function isOperatorsOnly({ ops, listen, access }: Config): boolean {
  return (
    ops.port === undefined &&
    isLoopback(listen.host) &&
    access.trustProxy.length === 0
  );
}
