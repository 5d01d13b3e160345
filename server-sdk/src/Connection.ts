import { AtriumError } from './AtriumError.ts';
import { OPERATIONS } from './generated/operations.ts';
import type { Operations } from './generated/operations.ts';

/** The way to a server. */
export interface ConnectionOptions {
  /**
   * The address of the server: `http://10.0.0.7:9464`. Behind a proxy, it may have a
   * path, below which the server API is.
   */
  url: string;
  /** `ID.SECRET` of a key, or a function that returns a token signed by one. */
  key: string | (() => string | Promise<string>);
  /** Further attempts after one that failed for the moment; 3 by default. */
  retries?: number;
  /** The time for one attempt, ms; 10,000 by default. */
  timeout?: number;
  /** Sends the requests; the `fetch` of the platform by default. */
  fetch?: typeof fetch;
}

/** The name of an operation. */
export type OperationName = keyof Operations;

/** The inputs of an operation. */
export type Input<Name extends OperationName> = Operations[Name]['input'];

/** The reply to an operation. */
export type Reply<Name extends OperationName> = Operations[Name]['reply'];

/** Options of one request. */
export interface RequestOptions {
  /** Ends the request, with the reason of the signal. */
  signal?: AbortSignal;
  /** Updates only the version with this ETag. */
  ifMatch?: string;
  /**
   * Names the request, so that the server serves it once however often it is sent;
   * by default a random one for each call that writes.
   */
  idempotencyKey?: string;
}

/** Inputs as a request is made from them, whatever the operation. */
interface AnyInput {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

/** A request, ready to be sent once more. */
interface Request {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly init: RequestInit;
}

const DEFAULT_RETRIES = 3;
const DEFAULT_TIMEOUT = 10_000;

/** The wait before the first retry, ms; each later one is twice as long. */
const FIRST_WAIT = 200;

/** Statuses of a failure that may be over soon. */
export const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Sends requests to a server, again where that is safe and may help. */
export class Connection {
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /**
   * Sends a request until it is answered, or fails for good. Every request may be
   * sent again: those that write have an `Idempotency-Key`.
   *
   * @throws {AtriumError} When it is refused, or there is no reply.
   */
  async request<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    options: RequestOptions = {},
  ): Promise<Reply<Name>> {
    const request = this.#request(name, input, options);
    const { retries = DEFAULT_RETRIES } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.#send(request, options.signal).catch(
        (error: unknown) => unreachable(error, options.signal),
      );
      if (response instanceof Response && response.ok) {
        return (await bodyOf(response)) as Reply<Name>;
      }
      const isLast = attempt >= retries;
      if (response instanceof Response) {
        const error = await errorOf(response);
        if (isLast || !PASSING.has(response.status)) {
          throw error;
        }
        await wait(retryAfter(response) ?? backoff(attempt), options.signal);
      } else if (isLast) {
        throw response;
      } else {
        await wait(backoff(attempt), options.signal);
      }
    }
  }

  /** All entries of a list, page by page, fetched as they are needed. */
  async *entries<Name extends OperationName, Item>(
    name: Name,
    input: Input<Name> & AnyInput,
    options?: RequestOptions,
  ): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const query = { ...input.query, ...(cursor !== undefined && { cursor }) };
      const page = (await this.request(name, { ...input, query }, options)) as {
        items: Item[];
        nextCursor?: string;
      };
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  /**
   * Opens a stream, without a bound on its time.
   *
   * @param headers - More headers.
   * @throws {AtriumError} When it is refused, or there is no reply.
   */
  async open(
    name: OperationName,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    const { url, init } = this.#request(name, {}, {});
    const response = await this.#fetch({ url, headers, init }, signal).catch(
      (error: unknown) => {
        throw unreachable(error, signal);
      },
    );
    if (!response.ok) {
      throw await errorOf(response);
    }
    return response;
  }

  #request(
    name: OperationName,
    { parameters = {}, query = {}, body }: AnyInput,
    { ifMatch, idempotencyKey }: RequestOptions,
  ): Request {
    const [method, path] = OPERATIONS[name];
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
      encodeURIComponent(parameters[parameter] ?? ''),
    );
    const url = new URL(this.#options.url);
    url.pathname = url.pathname.replace(/\/$/, '') + filled;
    for (const [field, value] of Object.entries(query)) {
      if (value !== undefined) {
        url.searchParams.set(field, String(value));
      }
    }
    const headers: Record<string, string> = {
      ...(method !== 'GET' && {
        'Idempotency-Key': idempotencyKey ?? crypto.randomUUID(),
      }),
      ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    };
    return {
      url,
      headers,
      init: {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
    };
  }

  #send(request: Request, signal: AbortSignal | undefined): Promise<Response> {
    const { timeout = DEFAULT_TIMEOUT } = this.#options;
    const tooLate = AbortSignal.timeout(timeout);
    return this.#fetch(
      request,
      signal === undefined ? tooLate : AbortSignal.any([signal, tooLate]),
    );
  }

  async #fetch(
    { url, headers, init }: Request,
    signal: AbortSignal,
  ): Promise<Response> {
    const { key, fetch: send = fetch } = this.#options;
    const token = typeof key === 'string' ? key : await key();
    return send(url, {
      ...init,
      headers: { ...headers, Authorization: `Bearer ${token}` },
      signal,
    });
  }
}

/** The body of a reply, with the ETag of a resource that has one. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') {
    return undefined;
  }
  const body = parsed(text);
  if (body === undefined) {
    throw unreadable(response);
  }
  const etag = response.headers.get('ETag');
  return etag === null ? body : { ...body, etag };
}

async function errorOf(response: Response): Promise<AtriumError> {
  const text = await response.text().catch(() => '');
  const { error } = (parsed(text) ?? {}) as {
    error?: { code?: string; message?: string };
  };
  return error?.code === undefined
    ? unreadable(response)
    : new AtriumError(error.code, response.status, error.message ?? '', {
        requestId: response.headers.get('X-Request-Id') ?? undefined,
      });
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreadable({ status, url }: Response): AtriumError {
  return new AtriumError(
    'UNREADABLE',
    status,
    `expected the server API at ${url}, got a reply of something else with status ${status}`,
  );
}

/**
 * The error of an attempt without a reply.
 *
 * @throws {unknown} The reason of the caller's signal, if it has ended the request.
 */
function unreachable(
  cause: unknown,
  signal: AbortSignal | undefined,
): AtriumError {
  signal?.throwIfAborted();
  return new AtriumError('UNREACHABLE', 0, 'the server does not answer', {
    cause,
  });
}

/** The wait that a server asks for, ms. */
function retryAfter({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('Retry-After') ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

/** Twice as long each time, and up to half as long again. */
function backoff(attempt: number): number {
  return FIRST_WAIT * 2 ** attempt * (1 + Math.random() / 2);
}

export function wait(
  time: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, time);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
