import type { BenchCase } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import {
  consumersAmong,
  fillingFigures,
  fillingWork,
  openFilled,
  openFilledBaseline,
} from '../filling.ts';

const filling = (peers: number) => ({ rooms: 1, peers, atOnce: false });

/** One room that fills up, one peer after another. */
export const join: BenchCase = {
  letter: 'a',
  name: 'join',
  summary:
    'Peers join one room, one after another. Each opens and connects two transports, sends audio and receives all others. A join is complete when the newcomer sends, and receives all present peers.',
  baseline:
    'The same with mediasoup called directly, in one process without a server; for one figure, also a WebSocket over TLS for each peer that carries as many frames.',
  sizeName: 'peers',
  sizes: { full: [8, 15, 30], quick: [8, 30], smoke: [4] },
  warmUps: 15,
  roundsTimes: 4,
  figures: fillingFigures,
  work: ({ size }) => fillingWork(filling(size)),
  growth: { figure: 'total', over: 'consumers', amount: consumersAmong },
  targets: [
    {
      what: 'time until all peers receive each other, relative to the baseline',
      atMost: 1.3,
      measured: (sizes) =>
        figureOf(largest(sizes), 'total').ratio?.median ?? NaN,
    },
  ],
  open: () => openFilled(1, filling),
  openBaseline: () => openFilledBaseline(1, filling),
};
