import assert from 'node:assert/strict';

import type { CallView } from '../../../lib/calls/types.ts';
import { mutationsOf, replaced } from '../../../tools/fixtures/mutations.ts';
import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
  videoParameters,
} from '../../../tools/fixtures/rtp.ts';
import { userCaller } from '../../support/callers.ts';
import { until } from '../../support/until.ts';
import type { MediaSite } from './MediaSite.ts';
import { participantOf } from './MediaSite.ts';
import { MediaSocket } from './MediaSocket.ts';

/** Refusals of requests that random clients may expect. */
const EXPECTED: ReadonlySet<string> = new Set([
  'INVALID_REQUEST',
  'NOT_FOUND',
  'CONFLICT',
  'RATE_LIMIT_EXCEEDED',
  'UNAUTHORIZED',
]);

/** A participant, whose media outlives its sockets. */
interface Member {
  readonly userId: string;
  readonly participantId: string;
  sockets: WatchingSocket[];
  readonly transports: Map<string, 'send' | 'recv'>;
  /** Transports by the tracks that are sent on them. */
  readonly producers: Map<string, string>;
  readonly consumers: string[];
}

/** A socket, with the tracks of others that it knows of. */
interface WatchingSocket {
  readonly client: MediaSocket;
  readonly known: Set<string>;
  /** The first thing that the events got wrong. */
  wrong?: string;
}

/**
 * The participants of one call and their sockets, with a model of the tracks
 * that they send. Every action asserts that all sockets know those of others.
 */
export class MediaWorld {
  readonly #site: MediaSite;
  readonly #call: CallView;
  readonly #members: Member[];

  private constructor(
    site: MediaSite,
    call: CallView,
    users: readonly string[],
  ) {
    this.#site = site;
    this.#call = call;
    this.#members = users.map((userId) => ({
      userId,
      participantId: participantOf(call, userId),
      sockets: [],
      transports: new Map(),
      producers: new Map(),
      consumers: [],
    }));
  }

  static async create(site: MediaSite, mark: string): Promise<MediaWorld> {
    const users = ['ada', 'bob', 'cy'].map((name) => `${name}-${mark}`);
    const call = await site.call(...users);
    const world = new MediaWorld(site, call, users);
    for (const who of users.keys()) {
      await world.connect(who);
    }
    return world;
  }

  async connect(who: number): Promise<void> {
    const member = this.#member(who);
    const client = await MediaSocket.of(this.#site, this.#call, member.userId);
    const socket: WatchingSocket = { client, known: new Set() };
    const note = (name: string, { producerId }: { producerId: string }) => {
      const isRight =
        name === 'new-producer'
          ? !socket.known.has(producerId) && socket.known.add(producerId)
          : name !== 'producer-closed' || socket.known.delete(producerId);
      socket.wrong ??= isRight ? undefined : `${name} of ${producerId}`;
    };
    // Some may have come before.
    for (const [name, data] of client.events) {
      note(name, data);
    }
    client.socket.onAny(note);
    member.sockets.push(socket);
    await this.#agreed();
  }

  async disconnect(who: number, politely: boolean): Promise<void> {
    const member = this.#member(who);
    const [first, ...others] = member.sockets;
    if (first !== undefined) {
      const gone = first.client.disconnected();
      if (politely) {
        first.client.socket.disconnect();
      } else {
        first.client.socket.io.engine.close();
      }
      await gone;
      member.sockets = others;
    }
    await this.#agreed();
  }

  async openTransport(who: number, isSending: boolean): Promise<void> {
    const direction = isSending ? 'send' : 'recv';
    const reply = await this.#ask(who, 'create-transport', { direction });
    if (reply !== undefined) {
      this.#member(who).transports.set(reply.transportId, direction);
    }
  }

  /** Sends tracks of several members at once. */
  async produce(whose: readonly number[], isVideo: boolean): Promise<void> {
    const kind = isVideo ? 'video' : 'audio';
    const rtpParameters = isVideo ? videoParameters() : audioParameters();
    const members = new Set(whose.map((who) => who % this.#members.length));
    await Promise.all(
      Array.from(members, async (who) => {
        const { transports, producers } = this.#member(who);
        const transportId =
          Array.from(transports).find(([, way]) => way === 'send')?.[0] ?? 'x';
        const data = { transportId, kind, rtpParameters };
        const reply = await this.#ask(who, 'produce', data);
        if (reply !== undefined) {
          producers.set(reply.producerId, transportId);
        }
      }),
    );
    await this.#agreed();
  }

  async consume(who: number, which: number): Promise<void> {
    const all = this.#members.flatMap(({ producers }) => [...producers.keys()]);
    const producerId = all[which % Math.max(all.length, 1)] ?? 'none';
    const data = { producerId, rtpCapabilities };
    const reply = await this.#ask(who, 'consume', data);
    if (reply !== undefined) {
      this.#member(who).consumers.push(reply.consumerId);
    }
  }

  /** Sends a request about an object, valid or broken. */
  async disturb(who: number, which: number, mutation: number): Promise<void> {
    const { transports, producers, consumers } = this.#member(who);
    const [transportId = 'x'] = transports.keys();
    const [producerId = 'x'] = producers.keys();
    const [consumerId = 'x'] = consumers.slice(-1);
    const examples = [
      ['pause', { producerId }],
      ['resume', { consumerId }],
      ['connect-transport', { transportId, dtlsParameters }],
      ['consume', { producerId: 'x', rtpCapabilities }],
      ['produce', { transportId: 'x', kind: 'audio', rtpParameters: {} }],
      ['create-transport', { direction: 'both', enableUdp: true }],
      ['authenticate', { callId: this.#call.callId, token: 'x' }],
      ['close', { consumerId: 'x' }],
    ] as const;
    const [name, data] = examples[which % examples.length] ?? assert.fail();
    const mutations = Array.from(mutationsOf(data));
    const chosen = mutations[mutation % (mutations.length * 2)];
    await this.#ask(
      who,
      name,
      chosen === undefined ? data : replaced(data, chosen.path, chosen.after),
    );
    await this.#agreed();
  }

  /** Closes a track, or a transport with all of its tracks. */
  async close(who: number, wholeTransport: boolean): Promise<void> {
    const { transports, producers } = this.#member(who);
    const [transportId] = transports.keys();
    const [producerId] = producers.keys();
    if (wholeTransport && transportId !== undefined) {
      assert.ok(await this.#ask(who, 'close', { transportId }));
      transports.delete(transportId);
      for (const [id, on] of producers) {
        if (on === transportId) {
          producers.delete(id);
        }
      }
    } else if (producerId !== undefined) {
      assert.ok(await this.#ask(who, 'close', { producerId }));
      producers.delete(producerId);
    }
    await this.#agreed();
  }

  /** Ends the call, which disconnects all sockets. */
  async end(): Promise<void> {
    const sockets = this.#members.flatMap((member) => member.sockets);
    const gone = sockets.map(({ client }) => client.disconnected());
    const [{ userId } = { userId: '' }] = this.#members;
    await this.#site.server.calls.end(userCaller(userId), this.#call.callId);
    await Promise.all(gone);
  }

  #member(who: number): Member {
    return this.#members[who % this.#members.length] ?? assert.fail();
  }

  /** The data of the answer; undefined if the request was refused as expected. */
  async #ask(who: number, name: string, data: unknown) {
    const { sockets } = this.#member(who);
    if (sockets.length === 0) {
      await this.connect(who);
    }
    const [socket] = this.#member(who).sockets;
    const answer = await socket?.client.ask(name, data);
    if (!answer.success) {
      assert.ok(EXPECTED.has(answer.error.code), JSON.stringify(answer));
    }
    return answer.data;
  }

  /** Waits until all sockets know the tracks of others, and no more. */
  async #agreed(): Promise<void> {
    for (const { userId, sockets } of this.#members) {
      // Changes while it waits: members act at once, and one of them connects.
      const expected = () =>
        this.#members
          .flatMap((it) =>
            it.userId === userId ? [] : [...it.producers.keys()],
          )
          .toSorted();
      for (const socket of sockets) {
        await until(`${userId} knows the tracks of others`, () => {
          assert.equal(socket.wrong, undefined);
          const known = Array.from(socket.known).toSorted();
          return JSON.stringify(known) === JSON.stringify(expected());
        });
      }
    }
  }
}
