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
    'Peers join one room, one after another; each opens and connects two transports, sends audio, and everybody receives everybody. A join is over when the newcomer sends and receives all who are there.',
  baseline:
    'The same with mediasoup called straight, in one process, with no server.',
  sizeName: 'peers',
  sizes: { full: [8, 15, 30], quick: [8, 30], smoke: [4] },
  warmUps: 15,
  roundsTimes: 4,
  figures: fillingFigures,
  work: ({ size }) => fillingWork(filling(size)),
  growth: { figure: 'total', over: 'consumers', amount: consumersAmong },
  targets: [
    {
      what: 'time until everybody receives everybody, by that of the baseline',
      atMost: 1.3,
      measured: (sizes) =>
        figureOf(largest(sizes), 'total').ratio?.median ?? NaN,
    },
  ],
  open: () => openFilled(1, filling),
  openBaseline: () => openFilledBaseline(1, filling),
};
