import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { ClientOptions } from 'ws';

import { ChatClient } from '../gateways/chat/ChatClient.ts';
import { accessToken, addAccount } from './chatAccount.ts';
import { badHandshakes, garbage, ignored, malformed } from './chatRefusals.ts';
import { send } from './http.ts';
import { withTokens } from './JsonClient.ts';
import type { SocketClient, SocketContract } from './SocketContract.ts';
import { until } from './until.ts';

const authorized = { Authorization: `Bearer ${accessToken}` };

/** A client of the chat API's socket, which knows its own messages. */
class ChatMember extends ChatClient implements SocketClient {
  readonly roomId: string;
  readonly peerId: string;
  #raw: Duplex | undefined;

  constructor(
    url: URL,
    who: { roomId: string; peerId: string },
    options: ClientOptions,
  ) {
    super(url, accessToken, [], options);
    this.roomId = who.roomId;
    this.peerId = who.peerId;
    this.socket.once('upgrade', ({ socket }: IncomingMessage) => {
      this.#raw = socket;
    });
  }

  get raw(): Duplex {
    assert.ok(this.#raw);
    return this.#raw;
  }

  get notifications(): Record<string, unknown>[] {
    return this.messages.filter(
      ({ content }) =>
        typeof content !== 'string' || !content.startsWith(this.text('')),
    );
  }

  /** A message that no other client sends. */
  text(id: number | string): string {
    return `${this.peerId} says ${id}`;
  }

  /** Waits for a message of its own; fails if the connection closes before. */
  returned(id: number): Promise<object> {
    return until(`the message ${id}`, () => {
      const { readyState, CLOSED } = this.socket;
      assert.notEqual(readyState, CLOSED, `closed before the message ${id}`);
      return this.messages.find(({ content }) => content === this.text(id));
    });
  }
}

let probes = 1_000_000;

/** The socket of the chat API. Who is connected is in the room, or soon will be. */
export const chat: SocketContract<ChatMember> = {
  name: 'the chat API',
  config: withTokens,

  prepare: addAccount,

  async makeRoom({ url }) {
    const { body } = await send(
      url,
      '/api/rooms/',
      JSON.stringify({ name: 'Room', room_type: 'chat' }),
      {
        method: 'POST',
        headers: { ...authorized, 'Content-Type': 'application/json' },
      },
    );
    const { id } = JSON.parse(body) as { id: number };
    return `chat-${id}`;
  },

  async connect(url, roomId, peerId, options = {}) {
    const path = `/ws/chat/${roomId.replace('chat-', '')}/`;
    const member = new ChatMember(
      new URL(path, url),
      { roomId, peerId },
      options,
    );
    await once(member.socket, 'open');
    return member;
  },

  enter: probe,

  leave: () => Promise.resolve(),

  probe,

  harmless: (client, id) => JSON.stringify({ content: client.text(id) }),

  answer: (client, id) => client.returned(id),

  async assertKept(client, verdict) {
    assert.equal(verdict, 'dropped');
    await probe(client);
    assert.deepEqual(client.notifications, []);
  },

  handshake: { path: '/ws/chat/1/', headers: authorized },
  refusal: (_code, detail) => ({ detail }),
  throttled: {
    detail: /^Request was throttled\. Expected available in \d+ seconds?\.$/,
  },
  badHandshakes,
  garbage,
  malformed,
  ignored,
};

async function probe(client: ChatMember): Promise<void> {
  probes += 1;
  client.send({ content: client.text(probes) });
  await client.returned(probes);
}
