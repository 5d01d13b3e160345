import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { SoundDelay } from '../../sdk/src/core/SoundDelay.ts';

/** Samples of a packet, and packets of a second. */
const SAMPLES = 960;
const PACKETS = 50;

/** Seconds after which the delay of the beginning is gone. */
const START = 4;

/** One second of a sound: shares of packets, and what is heard of it. */
type Second = {
  lost?: number;
  late?: number;
  gaps?: number;
  packets?: number;
};

/** A sound that arrives second by second. */
class Sound {
  readonly delay = new SoundDelay();
  readonly #roundTrip: number;
  #counts = {
    packets: 0,
    nacks: 0,
    late: 0,
    samples: 0,
    concealed: 0,
  };

  constructor(roundTrip: number) {
    this.#roundTrip = roundTrip;
    this.pass({}, START);
  }

  /** Returns the delay after a number of equal seconds. */
  pass(
    { lost = 0, late = 0, gaps = 0, packets = PACKETS }: Second,
    seconds = 1,
  ): number | null {
    for (let second = 0; second < seconds; second += 1) {
      const counts = this.#counts;
      this.#counts = {
        packets: counts.packets + packets,
        nacks: counts.nacks + lost * packets,
        late: counts.late + late,
        samples: counts.samples + packets * SAMPLES,
        concealed: counts.concealed + gaps * packets * SAMPLES,
      };
      this.delay.take({ ...this.#counts, roundTrip: this.#roundTrip });
    }
    return this.delay.target;
  }
}

describe('SoundDelay', () => {
  test('leaves a sound without losses to the browser', () => {
    assert.equal(new Sound(100).pass({}, 60), null);
  });

  test('is long at first, until the sound has come without loss for a while', () => {
    const { delay } = new Sound(100);
    assert.equal(new SoundDelay().target, 200);
    assert.equal(delay.target, null);
  });

  test('makes room for one repeat where little is lost, for two where more is', () => {
    assert.equal(new Sound(50).pass({ lost: 0.02 }), 110);
    assert.equal(new Sound(50).pass({ lost: 0.06 }), 180);
    assert.equal(new Sound(0).pass({ lost: 0.06 }), 80);
  });

  test('does not plan for more than a conversation bears', () => {
    assert.equal(new Sound(150).pass({ lost: 0.1 }), 275);
    assert.equal(new Sound(300).pass({ lost: 0.1 }), 360);
  });

  test('does not wait for a repeat that would come too late', () => {
    assert.equal(new Sound(340).pass({ lost: 0.1 }), 400);
    assert.equal(new Sound(341).pass({ lost: 0.1 }), null);
  });

  test('adds to it while packets come too late and gaps are heard', () => {
    const sound = new Sound(0);
    assert.equal(sound.pass({ late: 2, gaps: 0.02 }), 40);
    assert.equal(sound.pass({ late: 2, gaps: 0.02 }), 80);
    assert.equal(sound.pass({ late: 2, gaps: 0.001 }), 80);
    assert.equal(sound.pass({ late: 2, gaps: 0.02 }, 60), 400);
  });

  test('does not wait for what does not come at all', () => {
    assert.equal(new Sound(0).pass({ gaps: 0.5 }, 10), null);
  });

  test('holds it while losses go on', () => {
    const sound = new Sound(50);
    assert.equal(sound.pass({ lost: 0.06 }), 180);
    assert.equal(sound.pass({ lost: 0.02 }, 60), 180);
  });

  test('goes back step by step once there are none', () => {
    const sound = new Sound(50);
    sound.pass({ lost: 0.06 });
    assert.equal(sound.pass({}, 14), 180);
    assert.equal(sound.pass({}), 144);
    assert.equal(sound.pass({}, 4), 144);
    assert.equal(sound.pass({}), 115);
    assert.equal(sound.pass({}, 5), 92);
    assert.equal(sound.pass({}, 5), 74);
    assert.equal(sound.pass({}, 5), null);
  });

  test('draws no conclusion from a sound that is paused, or begins anew', () => {
    const sound = new Sound(50);
    sound.pass({ lost: 0.06 });
    assert.equal(sound.pass({ packets: 0, gaps: 1 }, 60), 180);
    sound.delay.take({
      packets: 1,
      nacks: 0,
      late: 0,
      samples: SAMPLES,
      concealed: 0,
      roundTrip: 50,
    });
    assert.equal(sound.delay.target, 180);
  });
});
