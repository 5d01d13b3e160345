import cors from 'cors';
import type { Request, RequestHandler } from 'express';

import { isLoopback, networkOf } from '../limits/network.ts';
import { requireOrigin } from '../limits/origins.ts';
import { RateLimit } from '../limits/RateLimit.ts';
import { REQUEST_ID_HEADER } from '../core/requestId.ts';
import type { HttpSections } from './options.ts';
import type { ServedRoutes } from './serveRoutes.ts';

/** The time for which a browser may keep the reply to a preflight, in seconds. */
const PREFLIGHT_MAX_AGE = 600;

/** Refuses networks that send too many requests. */
export function rateHandler(config: HttpSections): RequestHandler {
  const limit = new RateLimit(config.limits, {
    perMinute: 'requestsPerMinute',
    burst: 'requestBurst',
  });
  return (request, _response, next) => {
    limit.take(networkOf(request, config.access.trustProxy));
    next();
  };
}

/** Headers that pages of other origins may read beside the usual ones. */
const EXPOSED_HEADERS = ['Retry-After', REQUEST_ID_HEADER];

/**
 * Lets pages of every origin read the replies of the routes that are for them,
 * refusals included.
 */
export function openHandler(
  routes: Pick<ServedRoutes, 'isForAllPages'>,
): RequestHandler {
  return (request, response, next) => {
    if (routes.isForAllPages(request.path)) {
      response.set({
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(','),
      });
    }
    next();
  };
}

/**
 * Methods that a preflight grants for a path that no route has: those of the
 * page, and of connections by polling.
 */
const METHODS_ELSEWHERE = ['GET', 'HEAD', 'POST'];

/**
 * Refuses pages of foreign origins, and lets pages of listed origins read.
 * Answers their preflights with the methods that the path takes.
 */
export function originHandler(
  config: HttpSections,
  routes: Pick<ServedRoutes, 'methodsAt' | 'isForAllPages'>,
): RequestHandler {
  return cors<Request>((request, decide) => {
    try {
      const isForAll = routes.isForAllPages(request.path);
      if (!isForAll) {
        requireOrigin(request, config.access);
      }
      const methods = routes.methodsAt(request.path);
      decide(null, {
        origin: isForAll ? '*' : true,
        methods: methods.length === 0 ? METHODS_ELSEWHERE : methods,
        preflightContinue:
          request.headers['access-control-request-method'] === undefined,
        maxAge: PREFLIGHT_MAX_AGE,
        exposedHeaders: EXPOSED_HEADERS,
      });
    } catch (error) {
      decide(error as Error);
    }
  });
}

/**
 * Tells if every client that reaches `listen` is an operator: it listens on a
 * loopback address, and no proxy forwards others to it. Where operators have a
 * port of their own, they use that instead.
 */
export function isOperatorsOnly({
  ops,
  listen,
  access,
}: HttpSections): boolean {
  return (
    ops.port === undefined &&
    isLoopback(listen.host) &&
    access.trustProxy.length === 0
  );
}
