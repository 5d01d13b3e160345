import type { IncomingMessage } from 'node:http';

import { Router } from 'express';
import type { Response } from 'express';
import type { z } from 'zod';

import type { LiveSections } from '../config/LiveConfig.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import type { Metrics } from '../core/metrics.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import { check } from '../core/validation.ts';
import { resources } from './resources.ts';
import type { ResourceName, ResourceSpec } from './resources.ts';
import type { MetricsCollector } from './system/MetricsCollector.ts';
import type { ServerHealth } from './system/ServerHealth.ts';

/** What the resources show. */
export interface ResourceContext {
  registry: RoomRegistry;
  vitals: ServerHealth;
  scrape: MetricsCollector;
  config: LiveSections;
  metrics: Metrics;
  /** Entries about clients. */
  log: SampledLog;
  /** The main door, and whether it would let a client in. */
  door: {
    consider: (
      request: IncomingMessage,
      url: URL,
      origin: string | undefined,
    ) => void;
  };
}

type Parameters<Name extends ResourceName> = z.output<
  (typeof resources)[Name]['parameters']
> &
  ((typeof resources)[Name] extends { query: infer Query extends z.ZodType }
    ? z.output<Query>
    : unknown);

type Replies<Name extends ResourceName> = (typeof resources)[Name]['replies'];

/** A reply of a resource: one of its statuses, with the body that it has. */
export type Reply<Name extends ResourceName> = {
  [Status in keyof Replies<Name>]: Replies<Name>[Status] extends {
    body: infer Body extends z.ZodType;
  }
    ? { status: Status; body: z.input<Body> }
    : never;
}[keyof Replies<Name>];

/** Everything that an answer depends on, except the request. */
export interface AnswerContext extends ResourceContext {
  /** Whether those who ask may see what is for operators. */
  readonly toOperators: boolean;
}

/** What answers for each resource of the table. */
export type ResourceHandlers = {
  [Name in ResourceName]: (
    context: AnswerContext,
    parameters: Parameters<Name>,
    request: IncomingMessage,
  ) => Reply<Name> | Promise<Reply<Name>>;
};

/**
 * Serves the resources as the table has them.
 *
 * @param isServed - Whether an audience is served here, asked for each request.
 */
export function resourceRoutes(
  handlers: ResourceHandlers,
  context: ResourceContext,
  isServed: (audience: ResourceSpec['audience']) => boolean,
): Router {
  const router = Router();
  for (const name of Object.keys(resources) as ResourceName[]) {
    const spec: ResourceSpec = resources[name];
    router.get(expressPath(spec.path), (request, response, next) => {
      if (!isServed(spec.audience)) {
        next();
        return;
      }
      const parameters = {
        ...checked(spec.parameters, request.params),
        ...(spec.query && checked(spec.query, request.query)),
      };
      const answering = { ...context, toOperators: isServed('operators') };
      Promise.resolve(handlers[name](answering, parameters as never, request))
        .then((reply) => send(response, spec, reply))
        .catch(next);
    });
  }
  return router;
}

function send(
  response: Response,
  spec: ResourceSpec,
  { status, body }: { status: number; body: unknown },
): void {
  response.status(status).set('Cache-Control', 'no-store');
  if (typeof body === 'string') {
    response.type(spec.replies[status]?.mediaType ?? 'text').send(body);
  } else {
    response.json(body);
  }
}

/** `/rooms/{roomId}` is written `/rooms/:roomId` there. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** @throws {AppError} VALIDATION_ERROR. */
function checked(schema: z.ZodObject, given: object): object {
  const result = check(schema, given, '');
  if (!result.ok) {
    throw new AppError(coreErrors.VALIDATION_ERROR, result.problem);
  }
  return result.data;
}
