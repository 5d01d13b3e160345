import type { ErrorRequestHandler, Request } from 'express';

import type { HttpSections } from './options.ts';
import { AppError, coreErrors, fault } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import type { Metrics } from '../core/metrics.ts';
import { REQUEST_ID_HEADER, requestIdOf } from '../core/requestId.ts';
import { networkOf } from '../limits/network.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import type { ErrorReply } from './RouteSpec.ts';
import type { ServedRoutes } from './serveRoutes.ts';

const logger = new Logger('http');

/** Most characters of a path in the log. */
const MAX_LOGGED = 256;

/** Statuses that keep a client out, rather than report its mistake. */
const KEPT_OUT: ReadonlySet<number> = new Set([401, 403, 429, 503]);

/** The parts of the server that learn of a request that was refused. */
export interface ErrorContext {
  config: HttpSections;
  metrics: Metrics;
  /** Entries about clients. */
  log: SampledLog;
}

/**
 * Answers requests that were refused or failed, each in the shape of the
 * contract that has the path, and logs and counts them.
 */
export function reportErrors(
  { config, metrics, log }: ErrorContext,
  routes: ServedRoutes,
): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const [error, reply] = encoded(
      routes,
      toAppError(thrown, request),
      request,
    );
    const { code, option, message, retryAfter } = error;
    const { status, headers, body } = reply;
    const id = requestIdOf(request);
    if (status === 401) {
      response.set('WWW-Authenticate', 'Bearer');
    }
    if (retryAfter !== undefined) {
      response.set('Retry-After', String(retryAfter));
    }
    response.set(REQUEST_ID_HEADER, id);
    response.set('Cache-Control', 'no-store');
    response.set(headers);
    response.status(status).json(body);
    metrics.httpRefused.inc({ code, option: option ?? '' });
    const level = KEPT_OUT.has(status) ? 'info' : 'debug';
    log.write(level, 'HTTP request refused', {
      method: request.method,
      path: request.path.slice(0, MAX_LOGGED),
      code,
      status,
      option,
      network: networkOf(request, config.access.trustProxy),
      request: id,
      reason: message,
    });
  };
}

/** Errors of Express itself carry a status; all others are faults. */
function toAppError(thrown: unknown, request: Request): AppError {
  if (thrown instanceof AppError) {
    return thrown;
  }
  const status = (thrown as { status?: unknown } | undefined)?.status;
  return typeof status === 'number' && status >= 400 && status < 500
    ? new AppError(
        coreErrors.VALIDATION_ERROR,
        thrown instanceof Error ? thrown.message : 'the request is malformed',
      )
    : fault(logger, `${request.method} ${request.path}`, thrown);
}

/** The error and its reply; a fault in place of one that cannot be encoded. */
function encoded(
  routes: ServedRoutes,
  error: AppError,
  request: Request,
): [AppError, Required<ErrorReply>] {
  try {
    return [error, routes.encodeError(error, request)];
  } catch (failure) {
    const { code, message, status } = error;
    return [
      fault(logger, `encoding the error of ${request.path}`, failure),
      { status, headers: {}, body: { error: { code, message } } },
    ];
  }
}
