import { createHash } from 'node:crypto';

import type { z } from 'zod';

import { fault, AppError, coreErrors } from '../core/errors.ts';
import type { RequestSpec } from '../core/contract.ts';
import { cutToSchema } from '../core/cutToSchema.ts';
import { Logger } from '../core/logger.ts';
import { UNKNOWN_METHOD } from '../core/metrics.ts';
import type { Metrics } from '../core/metrics.ts';
import { check } from '../core/validation.ts';
import type { Arrival, PendingRequest } from './ClientLink.ts';

const logger = new Logger('requests');

/** Most characters of an unknown method that its sender is shown. */
const MAX_SHOWN = 64;

/** A table whose keys are known, so that none of them can be missed. */
type TableOf<Table> = Record<keyof Table, RequestSpec>;

/** The function that serves one request for a session. */
type Handler<Spec extends RequestSpec, Session> = (
  session: Session,
  data: z.output<Spec['data']>,
) => z.input<Spec['reply']> | Promise<z.input<Spec['reply']>>;

/** The functions that serve the requests of a table, one for each. */
export type RequestHandlers<Table extends TableOf<Table>, Session> = {
  [Method in keyof Table]: Handler<Table[Method], Session>;
};

/** The result of a request: exactly one is sent back. */
export type Outcome =
  { ok: true; reply: object } | { ok: false; error: AppError };

/** The parts of a session that the dispatcher needs. */
interface Requester {
  readonly gateway: string;
  readonly context: { readonly metrics: Metrics };
  /** Logs a refusal. */
  noteRefusal(method: string, error: AppError): void;
  /** @throws {AppError} When the session may not send this request now. */
  permit(method: string, spec: RequestSpec): void;
  /**
   * Serves a request with a key, unless one with the same key was served before.
   * Left out where the contract has no keys.
   *
   * @param request - A digest of the request and its data.
   * @returns The reply, the same for the same key.
   */
  once?(
    key: string,
    request: string,
    serve: () => Promise<object>,
  ): Promise<object>;
}

/** The data of a request that may have a key; see {@link repeatable}. */
type Keyed = Record<string, unknown> & { requestKey?: string };

/** One request as it arrived. */
export interface IncomingRequest {
  method: string;
  data: unknown;
  /** The verdict of the link on the message. */
  arrival: Arrival;
  /** An earlier request that has to be answered first. */
  after?: Promise<void> | undefined;
}

interface Route<Spec extends RequestSpec, Session> {
  spec: Spec;
  serve: (
    session: Session,
    data: unknown,
    pending: PendingRequest,
  ) => object | Promise<object>;
  /** Leaves out of a reply what the contract does not name. */
  cut: (reply: object) => object;
}

/**
 * Checks and serves the requests of one contract. One for a gateway, shared by
 * its sessions; what differs between gateways is the table.
 */
export class RequestDispatcher<
  Table extends TableOf<Table>,
  Session extends Requester,
> {
  readonly #routes = new Map<string, Route<Table[keyof Table], Session>>();

  constructor(table: Table, handlers: RequestHandlers<Table, Session>) {
    for (const method of keysOf(table)) {
      this.#add(method, table[method], handlers[method]);
    }
  }

  /** The line of the table for a request, if it has one. */
  specOf(method: string): Table[keyof Table] | undefined {
    return this.#routes.get(method)?.spec;
  }

  /**
   * Serves a request. Never rejects: a failure is an outcome, too. A request
   * that came too fast is refused at once, even if it would have to wait.
   */
  async dispatch(
    session: Session,
    { method, data, arrival, after }: IncomingRequest,
  ): Promise<Outcome> {
    let since = performance.now();
    let outcome: Outcome;
    try {
      using pending = arrival.admit();
      if (after !== undefined) {
        await after;
        since = performance.now();
      }
      try {
        const route = this.#route(method);
        session.permit(method, route.spec);
        const reply = await route.serve(session, data, pending);
        outcome = { ok: true, reply: route.cut(reply) };
      } catch (error) {
        pending.fail();
        throw error;
      }
    } catch (error) {
      outcome = { ok: false, error: toAppError(error, method) };
    }
    if (!outcome.ok) {
      session.noteRefusal(method, outcome.error);
    }
    this.#measure(session, method, outcome, performance.now() - since);
    return outcome;
  }

  #add<Method extends keyof Table & string>(
    method: Method,
    spec: Table[Method],
    handle: RequestHandlers<Table, Session>[Method],
  ): void {
    const cut = cutToSchema(spec.reply);
    this.#routes.set(method, {
      spec,
      cut,
      serve: (session, data = {}, pending) => {
        const checked = check<Table[Method]['data']>(spec.data, data, 'data');
        if (!checked.ok) {
          throw new AppError(coreErrors.VALIDATION_ERROR, checked.problem);
        }
        if (spec.counted !== undefined) {
          pending.countEntries(lengthOf(checked.data, spec.counted));
        }
        const keyed = checked.data as Keyed;
        if (keyed.requestKey === undefined || session.once === undefined) {
          return handle(session, checked.data);
        }
        const { requestKey, ...rest } = keyed;
        return session.once(requestKey, digestOf(method, rest), async () =>
          cut(await handle(session, rest as typeof checked.data)),
        );
      },
    });
  }

  #measure(
    { gateway, context: { metrics } }: Session,
    method: string,
    outcome: Outcome,
    duration: number,
  ): void {
    metrics.requests.observe(
      {
        gateway,
        method: this.#routes.has(method) ? method : UNKNOWN_METHOD,
        outcome: nameOf(outcome),
      },
      duration / 1_000,
    );
    if (!outcome.ok) {
      metrics.errors.inc({ gateway, code: outcome.error.code });
    }
  }

  /** @throws {AppError} UNKNOWN_METHOD. */
  #route(method: string): Route<Table[keyof Table], Session> {
    const route = this.#routes.get(method);
    if (route === undefined) {
      throw new AppError(
        coreErrors.UNKNOWN_METHOD,
        `there is no request ${JSON.stringify(method.slice(0, MAX_SHOWN))}`,
      );
    }
    return route;
  }
}

/** A digest that two requests share only if they ask for the same. */
function digestOf(method: string, data: object): string {
  return createHash('sha256')
    .update(JSON.stringify([method, data]))
    .digest('base64');
}

/** The keys of a table, which are exactly those of its type. */
function keysOf<Table extends object>(table: Table) {
  return Object.keys(table) as (keyof Table & string)[];
}

/** The number of entries in the list of a field, which may be missing. */
function lengthOf(data: object, field: string): number {
  const list = (data as Record<string, unknown>)[field];
  return Array.isArray(list) ? list.length : 0;
}

function nameOf(outcome: Outcome): 'ok' | 'refused' | 'failed' {
  if (outcome.ok) {
    return 'ok';
  }
  return outcome.error.status < 500 ? 'refused' : 'failed';
}

/** Anything that is no refusal is a fault of the server: logged, not shown. */
function toAppError(error: unknown, method: string): AppError {
  if (error instanceof AppError) {
    return error;
  }
  return fault(logger, method, error);
}
