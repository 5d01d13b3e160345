import { IncomingMessage } from 'node:http';
import { finished, pipeline } from 'node:stream/promises';

import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';

import { cutToSchema } from '../core/cutToSchema.ts';
import { AppError } from '../core/errors.ts';
import { check } from '../core/validation.ts';
import { roomUnreachable } from '../rooms/roomUnreachable.ts';
import { httpErrors } from './errors.ts';
import { sendEvents } from './eventStream.ts';
import { InvalidInput } from './InvalidInput.ts';
import type { InputPart } from './InvalidInput.ts';
import { hasBody, readBody, requireMediaType } from './readBody.ts';
import { parametersOf, RouteIndex } from './RouteIndex.ts';
import type { Route } from './RouteIndex.ts';
import { DEFAULT_BODY_LIMIT } from './RouteSpec.ts';
import type {
  AnyReply,
  ErrorReply,
  RouteContract,
  RouteSpec,
  RouteTable,
} from './RouteSpec.ts';

/** The routes of all mounted tables, as one part of an app. */
export interface ServedRoutes {
  /** Serves requests for the paths of the tables, and passes on all others. */
  readonly serve: RequestHandler;
  /** The methods that a path takes; none if it is no path of the tables. */
  methodsAt(path: string): string[];
  /** Tells if pages of every origin may read what a path replies. */
  isForAllPages(path: string): boolean;
  /**
   * Puts an error into the shape of the contract that has the path, or else of
   * the one that has all paths below the longest part of it.
   */
  encodeError(error: AppError, request: Request): Required<ErrorReply>;
}

/**
 * Passes a request on to another node of the cluster.
 *
 * @param id - The id of the room or of the node.
 * @param body - Undefined for a request without one.
 * @returns The reply of that node; `unreachable` if it gives none; undefined where
 *   the request is to be served here.
 */
type PassOn = (
  id: string,
  request: IncomingMessage,
  body: string | undefined,
) => Promise<IncomingMessage | 'unreachable' | undefined>;

/** The other nodes of the cluster. */
export interface OtherNodes {
  /** Asks the one that has a room. */
  readonly askHome: PassOn;
  readonly askNode: PassOn;
}

/** The headers of a reply that belong to its connection. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
]);

/**
 * Serves tables of routes, as their contracts say.
 *
 * @param isServed - Tells if an audience is served here, asked for each
 *   request. Routes for others do not exist for the client.
 * @param others - Left out where no other node is to be asked.
 */
export function serveRoutes(
  tables: readonly RouteTable[],
  isServed: (audience: RouteSpec['audience']) => boolean,
  others?: OtherNodes,
): ServedRoutes {
  const index = new RouteIndex(tables);
  const cut = cutsOf(tables);
  const routesAt = (path: string): Route[] =>
    index.at(path).filter(({ spec }) => isServed(spec.audience));

  return {
    serve(request, response, next) {
      const routes = routesAt(request.path);
      if (routes.length === 0) {
        next();
        return;
      }
      const route = routeFor(routes, request.method);
      if (route !== undefined) {
        answer(route, request, response, isServed('operators'), others)
          .then((reply) =>
            reply instanceof IncomingMessage
              ? sendOther(response, reply)
              : send(response, route.spec, reply, cut, () =>
                  route.table.authenticate?.(request, route.spec),
                ),
          )
          .catch(next);
        return;
      }
      const allowed = methodsOf(routes).join(', ');
      response.set('Allow', allowed);
      if (request.method === 'OPTIONS') {
        response.status(204).end();
        return;
      }
      next(
        new AppError(
          httpErrors.METHOD_NOT_ALLOWED,
          `${request.path}: expected ${allowed}, got ${request.method}`,
        ),
      );
    },

    methodsAt: (path) => methodsOf(routesAt(path)),

    isForAllPages(path) {
      const routes = routesAt(path);
      return (
        routes.length > 0 && routes.every(({ spec }) => spec.pages === 'all')
      );
    },

    encodeError(error, request) {
      const { code, message, status } = error;
      const plain = { status, headers: {}, body: { error: { code, message } } };
      const contract =
        routesAt(request.path)[0]?.table.contract ??
        contractBelow(tables, request.path);
      if (contract?.encodeError === undefined) {
        return plain;
      }
      const encoded = contract.encodeError(error, request);
      return { ...plain, ...encoded, body: cut(contract.error, encoded.body) };
    },
  };
}

/** The contract to which a path belongs as a whole: of several, the closest. */
function contractBelow(
  tables: readonly RouteTable[],
  path: string,
): RouteContract | undefined {
  const found = tables
    .flatMap(({ contract }) =>
      (contract.pathsBelow ?? []).map((start) => ({ start, contract })),
    )
    .filter(({ start }) => `${path}/`.startsWith(`${start}/`))
    .toSorted((one, other) => other.start.length - one.start.length);
  return found[0]?.contract;
}

async function answer(
  { table, name, spec }: Route,
  request: Request,
  response: Response,
  toOperators: boolean,
  others: OtherNodes | undefined,
): Promise<AnyReply | IncomingMessage> {
  const user =
    spec.requires === 'user'
      ? await table.authenticate?.(request, spec)
      : undefined;
  const inPath = parametersOf(spec, request.path);
  const text = await textOf(request, spec, table.contract.bodyLimit);
  const reply = await replyOfOther(spec, inPath, request, text, others);
  if (reply !== undefined) {
    return reply;
  }
  const call = {
    headers: checked('headers', spec.headers, request.headers),
    parameters: checked('parameters', spec.parameters, inPath),
    query: checked('query', spec.query, request.query),
    body: bodyOf(text, spec),
    user,
    request,
    toOperators,
    answered: () => finished(response).catch(() => undefined),
  };
  const handle = table.handlers[name];
  if (handle === undefined) {
    throw new TypeError(`nothing serves the route ${name}`);
  }
  return handle(call as never);
}

/**
 * Asks the other node that a request is for, by its room or by itself; undefined where it
 * is to be served here.
 *
 * @throws {AppError} ROOM_UNREACHABLE, NODE_UNREACHABLE, NODE_DISAGREES.
 */
async function replyOfOther(
  spec: RouteSpec,
  inPath: Readonly<Record<string, string>>,
  request: Request,
  text: string | undefined,
  others: OtherNodes | undefined,
): Promise<IncomingMessage | undefined> {
  const roomId = spec.liveRoom?.(inPath);
  if (roomId !== undefined) {
    const reply = await others?.askHome(roomId, request, text);
    return agreed(reply, spec, () => roomUnreachable(roomId));
  }
  const nodeId = spec.node?.(inPath);
  if (nodeId !== undefined) {
    const reply = await others?.askNode(nodeId, request, text);
    return agreed(reply, spec, () => nodeUnreachable(nodeId));
  }
  return undefined;
}

function nodeUnreachable(nodeId: string): AppError {
  return new AppError(
    httpErrors.NODE_UNREACHABLE,
    `the node ${JSON.stringify(nodeId)} gives no reply; it may have served the request`,
  );
}

/**
 * The reply of another node, which has to accept what this node has accepted: a client
 * that is told 401 takes its key to be invalid.
 *
 * @throws {AppError} NODE_DISAGREES, or the error for a node that gives no reply.
 */
function agreed(
  reply: Awaited<ReturnType<PassOn>>,
  { requires }: RouteSpec,
  unreachable: () => AppError,
): IncomingMessage | undefined {
  if (reply === 'unreachable') {
    throw unreachable();
  }
  if (requires === 'user' && reply?.statusCode === 401) {
    reply.destroy();
    throw new AppError(
      httpErrors.NODE_DISAGREES,
      'the node to which the request was passed on does not accept its key or token, which this node accepts; auth has to be the same on all nodes',
    );
  }
  return reply;
}

/** GET answers HEAD, unless HEAD has a route of its own. */
function routeFor(routes: readonly Route[], method: string): Route | undefined {
  const find = (wanted: string): Route | undefined =>
    routes.find(({ spec }) => spec.method === wanted);
  return find(method) ?? (method === 'HEAD' ? find('GET') : undefined);
}

function methodsOf(routes: readonly Route[]): string[] {
  const methods = new Set<string>(routes.map(({ spec }) => spec.method));
  if (methods.has('GET')) {
    methods.add('HEAD');
  }
  return methods.size === 0 ? [] : [...methods, 'OPTIONS'];
}

/** The text of a body; undefined where there is none, or none is read. */
async function textOf(
  request: IncomingMessage,
  { body: schema, mediaType }: RouteSpec,
  limit = DEFAULT_BODY_LIMIT,
): Promise<string | undefined> {
  if (schema === undefined || !hasBody(request)) {
    return undefined;
  }
  requireMediaType(request, mediaType ?? 'application/json');
  return readBody(request, limit);
}

function bodyOf(
  text: string | undefined,
  { body: schema, mediaType }: RouteSpec,
): unknown {
  if (schema === undefined || text === undefined) {
    return checked('body', schema, undefined);
  }
  return checked('body', schema, mediaType === undefined ? json(text) : text);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError(
      httpErrors.MALFORMED_BODY,
      'body: expected JSON, got other text',
    );
  }
}

/** @throws {InvalidInput} When the input does not fit. */
function checked(
  where: InputPart,
  schema: z.ZodType | undefined,
  input: unknown,
): unknown {
  if (schema === undefined) {
    return undefined;
  }
  const result = check(schema, input, where === 'body' ? 'body' : '');
  if (!result.ok) {
    throw new InvalidInput(where, result, input);
  }
  return result.data;
}

/** Copies the parts of a value that a schema names. */
type Cut = (schema: z.ZodType, value: unknown) => unknown;

/**
 * Prepares the schemas of all replies and errors.
 *
 * @throws {TypeError} When one of them cannot be cut to.
 */
function cutsOf(tables: readonly RouteTable[]): Cut {
  const schemas = tables.flatMap(({ contract: { error, routes } }) => [
    error,
    ...Object.values(routes)
      .flatMap(({ replies }) => Object.values(replies))
      .flatMap(({ body, headers, events }) =>
        [body ?? [], headers ?? [], events ?? []].flat(),
      ),
  ]);
  const cuts = new Map(schemas.map((it) => [it, cutToSchema(it)]));
  return (schema, value) => cuts.get(schema)?.(value);
}

/**
 * Sends a reply, cut to its schema.
 *
 * @param allow - Throws once the client of a stream would be refused.
 * @throws {TypeError} When the contract has no such reply.
 */
function send(
  response: Response,
  spec: RouteSpec,
  { status, body, headers, events }: AnyReply,
  cut: Cut,
  allow: () => unknown,
): void {
  const reply = spec.replies[status];
  if (reply === undefined) {
    throw new TypeError(`${spec.method} ${spec.path}: no reply ${status}`);
  }
  const own = reply.headers && cut(reply.headers, headers);
  response
    .status(status)
    .set({ 'Cache-Control': 'no-store', ...(own as Record<string, string>) });
  const { events: data } = reply;
  if (data !== undefined && events !== undefined) {
    sendEvents(response, events, (it) => cut(data, it), allow);
  } else if (reply.body === undefined) {
    response.end();
  } else if (reply.mediaType === undefined) {
    response.json(cut(reply.body, body));
  } else {
    response.type(reply.mediaType).send(body);
  }
}

/** Sends the reply of another node as it is. */
async function sendOther(
  response: Response,
  reply: IncomingMessage,
): Promise<void> {
  response.status(reply.statusCode ?? 500);
  for (const [name, value] of Object.entries(reply.headers)) {
    if (value !== undefined && !OF_CONNECTION.has(name)) {
      response.setHeader(name, value);
    }
  }
  // If the client or the node breaks off, both connections have ended.
  await pipeline(reply, response).catch(() => undefined);
}
