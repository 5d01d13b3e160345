import assert from 'node:assert/strict';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import type { Server } from '../../../lib/Server.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { rootKey } from '../../support/apiKeys.ts';
import { send } from '../../support/http.ts';

/** A reply of the API. */
interface ApiReply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  // The tests compare what they know to be there.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** A server with the server API, whose client has every scope unless told otherwise. */
export class ApiSite implements AsyncDisposable {
  readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(options: ConfigInput = {}): Promise<ApiSite> {
    return new ApiSite(
      await startServer({
        ...options,
        auth: { apiKeys: [rootKey.entry], ...options.auth },
      }),
    );
  }

  /** Sends a request to a path below `/api/server/v1`. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiReply> {
    const reply = await send(
      this.server.url,
      `/api/server/v1${path}`,
      body === undefined ? undefined : JSON.stringify(body),
      {
        method,
        headers: {
          ...rootKey.headers,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
      },
    );
    return {
      status: reply.status,
      headers: reply.headers,
      body: reply.body === '' ? undefined : JSON.parse(reply.body),
    };
  }

  /** Asserts that a request is refused, and returns the message. */
  async refused(
    status: number,
    code: string,
    ...request: Parameters<ApiSite['ask']>
  ): Promise<string> {
    const reply = await this.ask(...request);
    assert.equal(reply.status, status, JSON.stringify(reply.body));
    assert.equal(reply.body.error.code, code);
    return reply.body.error.message as string;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}
