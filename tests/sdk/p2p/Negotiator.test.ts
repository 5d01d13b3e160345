import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import * as fc from 'fast-check';

import { Negotiator } from '../../../sdk/src/p2p/Negotiator.ts';
import type { Negotiable } from '../../../sdk/src/p2p/Negotiator.ts';
import type { Description } from '../../../sdk/src/p2p/signals.ts';
import { chooseSeed } from '../../support/seed.ts';

/**
 * The states of a connection as the specification has them. The text of an offer
 * is its name, and that of an answer the name of its offer.
 *
 * @see https://w3c.github.io/webrtc-pc/#dom-rtcsignalingstate
 */
class SignallingStates implements Negotiable {
  signalingState: RTCSignalingState = 'stable';
  localDescription: RTCSessionDescription | null = null;
  /** The offer of the last negotiation that went through. */
  agreed = '';
  readonly #side: string;
  #made = 0;
  #offered = '';
  /** Operations run one after another. */
  #waiting = 0;
  #chain: Promise<unknown> = Promise.resolve();

  constructor(side: string) {
    this.#side = side;
  }

  /** Browsers ask for an offer in no other state. */
  get mayOffer(): boolean {
    return this.signalingState === 'stable' && this.#waiting === 0;
  }

  setLocalDescription(): Promise<void> {
    return this.#run(() => {
      if (this.signalingState === 'have-remote-offer') {
        this.#describe('answer', this.#offered);
        this.#settle(this.#offered);
      } else {
        this.#made += 1;
        this.#describe('offer', `${this.#side}${this.#made}`);
        this.signalingState = 'have-local-offer';
      }
    });
  }

  setRemoteDescription({
    type,
    sdp = '',
  }: RTCSessionDescriptionInit): Promise<void> {
    return this.#run(() => {
      if (type === 'offer') {
        // An offer of this side is rolled back.
        this.signalingState = 'have-remote-offer';
        this.#offered = sdp;
      } else {
        assert.equal(this.signalingState, 'have-local-offer');
        assert.equal(sdp, this.localDescription?.sdp);
        this.#settle(sdp);
      }
    });
  }

  #describe(type: 'offer' | 'answer', sdp: string): void {
    this.localDescription = { type, sdp, toJSON: () => ({ type, sdp }) };
  }

  #settle(offer: string): void {
    this.signalingState = 'stable';
    this.agreed = offer;
  }

  #run(operation: () => void): Promise<void> {
    this.#waiting += 1;
    const done = this.#chain.then(operation).finally(() => {
      this.#waiting -= 1;
    });
    this.#chain = done.catch(() => undefined);
    return done;
  }
}

/** One side of a connection; what it sends waits until it is delivered. */
function sideOf(name: string, polite: boolean) {
  const connection = new SignallingStates(name);
  const outbox: Description[] = [];
  const negotiator = new Negotiator(connection, polite, ({ type, sdp }) => {
    assert.ok(type === 'offer' || type === 'answer');
    outbox.push({ type, sdp, hints: undefined, turns: true });
  });
  return { connection, outbox, negotiator };
}

type Side = ReturnType<typeof sideOf>;

/** Takes the oldest message of a side to the other. */
async function deliver(from: Side, to: Side): Promise<void> {
  const description = from.outbox.shift();
  if (description) {
    await to.negotiator.accept(description);
  }
}

describe('a negotiation', () => {
  test('goes through when one side offers', async () => {
    const [a, b] = [sideOf('a', true), sideOf('b', false)];
    await a.negotiator.offer();
    await deliver(a, b);
    await deliver(b, a);
    assert.deepEqual([a.connection.agreed, b.connection.agreed], ['a1', 'a1']);
  });

  test('lets the polite side give way where two offers meet', async () => {
    const [polite, other] = [sideOf('p', true), sideOf('o', false)];
    await Promise.all([polite.negotiator.offer(), other.negotiator.offer()]);
    const [offer] = polite.outbox.splice(0);
    assert.ok(offer);
    assert.equal(await other.negotiator.accept(offer), false);
    await deliver(other, polite);
    await deliver(polite, other);
    for (const { connection } of [polite, other]) {
      assert.equal(connection.signalingState, 'stable');
      assert.equal(connection.agreed, 'o1');
    }
  });

  test('ignores the answer to an offer that was withdrawn', async () => {
    const [polite, other] = [sideOf('p', true), sideOf('o', false)];
    await Promise.all([polite.negotiator.offer(), other.negotiator.offer()]);
    await deliver(other, polite);
    const stray = {
      type: 'answer',
      sdp: 'p1',
      hints: undefined,
      turns: true,
    } as const;
    assert.equal(await polite.negotiator.accept(stray), false);
    assert.equal(polite.connection.agreed, 'o1');
  });

  test('reports what the connection refuses, and goes on', async () => {
    const [a, b] = [sideOf('a', true), sideOf('b', false)];
    await a.negotiator.offer();
    const wrong = {
      type: 'answer',
      sdp: 'nonsense',
      hints: undefined,
      turns: true,
    } as const;
    await assert.rejects(a.negotiator.accept(wrong));
    await deliver(a, b);
    await deliver(b, a);
    assert.equal(a.connection.agreed, 'a1');
  });

  test('ends in the same state on both sides, however offers and their delivery mix', async (t) => {
    const seed = chooseSeed(t);
    const step = fc.constantFrom('a offers', 'b offers', 'a to b', 'b to a');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const [a, b] = [sideOf('a', true), sideOf('b', false)];
        let work: Promise<unknown>[] = [];
        /** Each side takes in messages one after another. */
        const taken = new Map<Side, Promise<void>>();
        const pass = (from: Side, to: Side): void => {
          const next = (taken.get(to) ?? Promise.resolve()).then(() =>
            deliver(from, to),
          );
          taken.set(to, next);
          work.push(next);
        };
        const offer = ({ connection, negotiator }: Side): void => {
          if (connection.mayOffer) {
            work.push(negotiator.offer());
          }
        };
        for (const name of steps) {
          if (name === 'a offers') {
            offer(a);
          } else if (name === 'b offers') {
            offer(b);
          } else if (name === 'a to b') {
            pass(a, b);
          } else {
            pass(b, a);
          }
          await Promise.resolve();
        }
        do {
          pass(a, b);
          pass(b, a);
          const running = work;
          work = [];
          await Promise.all(running);
        } while (a.outbox.length > 0 || b.outbox.length > 0);
        assert.equal(a.connection.signalingState, 'stable');
        assert.equal(b.connection.signalingState, 'stable');
        assert.equal(a.connection.agreed, b.connection.agreed);
      }),
      { seed },
    );
  });
});
