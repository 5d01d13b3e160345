import type { BenchCase } from './BenchCase.ts';
import { audio } from './cases/audio.ts';
import { beside } from './cases/beside.ts';
import { fanOut } from './cases/fanOut.ts';
import { firstFrame } from './cases/firstFrame.ts';
import { forward } from './cases/forward.ts';
import { idle } from './cases/idle.ts';
import { join } from './cases/join.ts';
import { messages } from './cases/messages.ts';
import { network } from './cases/network.ts';
import { requests } from './cases/requests.ts';
import { roundTrips } from './cases/roundTrips.ts';
import { rooms } from './cases/rooms.ts';
import { spread } from './cases/spread.ts';

/** Every case there is, in the order in which they run. */
export const cases: readonly BenchCase[] = [
  join,
  rooms,
  idle,
  requests,
  fanOut,
  forward,
  spread,
  audio,
  firstFrame,
  messages,
  roundTrips,
  network,
  beside,
];
