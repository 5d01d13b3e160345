import { availableParallelism } from 'node:os';

import type { BenchCase } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import {
  fillingFigures,
  fillingWork,
  openFilled,
  openFilledBaseline,
} from '../filling.ts';

const PEERS = 10;

const filling = (rooms: number) => ({ rooms, peers: PEERS, atOnce: true });

/** Many rooms that all fill up at once, as on the hour. */
export const rooms: BenchCase = {
  letter: 'b',
  name: 'rooms',
  summary: `Rooms of ${PEERS} with one worker per core. All peers join all rooms at once, as in (a). A join is complete when the newcomer sends, and receives all peers that were present; all joins wait for each other.`,
  baseline:
    'The same with mediasoup called directly, in one process without a server; for one figure, also a WebSocket over TLS for each peer that carries as many frames.',
  sizeName: 'rooms',
  sizes: { full: [50, 100, 200], quick: [10, 30], smoke: [2] },
  warmUps: 2,
  roundsAtMost: 3,
  figures: fillingFigures,
  work: ({ size }) => fillingWork(filling(size)),
  growth: { figure: 'total', over: 'rooms', amount: (size) => size },
  targets: [
    {
      what: 'CPU of the server process, relative to mediasoup alone',
      atMost: 1.2,
      sizes: [100],
      measured: (sizes) => figureOf(largest(sizes), 'cpu').ratio?.median ?? NaN,
    },
  ],
  open: () => openFilled(availableParallelism(), filling),
  openBaseline: () => openFilledBaseline(availableParallelism(), filling),
};
