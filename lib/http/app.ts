import express from 'express';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';

import { networkOf } from '../limits/network.ts';
import { REQUEST_ID_HEADER, requestIdOf } from '../core/requestId.ts';
import { fault, AppError, coreErrors } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import {
  isOperatorsOnly,
  originHandler,
  rateHandler,
} from './accessControl.ts';
import { admissionHandlers } from './admission.ts';
import { healthHandlers } from './system/health.ts';
import { metricsHandlers } from './system/metrics.ts';
import { pageRoutes } from './page.ts';
import type { Page } from './page.ts';
import { roomHandlers } from './rooms.ts';
import { securityHeaders } from './securityHeaders.ts';
import { resourceRoutes } from './serveRoutes.ts';
import type { ResourceContext } from './serveRoutes.ts';

const logger = new Logger('http');

/** Most characters of a path in the log. */
const MAX_LOGGED = 256;

const handlers = {
  ...admissionHandlers,
  ...healthHandlers,
  ...metricsHandlers,
  ...roomHandlers,
};

/**
 * The page, and the resources that whoever reaches `listen` may see. The page is
 * the same for all, so no origin is refused it. Errors are JSON, of one shape.
 */
export function createApp(context: ResourceContext, page: Page): Express {
  const { config } = context;
  return assemble(
    context,
    [
      rateHandler(config),
      pageRoutes(page),
      originHandler(config),
      resourceRoutes(
        handlers,
        context,
        (audience) => audience === 'everybody' || isOperatorsOnly(config),
      ),
    ],
    () => config.access.embedders,
  );
}

/** Every resource and no page, for operators on a port of their own. */
export function createOperationsApp(context: ResourceContext): Express {
  return assemble(
    context,
    [resourceRoutes(handlers, context, () => true)],
    () => [],
  );
}

function assemble(
  context: ResourceContext,
  routes: readonly RequestHandler[],
  embedders: () => readonly string[],
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(...securityHeaders(embedders));
  for (const route of routes) {
    app.use(route);
  }
  app.use((request) => {
    throw new AppError(
      coreErrors.NOT_FOUND,
      `nothing is served for ${request.method} ${request.path}`,
    );
  });
  app.use(errorHandler(context));
  return app;
}

/** Statuses by which a client is kept out, rather than told of a mistake. */
const KEPT_OUT: ReadonlySet<number> = new Set([401, 403, 429, 503]);

/** Answers, and logs, a request that was refused or failed. */
function errorHandler({
  config,
  metrics,
  log,
}: ResourceContext): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refusal =
      toRefusal(error) ??
      fault(logger, `${request.method} ${request.path}`, error);
    const { code, status, option, message, retryAfter } = refusal;
    const id = requestIdOf(request);
    if (status === 401) {
      response.set('WWW-Authenticate', 'Bearer');
    }
    if (retryAfter !== undefined) {
      response.set('Retry-After', String(retryAfter));
    }
    response.set(REQUEST_ID_HEADER, id);
    response.status(status).json({ error: { code, message } });
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

/** Errors of Express itself that carry a status; others are faults. */
function toRefusal(error: unknown): AppError | undefined {
  if (error instanceof AppError) {
    return error;
  }
  const status = (error as { status?: unknown } | undefined)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new AppError(
      coreErrors.VALIDATION_ERROR,
      error instanceof Error ? error.message : 'the request is malformed',
    );
  }
  return undefined;
}
