import { ProtooGuest } from './ProtooGuest.ts';
import type { SoakScene } from './soak.ts';

const ROOMS = 12;

/** Rooms that clients of protoo open and leave. */
export function protooRooms(): SoakScene {
  return {
    options: {},
    guest(url, number, random) {
      // The square makes a few rooms large and most of them small.
      const room = Math.floor(random.below(ROOMS * ROOMS) ** 0.5);
      return new ProtooGuest(url, `soak-${room}`, `guest-${number}`, random);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
