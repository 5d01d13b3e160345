import assert from 'node:assert/strict';

import { CallsClient } from './CallsClient.ts';
import type { CallsSite } from './CallsSite.ts';
import { tokenOf } from './CallsSite.ts';

// The events have many shapes.
// oxlint-disable-next-line typescript/no-explicit-any
type Data = any;

/** A code of a failure; undefined for a success. */
export type Outcome = string | undefined;

/**
 * A device in a story, with what its events say of the calls. An event that
 * comes twice, or about a person who is not there, is an error.
 */
export class WorldDevice {
  readonly client: CallsClient;
  /** The other participants of each call that the device is in. */
  readonly views = new Map<string, Set<string>>();
  /** The calls that ring. */
  readonly ringing = new Set<string>();
  /** The ends of stays that it was told of, with their kinds. */
  readonly ends: string[] = [];
  /** Signals by their texts. */
  readonly signals: string[] = [];
  readonly texts: string[] = [];
  /** The first thing that the events got wrong. */
  #wrong: Error | undefined;

  readonly #userId: string;

  private constructor(client: CallsClient, userId: string) {
    this.client = client;
    this.#userId = userId;
    client.socket.onAny((name: string, data: Data) => {
      try {
        this.#follow(name, data);
      } catch (error) {
        this.#wrong ??= error as Error;
      }
    });
  }

  static async connect(site: CallsSite, userId: string): Promise<WorldDevice> {
    const device = new WorldDevice(new CallsClient(site), userId);
    await device.client.get('authenticate', { token: tokenOf(userId) });
    return device;
  }

  get isOpen(): boolean {
    return this.client.socket.connected;
  }

  /** @throws {Error} If the events have contradicted each other. */
  assertConsistent(): void {
    if (this.#wrong !== undefined) {
      throw this.#wrong;
    }
  }

  /** Sends an event; a call that it enters is known when the answer comes. */
  async send(name: string, data: Data): Promise<Outcome> {
    const answer = await new Promise<Data>((resolve) => {
      this.client.socket.emit(name, data, (reply: Data) => {
        if (reply.success && 'callId' in reply.data) {
          this.#enter(reply.data);
        }
        resolve(reply);
      });
    });
    return answer.success ? undefined : answer.error.code;
  }

  /** Forgets a call that the device has left or answered. */
  leave(callId: string): void {
    this.views.delete(callId);
    this.ringing.delete(callId);
  }

  /** Ends the connection, politely or not; fulfilled when it has. */
  async end(politely: boolean): Promise<void> {
    const gone = this.client.disconnected();
    if (politely) {
      this.client.socket.disconnect();
    } else {
      this.client.socket.io.engine.close();
    }
    await gone;
  }

  #enter({ callId, participantId, participants = [] }: Data): void {
    this.ringing.delete(callId);
    this.views.set(
      callId,
      new Set(
        participants
          .map((it: Data) => it.participantId)
          .filter((id: string) => id !== participantId),
      ),
    );
  }

  #follow(name: string, data: Data): void {
    const { callId } = data;
    const view = this.views.get(callId);
    switch (name) {
      case 'call:incoming':
        assert.ok(!this.ringing.has(callId), 'rings twice');
        this.ringing.add(callId);
        break;
      case 'call:handled':
        assert.ok(this.ringing.delete(callId), 'handled, and did not ring');
        break;
      case 'call:started':
        this.#start(data);
        break;
      case 'call:participant-joined': {
        const { participantId } = data.participant;
        assert.ok(view, 'joined a call that the device is not in');
        assert.ok(!view.has(participantId), 'joined twice');
        view.add(participantId);
        assert.equal(data.totalParticipants, view.size + 1);
        break;
      }
      case 'call:participant-left':
        assert.ok(view, 'left a call that the device is not in');
        assert.ok(view.delete(data.participantId), 'left, and was not there');
        assert.equal(data.totalParticipants, view.size + 1);
        break;
      case 'call:ended':
        this.leave(callId);
        this.ends.push(`ended ${callId}`);
        break;
      case 'call:error':
        if (data.code === 'KICKED') {
          this.leave(callId);
          this.ends.push(`kicked ${callId}`);
        }
        break;
      case 'call:mode-switch':
        assert.ok(view, 'switches a call that the device is not in');
        this.client.send('call:mode-switch-ack', { callId, success: true });
        break;
      case 'call:signal':
        this.signals.push(data.signal.sdp);
        break;
      case 'call:transcription':
        this.texts.push(data.text);
        break;
    }
  }

  /** Takes the state of a call for the device's, of which it is a part. */
  #start({ callId, participants }: Data): void {
    this.ringing.delete(callId);
    const others = participants
      .filter((it: Data) => it.userId !== this.#userId)
      .map((it: Data) => it.participantId);
    this.views.set(callId, new Set(others));
  }
}
