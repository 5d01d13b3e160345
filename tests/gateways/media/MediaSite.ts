import assert from 'node:assert/strict';

import type { CallView } from '../../../lib/calls/types.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { Server } from '../../../lib/Server.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import type { Store } from '../../../lib/store/Store.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';
import { userCaller } from '../../support/callers.ts';
import { get, send } from '../../support/http.ts';
import type { HttpReply } from '../../support/http.ts';
import { userToken, withTokens } from '../../support/JsonClient.ts';

/** The secret of media servers. */
export const MEDIA_SECRET = 'the-secret-of-media-servers-long-enough';

/** A reply of the API. */
export interface MediaReply {
  readonly status: number;
  // Tests assert the type of the fields that they read.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** The token of a user, as another issuer makes it. */
export function tokenOf(userId: string, role = 'user'): string {
  return userToken(userId, {
    username: `Name of ${userId}`,
    full_name: undefined,
    email: undefined,
    token_type: undefined,
    role,
  });
}

/** A server with calls, and clients of its media-server API. */
export class MediaSite {
  readonly server: Server;
  readonly #store: Store;
  #conversations = 0;

  private constructor(server: Server, store: Store) {
    this.server = server;
    this.#store = store;
  }

  static async open(options: ConfigInput = {}): Promise<MediaSite> {
    const config = testConfig({
      ...withTokens,
      ...options,
      listeners: [{ contract: 'media', port: 0, tls: false }],
      limits: { callsPerMinute: 10_000, ...options.limits },
      calls: {
        mediaServer: { secret: MEDIA_SECRET },
        // The participants of these tests have no devices.
        reconnectTimeout: 600_000,
        ...options.calls,
      },
    });
    const server = await Server.start(config);
    return new MediaSite(server, await openStore(config.store, '/'));
  }

  /** The address of the API alone, over plain HTTP. */
  get url(): string {
    const [url] = this.server.ownUrls;
    assert.ok(url);
    return url;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.#store.close();
  }

  /** A call that these users are in, in this order. */
  async call(...users: readonly string[]): Promise<CallView> {
    const [first, ...others] = users.map((it) => userCaller(it));
    assert.ok(first);
    this.#conversations += 1;
    const conversationId = this.#conversations.toString(16).padStart(24, '0');
    await this.#store.conversations.create(
      {
        id: conversationId,
        type: 'group',
        title: '',
        members: [first, ...others].map(({ userId, username }) => ({
          userId,
          username,
        })),
        creatorId: undefined,
        createdAt: new Date(),
      },
      1_000,
    );
    const { calls } = this.server;
    const { callId } = await calls.initiate(first, {
      conversationId,
      type: 'video',
    });
    for (const other of others) {
      await calls.join(other, callId, {
        audioEnabled: true,
        videoEnabled: true,
      });
    }
    return calls.get(first, callId);
  }

  /** Sends JSON with a token; without one, without the header. */
  async post(
    path: string,
    body: object,
    token: string | undefined = MEDIA_SECRET,
  ): Promise<MediaReply> {
    return replyOf(
      await send(this.server.url, path, JSON.stringify(body), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...bearer(token) },
      }),
    );
  }

  /** Deletes an object. */
  async delete(path: string, token = MEDIA_SECRET): Promise<MediaReply> {
    const options = { method: 'DELETE', headers: bearer(token) };
    return replyOf(await get(this.server.url, path, options));
  }

  /** Opens the router of a call; returns its id. */
  async router({ callId }: CallView): Promise<string> {
    const { status, body } = await this.post('/routers', { callId });
    assert.equal(status, 201, JSON.stringify(body));
    return String(body.data.routerId);
  }

  /** Opens a transport for a participant; returns its id. */
  async transport(
    call: CallView,
    user: string,
    direction: 'send' | 'recv',
    token = MEDIA_SECRET,
  ): Promise<string> {
    const { status, body } = await this.post(
      `/routers/call-${call.callId}/transports`,
      { participantId: participantOf(call, user), direction },
      token,
    );
    assert.equal(status, 201, JSON.stringify(body));
    return String(body.data.transportId);
  }
}

/** The id of a user's participant. */
export function participantOf(
  { participants }: CallView,
  user: string,
): string {
  const found = participants.find(({ userId }) => userId === user);
  assert.ok(found);
  return found.participantId;
}

/** Asserts a refusal, whole. */
export function assertRefused(
  { status, body }: MediaReply,
  expected: number,
  code: string,
  message: RegExp,
): void {
  assert.equal(status, expected, JSON.stringify(body));
  const { message: text, details } = body.error;
  assert.match(String(text), message);
  assert.equal(typeof details.reason, 'string');
  assert.deepEqual(body, {
    success: false,
    error: { code, message: text, details },
  });
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

function replyOf({ status, body }: HttpReply): MediaReply {
  return { status, body: JSON.parse(body) };
}
