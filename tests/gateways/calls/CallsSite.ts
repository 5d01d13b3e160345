import assert from 'node:assert/strict';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import { Server } from '../../../lib/Server.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';
import { userToken, withTokens } from '../../support/JsonClient.ts';

/** A reply with its body, of any shape. */
export interface Reply {
  status: number;
  headers: Headers;
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** The secret of the operator's backend. */
export const BACKEND = 'the-secret-of-a-backend-that-is-long-enough';

/** A token of a user, who is called after the id. */
export function tokenOf(
  userId: string,
  claims: Record<string, unknown> = {},
): string {
  return userToken(userId, { full_name: `Name of ${userId}`, ...claims });
}

/** A server with the calls API at an address of its own, over plain HTTP. */
export class CallsSite implements AsyncDisposable {
  readonly server: Server;
  readonly url: string;

  private constructor(server: Server) {
    const [url] = server.ownUrls;
    assert.ok(url);
    this.server = server;
    this.url = url.replace(/\/$/, '');
  }

  /** Starts a server; the caller disposes of it. */
  static async start(overrides: ConfigInput = {}): Promise<CallsSite> {
    const config = testConfig({
      ...withTokens,
      listeners: [{ contract: 'calls', port: 0, tls: false }],
      ...overrides,
      calls: { secret: BACKEND, ...overrides.calls },
    });
    return new CallsSite(await Server.start(config));
  }

  /** Sends a request, with a body as JSON. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Reply> {
    const reply = await fetch(`${this.url}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
    });
    const text = await reply.text();
    return {
      status: reply.status,
      headers: reply.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** Creates a group of users, of whom the first one creates it. */
  async createGroup(creator: string, ...memberIds: string[]): Promise<string> {
    const { status, body } = await this.ask(
      'POST',
      '/api/conversations',
      { type: 'group', memberIds },
      tokenOf(creator),
    );
    assert.equal(status, 201);
    return body.data.conversationId;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}
