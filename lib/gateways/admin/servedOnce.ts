import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import type { AnyReply, RouteSpec } from '../../http/RouteSpec.ts';
import type { KeptReplies } from './KeptReplies.ts';

/** A request of a route that writes. */
interface Write {
  readonly headers: { readonly 'idempotency-key'?: string | undefined };
  readonly parameters: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly user: ApiClient;
}

type Handler = (call: Write) => AnyReply | Promise<AnyReply>;

/** Handlers that serve a request with an `Idempotency-Key` once. */
export function servedOnce<Handlers extends object>(
  routes: Readonly<Record<string, RouteSpec>>,
  handlers: Handlers,
  replies: KeptReplies,
): Handlers {
  const once = (name: string, handle: Handler): Handler =>
    routes[name]?.method === 'GET'
      ? handle
      : (call) => {
          const { headers, parameters, query, body, user } = call;
          const key = headers['idempotency-key'];
          return key === undefined
            ? handle(call)
            : replies.once(
                user.keyId,
                key,
                [name, headers, parameters, query, body],
                async () => handle(call),
              );
        };
  // Each handler has the types of its own route, which do not matter here.
  return Object.fromEntries(
    Object.entries(handlers as Record<string, Handler>).map(
      ([name, handle]) => [name, once(name, handle)],
    ),
  ) as Handlers;
}
