import type { BenchCase } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import { openRoom } from '../Gathering.ts';
import type { Gathering, Work } from '../Gathering.ts';
import { costFigures, costs, oneCamera, oneWorker } from './forward.ts';

/**
 * The capacity of the room if each of its workers had a core of its own: as much
 * as it forwards until the busiest worker is full.
 */
function capacity(work: Work) {
  const { cost, loss } = costs(work);
  return { capacity: work.forwarded / Math.max(...work.cpu), cost, loss };
}

const gathering: Gathering = { ...oneCamera, figures: capacity };

/** A room on two workers, beside one on one. */
export const spread: BenchCase = {
  letter: 'g',
  name: 'spread',
  summary:
    'The room of (f) on two workers. The packets forwarded are divided by the CPU time of the busiest worker, because that one reaches its limit first. The figure therefore holds for two free cores, even if the peers have to share them.',
  baseline: 'The same room on one worker.',
  sizeName: 'viewers',
  sizes: { full: [200], quick: [100], smoke: [4] },
  figures: {
    capacity: {
      what: 'packets forwarded with the busiest worker at full load',
      unit: 'k/s',
    },
    cost: { what: 'CPU of all workers per packet', unit: 'µs' },
    loss: costFigures.loss,
  },
  work: ({ size }) => ({ receivers: size }),
  targets: [
    {
      what: 'packets forwarded by two workers, relative to one',
      atLeast: 1.7,
      measured: (sizes) =>
        figureOf(largest(sizes), 'capacity').ratio?.median ?? NaN,
    },
  ],
  // Every newcomer is placed on the worker that carries less.
  open: () =>
    openRoom(gathering, {
      workers: { count: 2 },
      rooms: { consumersPerRouter: 0 },
    }),
  openBaseline: () => openRoom(gathering, oneWorker),
};
