import type { z } from 'zod';

import { fault, AppError, coreErrors } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import { UNKNOWN_METHOD } from '../core/metrics.ts';
import type { Metrics } from '../core/metrics.ts';
import { check } from '../core/validation.ts';
import type { PendingRequest } from './ws/WsConnection.ts';

const logger = new Logger('requests');

/** One request of a contract: what comes in, what goes out, who may ask. */
export interface RequestSpec {
  /** What it is for, in a sentence; shown in the protocol page. */
  summary: string;
  /** Whether a connection has to be in the room to ask for it. */
  members: boolean;
  data: z.ZodObject;
  reply: z.ZodObject;
}

/** All requests of a contract by their names. */
export type RequestTable = Record<string, RequestSpec>;

/** What serves each request of a table for one session. */
export type RequestHandlers<Table extends RequestTable, Session> = {
  [Method in keyof Table]: (
    session: Session,
    data: z.output<Table[Method]['data']>,
  ) =>
    z.input<Table[Method]['reply']> | Promise<z.input<Table[Method]['reply']>>;
};

/** What came of a request: exactly one is sent back. */
export type Outcome =
  { ok: true; reply: object } | { ok: false; error: AppError };

/** What the dispatcher has to know of a session. */
interface Requester {
  readonly gateway: string;
  readonly context: { readonly metrics: Metrics };
  /** @throws {AppError} When requests come too fast, or too many are open. */
  admit(): PendingRequest;
  /** Logs a refusal. */
  noteRefusal(method: string, error: AppError): void;
  /** @throws {AppError} When the session may not ask for this now. */
  permit(method: string, spec: RequestSpec): void;
}

interface Route<Session> {
  spec: RequestSpec;
  handle: (session: Session, data: never) => object | Promise<object>;
}

/**
 * Checks and serves the requests of one contract. One for a gateway, shared by
 * its sessions; what differs between gateways is the table.
 */
export class RequestDispatcher<Session extends Requester> {
  readonly #routes = new Map<string, Route<Session>>();

  constructor(table: RequestTable, handlers: object) {
    for (const [method, spec] of Object.entries(table)) {
      const handle = (handlers as Record<string, Route<Session>['handle']>)[
        method
      ];
      if (handle === undefined) {
        throw new Error(`nothing serves the request ${method}`);
      }
      this.#routes.set(method, { spec, handle });
    }
  }

  /**
   * Never rejects: what fails is an outcome, too.
   *
   * @param after - What the request waits for; too fast is too fast before.
   */
  async dispatch(
    session: Session,
    method: string,
    data: unknown,
    after?: Promise<void>,
  ): Promise<Outcome> {
    let since = performance.now();
    let outcome: Outcome;
    try {
      using pending = session.admit();
      if (after !== undefined) {
        await after;
        since = performance.now();
      }
      outcome = await this.#outcomeOf(session, method, data);
      if (!outcome.ok) {
        pending.fail();
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

  async #outcomeOf(
    session: Session,
    method: string,
    data: unknown,
  ): Promise<Outcome> {
    try {
      return { ok: true, reply: await this.#serve(session, method, data) };
    } catch (error) {
      return { ok: false, error: toAppError(error, method) };
    }
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

  #serve(
    session: Session,
    method: string,
    data: unknown = {},
  ): object | Promise<object> {
    const route = this.#routes.get(method);
    if (route === undefined) {
      throw new AppError(
        coreErrors.UNKNOWN_METHOD,
        `there is no request ${JSON.stringify(method.slice(0, 64))}`,
      );
    }
    session.permit(method, route.spec);
    const checked = check(route.spec.data, data, 'data');
    if (!checked.ok) {
      throw new AppError(coreErrors.VALIDATION_ERROR, checked.problem);
    }
    return route.handle(session, checked.data as never);
  }
}

function nameOf(outcome: Outcome): 'ok' | 'refused' | 'failed' {
  if (outcome.ok) {
    return 'ok';
  }
  return outcome.error.status < 500 ? 'refused' : 'failed';
}

/** What is not a refusal is a fault of the server's: logged, not shown. */
function toAppError(error: unknown, method: string): AppError {
  if (error instanceof AppError) {
    return error;
  }
  return fault(logger, method, error);
}
