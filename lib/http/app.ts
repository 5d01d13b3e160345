import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import express from 'express';
import type { Express, RequestHandler } from 'express';

import { AppError, coreErrors } from '../core/errors.ts';
import {
  isOperatorsOnly,
  openHandler,
  originHandler,
} from './accessControl.ts';
import { dashboardRoutes, pageRoutes } from './page.ts';
import type { Page } from './page.ts';
import { reportErrors } from './reportErrors.ts';
import type { ErrorContext } from './reportErrors.ts';
import type { RouteTable } from './RouteSpec.ts';
import { securityHeaders } from './securityHeaders.ts';
import { serveRoutes } from './serveRoutes.ts';
import type { OtherNodes, ServedRoutes } from './serveRoutes.ts';

/** The parts that the apps of clients and operators need. */
export interface AppContext extends ErrorContext {
  /** Undefined where there are no other nodes. */
  readonly others?: OtherNodes | undefined;
}

/** All that is served at one address. */
export interface Endpoint {
  routes: readonly RouteTable[];
  /** Serves requests that belong to connections of gateways. */
  serve: RequestHandler;
  /** Takes over upgrade requests. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** The pages for browsers. */
export interface Pages {
  readonly page: Page;
  /** For operators alone. */
  readonly dashboard: Page;
}

/**
 * The page, and the routes for everybody. The page is the same for all clients,
 * so it is served to pages of every origin.
 *
 * @param rate - Bounds the requests of a network, shared by all addresses.
 */
export function createApp(
  context: AppContext,
  rate: RequestHandler,
  { routes: tables, serve }: Omit<Endpoint, 'upgrade'>,
  { page, dashboard }: Pages,
): Express {
  const { config } = context;
  const routes = serveRoutes(
    tables,
    (audience) => audience === 'everybody' || isOperatorsOnly(config),
    context.others,
  );
  return assemble(
    context,
    routes,
    [
      openHandler(routes),
      rate,
      dashboardRoutes(dashboard, () => isOperatorsOnly(config)),
      pageRoutes(page),
      originHandler(config, routes),
      routes.serve,
      serve,
    ],
    () => config.access.embedders,
  );
}

/** The routes of one contract for everybody, at an address of its own. */
export function createContractApp(
  context: AppContext,
  rate: RequestHandler,
  { routes: tables, serve }: Omit<Endpoint, 'upgrade'>,
): Express {
  const routes = serveRoutes(
    tables,
    (audience) => audience === 'everybody',
    context.others,
  );
  return assemble(
    context,
    routes,
    [
      openHandler(routes),
      rate,
      originHandler(context.config, routes),
      routes.serve,
      serve,
    ],
    () => [],
  );
}

/** All routes and the dashboard, for operators on a port of their own. */
export function createOperationsApp(
  context: AppContext,
  tables: readonly RouteTable[],
  dashboard: Page,
): Express {
  const routes = serveRoutes(tables, () => true, context.others);
  return assemble(
    context,
    routes,
    [dashboardRoutes(dashboard, () => true), routes.serve],
    () => [],
  );
}

/** All routes, for requests that other nodes have admitted and passed on. */
export function createNodeApp(
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
