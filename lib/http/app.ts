import express from 'express';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';

import type { Config } from '../config.ts';
import { fault, RoomError } from '../errors.ts';
import { Logger } from '../logger.ts';
import { isOperatorsOnly, originHandler, rateHandler } from './access.ts';
import { admissionHandlers } from './admission.ts';
import { healthHandlers } from './health.ts';
import { metricsHandlers } from './metrics.ts';
import { pageRoutes } from './page.ts';
import type { Page } from './page.ts';
import { roomHandlers } from './rooms.ts';
import { securityHeaders } from './securityHeaders.ts';
import { resourceRoutes } from './serve.ts';
import type { ResourceContext } from './serve.ts';

const logger = new Logger('http');

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
export function createApp(
  context: ResourceContext,
  config: Config,
  page: Page,
): Express {
  return assemble(
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
  return assemble([resourceRoutes(handlers, context, () => true)], () => []);
}

function assemble(
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
    throw new RoomError(
      'NOT_FOUND',
      `nothing is served for ${request.method} ${request.path}`,
    );
  });
  app.use(errorHandler);
  return app;
}

/** What Express itself refuses carries a status; the rest is a fault of ours. */
const errorHandler: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const refusal =
    toRefusal(error) ??
    fault(logger, `${request.method} ${request.path}`, error);
  if (refusal.status === 401) {
    response.set('WWW-Authenticate', 'Bearer');
  }
  response.status(refusal.status).json({
    error: { code: refusal.code, message: refusal.message },
  });
};

function toRefusal(error: unknown): RoomError | undefined {
  if (error instanceof RoomError) {
    return error;
  }
  const status = (error as { status?: unknown } | undefined)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new RoomError(
      'VALIDATION_ERROR',
      error instanceof Error ? error.message : 'the request is malformed',
    );
  }
  return undefined;
}
