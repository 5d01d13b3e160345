import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { ClientOptions } from 'ws';

import { MeetingClient } from '../gateways/meetings/MeetingClient.ts';
import { accessToken, addAccount } from './chatAccount.ts';
import { send } from './http.ts';
import { withTokens } from './JsonClient.ts';
import { addMeeting, MEETING_ID } from './meeting.ts';
import { badHandshakes, garbage, malformed } from './meetingsRefusals.ts';
import { plainBody, TOO_MANY_HANDSHAKES } from './SocketContract.ts';
import type { SocketClient, SocketContract } from './SocketContract.ts';
import { until } from './until.ts';

/** A client of a session's socket. */
class MeetingMember extends MeetingClient implements SocketClient {
  readonly roomId: string;
  readonly peerId: string;
  #raw: Duplex | undefined;

  constructor(
    url: URL,
    who: { roomId: string; peerId: string },
    options: ClientOptions,
  ) {
    super(url, options);
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
      ({ type }) => type !== 'connected' && type !== 'error',
    );
  }

  /** Waits for an error about a message of its own. */
  refused(mark: string): Promise<object> {
    return until(`the error about ${mark}`, () => {
      const { readyState, CLOSED } = this.socket;
      assert.notEqual(readyState, CLOSED, `closed before ${mark}`);
      return this.errors.find(({ message }) =>
        String(message).includes(JSON.stringify(mark)),
      );
    });
  }
}

let probes = 1_000_000;

/** The sockets of sessions. Signals to nobody are answered by an error. */
export const meetings: SocketContract<MeetingMember> = {
  name: 'the sockets of sessions',
  config: withTokens,

  async prepare(store) {
    await addAccount(store);
    await addMeeting(store);
  },

  async makeRoom({ url }) {
    const { status, body } = await send(
      url,
      '/session',
      JSON.stringify({ title: 'Session' }),
      {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${accessToken}`,
          'Content-Type': 'application/json',
        },
      },
    );
    assert.equal(status, 201, body);
    const { socket } = JSON.parse(body) as { socket: string };
    return `session-${socket}`;
  },

  peersIn: (server, roomId) =>
    server.meetings.live.get(roomId.replace('session-', ''))?.size ?? 0,

  async connect(url, roomId, peerId, options = {}) {
    const path = `/ws/${roomId.replace('session-', '')}`;
    const member = new MeetingMember(
      new URL(path, url),
      { roomId, peerId },
      options,
    );
    await once(member.socket, 'open');
    return member;
  },

  async enter(client) {
    const before = client.count('connected');
    client.send({ type: 'connect', peerId: client.peerId });
    await until('connected', () => client.count('connected') > before);
  },

  async leave(client) {
    client.send({ type: 'disconnect' });
    await probe(client);
  },

  probe,

  harmless: (_client, id) =>
    JSON.stringify({ type: 'offer', to: `nobody-${id}` }),

  answer: (client, id) => client.refused(`nobody-${id}`),

  async assertKept(client, verdict) {
    assert.notEqual(verdict, 'dropped');
    const { refuses, message } = verdict as {
      refuses: string;
      message: RegExp;
    };
    const error = await until('an error', () => client.errors[0]);
    assert.equal(error['code'], refuses);
    assert.match(String(error['message']), message);
    assert.deepEqual(client.notifications, []);
  },

  handshake: { path: `/ws/${MEETING_ID}` },
  refusal: plainBody,
  throttled: TOO_MANY_HANDSHAKES,
  badHandshakes,
  garbage,
  malformed,
  ignored: {
    'a signal to all others, of whom there are none':
      '{"type":"offer","sdp":"v=0"}',
    'a signal that names another sender': '{"type":"answer","from":"somebody"}',
  },
};

async function probe(client: MeetingMember): Promise<void> {
  probes += 1;
  const before = client.errors.length;
  client.send({ type: 'ice-candidate', to: `nobody-${probes}` });
  // Outside the session the error names nobody.
  await until('an error', () => client.errors.length > before);
}
