import type { IncomingMessage } from 'node:http';

import { z } from 'zod';

import type { AppError, ErrorSpec } from '../core/errors.ts';
import type { EventSource, StreamedEvent } from './eventStream.ts';
import type { InvalidInput } from './InvalidInput.ts';

/** Methods that a route can take. A route for GET answers HEAD as well. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One reply of a route. */
export interface ReplySpec {
  /** The occasion on which it is given. */
  meaning: string;
  /** Left out where the reply has no body. Fields not named here are not sent. */
  body?: z.ZodType;
  /** The type of a body that is text; left out for JSON. */
  mediaType?: string;
  /** The data of the events of a reply that goes on, instead of a body. */
  events?: z.ZodType;
  /** Headers of its own; others that a handler sets are not sent. */
  headers?: z.ZodObject;
}

/** One route of a contract over HTTP: its inputs, its replies, its users. */
export interface RouteSpec {
  method: Method;
  /** Parameters are in braces, each a whole segment: `/rooms/{roomId}`. */
  path: string;
  /** Its purpose, in a sentence. */
  summary: string;
  /** Routes for operators are served where section `ops` of the config says. */
  audience: 'everybody' | 'operators';
  /**
   * Lets pages of every origin read its replies, errors included; by default those
   * of `access.origins` alone may.
   */
  pages?: 'all';
  /** Required of the client: nothing, or that `authenticate` accepts it. */
  requires: 'public' | 'user';
  /** The scope that the client's key needs, in contracts whose clients have keys. */
  scope?: string;
  /** The headers that it reads, by their names in lower case. */
  headers?: z.ZodObject;
  /** The parameters of the path. */
  parameters?: z.ZodObject;
  /**
   * The live room that a request concerns, by the parameters of its path: the node
   * of the cluster that has it serves the request.
   */
  liveRoom?: (parameters: Readonly<Record<string, string>>) => string;
  /**
   * The node of the cluster that a request is for, by the parameters of its path:
   * that node serves it. One that is not known is this one's to refuse.
   */
  node?: (parameters: Readonly<Record<string, string>>) => string;
  /** Parameters after the `?`. */
  query?: z.ZodObject;
  /** The body; optional if its schema accepts undefined. */
  body?: z.ZodType;
  /** The type of a body that is text; left out for JSON. */
  mediaType?: string;
  /** Replies by their status, errors excluded. */
  replies: Readonly<Record<number, ReplySpec>>;
  /** Failures of its own; those of any route are added in the documents. */
  errors: readonly ErrorSpec[];
}

/** An error as a contract sends it. */
export interface ErrorReply {
  /** The status of the error itself where left out. */
  status?: number;
  /** Cut to the contract's `error`. */
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** The routes of one contract, and the rules that they share. */
export interface RouteContract {
  routes: Readonly<Record<string, RouteSpec>>;
  /** The shape of every error. */
  error: z.ZodType;
  /** Puts an error into that shape; `{ error: { code, message } }` if left out. */
  encodeError?: (
    error: AppError | InvalidInput,
    request: IncomingMessage,
  ) => ErrorReply;
  /** The largest body, in bytes; {@link DEFAULT_BODY_LIMIT} if left out. */
  bodyLimit?: number;
  /**
   * Paths of which all below belong to the contract, except those that another
   * names more closely; errors there have its shape, also where it has no route.
   */
  pathsBelow?: readonly string[];
  /** Serves each path both with a closing slash and without one. */
  closingSlash?: 'optional';
}

/** The largest body of contracts that name no other limit, in bytes. */
export const DEFAULT_BODY_LIMIT = 65_536;

/** The shape of errors that belong to no contract, and of most others. */
export const errorSchema = z
  .object({
    error: z.object({
      code: z
        .string()
        .describe('The name of the failure, which never changes.'),
      message: z
        .string()
        .describe('What was wrong, where, and what would be right.'),
    }),
  })
  .meta({ id: 'Error' });

type Input<
  Spec extends RouteSpec,
  Part extends 'headers' | 'parameters' | 'query' | 'body',
> =
  Spec extends Record<Part, infer Schema extends z.ZodType>
    ? z.output<Schema>
    : undefined;

/** One request for a route, checked. */
export interface Call<Spec extends RouteSpec, User> {
  headers: Input<Spec, 'headers'>;
  parameters: Input<Spec, 'parameters'>;
  query: Input<Spec, 'query'>;
  body: Input<Spec, 'body'>;
  /** The result of `authenticate`, on routes that require a user. */
  user: Spec['requires'] extends 'user' ? User : undefined;
  request: IncomingMessage;
  /** True if the client may see what is for operators. */
  toOperators: boolean;
  /** Fulfilled when the reply has been sent, or the client has gone. */
  answered: () => Promise<void>;
}

type Events<Spec> =
  Spec extends Record<'events', infer Schema extends z.ZodType>
    ? {
        events: EventSource<StreamedEvent & { readonly data: z.input<Schema> }>;
      }
    : { events?: undefined };

type Part<Spec, Name extends 'body' | 'headers'> =
  Spec extends Record<Name, infer Schema extends z.ZodType>
    ? Record<Name, z.input<Schema>>
    : Partial<Record<Name, undefined>>;

/** A reply of a route: one of its statuses, with the parts that it has. */
export type Reply<Spec extends RouteSpec> = {
  [Status in keyof Spec['replies']]: { status: Status } & Part<
    Spec['replies'][Status],
    'body'
  > &
    Part<Spec['replies'][Status], 'headers'> &
    Events<Spec['replies'][Status]>;
}[keyof Spec['replies']];

/** The functions that serve the routes of a contract, one for each. */
export type RouteHandlers<Contract extends RouteContract, User = never> = {
  [Name in keyof Contract['routes']]: (
    call: Call<Contract['routes'][Name], User>,
  ) =>
    Reply<Contract['routes'][Name]> | Promise<Reply<Contract['routes'][Name]>>;
};

/** The code that serves a contract. */
export interface RouteService<Contract extends RouteContract, User> {
  handlers: RouteHandlers<Contract, User>;
  /**
   * Identifies the client of a route that requires a user, before its body is
   * read.
   *
   * @throws {AppError} When the client is refused.
   */
  authenticate?: (
    request: IncomingMessage,
    route: RouteSpec,
  ) => User | Promise<User>;
}

/** A checked reply, of whichever route. */
export interface AnyReply {
  status: number;
  body?: unknown;
  headers?: object | undefined;
  events?: EventSource | undefined;
}

/** A contract with the code that serves it, ready to be mounted. */
export interface RouteTable {
  readonly contract: RouteContract;
  readonly handlers: Readonly<
    Record<string, (call: never) => AnyReply | Promise<AnyReply>>
  >;
  readonly authenticate:
    ((request: IncomingMessage, route: RouteSpec) => unknown) | undefined;
}

/**
 * Joins a contract to the code that serves it.
 *
 * @throws {TypeError} When a route requires a user and nothing authenticates,
 *   or when a path and its parameters differ.
 */
export function routeTable<Contract extends RouteContract, User = never>(
  contract: Contract,
  { handlers, authenticate }: RouteService<Contract, User>,
): RouteTable {
  for (const [name, spec] of Object.entries(contract.routes)) {
    if (spec.requires === 'user' && authenticate === undefined) {
      throw new TypeError(`${name}: expected an authenticate function`);
    }
    const inPath = spec.path.matchAll(/\{(\w+)\}/g);
    const expected = new Set(Array.from(inPath, ([, parameter]) => parameter));
    const declared = Object.keys(spec.parameters?.shape ?? {});
    if (
      declared.length !== expected.size ||
      declared.some((parameter) => !expected.has(parameter))
    ) {
      throw new TypeError(
        `${name}: expected the parameters of ${spec.path}, got ${declared.join(', ') || 'none'}`,
      );
    }
  }
  // Each handler has the types of its own route, which the table forgets.
  return {
    contract,
    handlers: handlers as RouteTable['handlers'],
    authenticate,
  };
}
