import type { BenchCase } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import { openAlone, openRoom } from '../Gathering.ts';
import type { Gathering, Work } from '../Gathering.ts';

/** On one worker, however many there are. */
export const oneWorker = {
  workers: { count: 1 },
  rooms: { consumersPerRouter: 1_000_000 },
};

/** The cost of forwarding. */
export function costs({ forwarded, loss, cpu }: Work) {
  const total = cpu.reduce((sum, used) => sum + used, 0);
  return { cost: (total * 1_000) / forwarded, rate: forwarded / total, loss };
}

/** The names of {@link costs}. */
export const costFigures = {
  cost: { what: 'CPU of the worker per packet', unit: 'µs' },
  rate: { what: 'packets forwarded per core', unit: 'k/s' },
  loss: { what: 'packets lost', unit: '%' },
};

/** One who sends a picture to all others. */
export const oneCamera: Gathering = {
  kind: 'video',
  senders: 1,
  peers: (viewers) => viewers + 1,
  figures: costs,
};

/** One camera that many watch, on one worker. */
export const forward: BenchCase = {
  letter: 'f',
  name: 'forward',
  summary:
    'One peer sends video of 1 Mbit/s, 104 packets a second; the others in the room receive it, each over its own transport with ICE, DTLS and SRTP. Only the CPU time of the one worker counts, without that of the peers.',
  baseline: 'The same peers at one worker without a server.',
  sizeName: 'viewers',
  sizes: { full: [50, 100, 200, 400], quick: [50, 200], smoke: [3] },
  roundsAtMost: 3,
  figures: costFigures,
  // The sender receives nothing.
  work: ({ size }) => ({ receivers: size }),
  growth: {
    figure: 'cost',
    over: 'viewers',
    amount: (size) => size,
    each: true,
  },
  targets: [
    {
      what: 'packets forwarded per core in the largest room, k/s',
      atLeast: 77,
      measured: (sizes) => figureOf(largest(sizes), 'rate').subject.median,
    },
  ],
  open: () => openRoom(oneCamera, oneWorker),
  openBaseline: () => openAlone(oneCamera),
};
