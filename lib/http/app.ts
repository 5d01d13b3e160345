import express from 'express';
import type { Express, RequestHandler } from 'express';

import { AppError, coreErrors } from '../core/errors.ts';
import {
  isOperatorsOnly,
  originHandler,
  rateHandler,
} from './accessControl.ts';
import { pageRoutes } from './page.ts';
import type { Page } from './page.ts';
import { reportErrors } from './reportErrors.ts';
import type { ErrorContext } from './reportErrors.ts';
import type { RouteTable } from './RouteSpec.ts';
import { securityHeaders } from './securityHeaders.ts';
import { serveRoutes } from './serveRoutes.ts';
import type { ServedRoutes } from './serveRoutes.ts';

/**
 * The page, and the routes for everybody. The page is the same for all clients,
 * so it is served to pages of every origin.
 *
 * @param attached - Serves requests that belong to connections of gateways.
 */
export function createApp(
  context: ErrorContext,
  tables: readonly RouteTable[],
  page: Page,
  attached: RequestHandler,
): Express {
  const { config } = context;
  const routes = serveRoutes(
    tables,
    (audience) => audience === 'everybody' || isOperatorsOnly(config),
  );
  return assemble(
    context,
    routes,
    [
      rateHandler(config),
      pageRoutes(page),
      originHandler(config, routes),
      routes.serve,
      attached,
    ],
    () => config.access.embedders,
  );
}

/** All routes and no page, for operators on a port of their own. */
export function createOperationsApp(
  context: ErrorContext,
  tables: readonly RouteTable[],
): Express {
  const routes = serveRoutes(tables, () => true);
  return assemble(context, routes, [routes.serve], () => []);
}

function assemble(
  context: ErrorContext,
  routes: ServedRoutes,
  handlers: readonly RequestHandler[],
  embedders: () => readonly string[],
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(...securityHeaders(embedders), ...handlers);
  app.use((request) => {
    throw new AppError(
      coreErrors.NOT_FOUND,
      `nothing is served for ${request.method} ${request.path}`,
    );
  });
  app.use(reportErrors(context, routes));
  return app;
}
