import { setTimeout as delay } from 'node:timers/promises';

import { noBrowser } from '../../fixtures/browser/launch.ts';
import { noLink } from '../../netem/program.ts';
import { otherServer } from '../against/OtherServer.ts';
import type { BenchCase, SizeResult, Subject, Target } from '../BenchCase.ts';
import { figureOf } from '../BenchCase.ts';
import { conditions } from '../network/conditions.ts';
import { Meeting } from '../network/Meeting.ts';

/** The duration that conditions are written for, s. */
const FULL_SECONDS = 5;

/** Seconds of a good network between two conditions. */
const BETWEEN = 8;

/** Bounds by the number of a condition and its figure. */
const BOUNDS: readonly [
  condition: number,
  figure: string,
  bound: Pick<Target, 'atMost' | 'atLeast'>,
][] = [
  [1, 'concealed', { atMost: 0.5 }],
  [2, 'concealed', { atMost: 0.5 }],
  [3, 'concealed', { atMost: 0.5 }],
  [4, 'concealed', { atMost: 2 }],
  [4, 'fps', { atLeast: 17 }],
  [4, 'freezes', { atMost: 0 }],
  [5, 'width', { atLeast: 480 }],
  [5, 'fps', { atLeast: 15 }],
  [6, 'gap', { atMost: 2 }],
  [6, 'fps', { atLeast: 7 }],
  [6, 'told', { atLeast: 1 }],
  [7, 'told', { atLeast: 1 }],
  [8, 'full', { atMost: 5 }],
  [9, 'moves', { atMost: 1.1 }],
  [10, 'concealed', { atMost: 3 }],
  [11, 'concealed', { atMost: 2 }],
  [11, 'fps', { atLeast: 7 }],
  [12, 'fps', { atLeast: 15 }],
  [12, 'width', { atLeast: 240 }],
  [13, 'concealed', { atMost: 2 }],
  [13, 'fps', { atLeast: 5 }],
  [14, 'concealed', { atMost: 6 }],
  [14, 'fps', { atLeast: 12 }],
  [14, 'gap', { atMost: 2 }],
];

const whatOf = (condition: number): string =>
  conditions[condition - 1]?.what ?? '';

/** Sound and picture over a bad network, condition by condition. */
export const network: BenchCase = {
  letter: 'm',
  name: 'network',
  summary:
    'One page sends camera and microphone beside the server, another watches behind a link that loses, delays and throttles packets of TCP and UDP alike, in both directions; all of them in Chromium on this machine. Each condition is met in turn, with a good network in between. The time to a first picture is that of (k).',
  baseline:
    'The same with another server and its page, where one is named by its address.',
  sizeName: 'condition',
  label: whatOf,
  warmUps: 0,
  roundsAtMost: 1,
  sizes: {
    full: conditions.flatMap(({ unavailable }, index) =>
      unavailable ? [] : [index + 1],
    ),
    quick: [3, 5, 6, 8],
    smoke: [3, 6],
  },
  figures: {
    concealed: { what: 'sound made up', unit: '%' },
    fps: { what: 'pictures a second', unit: '' },
    freezes: { what: 'freezes', unit: '' },
    dropped: { what: 'pictures that came and were not shown', unit: '%' },
    width: { what: 'width of the picture', unit: 'pixels' },
    gap: { what: 'longest time without another picture', unit: 's' },
    told: { what: 'told on the page: 1 for yes', unit: '' },
    moves: { what: 'until the picture moves again', unit: 's' },
    full: { what: 'until the picture has its full size', unit: 's' },
  },
  work: () => ({ conditions: 1 }),
  targets: BOUNDS.map(([condition, figure, bound]) => ({
    what: `${whatOf(condition)}: ${figure}`,
    ...bound,
    sizes: [condition],
    measured: ([result]: readonly SizeResult[]) =>
      result === undefined ? NaN : figureOf(result, figure).subject.median,
  })),
  unavailable: () => noBrowser || noLink || undefined,
  open: () => open(),
  async openBaseline() {
    const url = otherServer()?.url;
    return url?.startsWith('http') ? await open(url) : undefined;
  },
};

async function open(other?: string): Promise<Subject> {
  for (const { what, unavailable } of conditions) {
    if (unavailable) {
      console.error(`(m) network leaves out "${what}": ${unavailable}`);
    }
  }
  const meeting = await Meeting.open(other);
  await meeting.join('near', true);
  let pace = 1;
  const pass = async (seconds: number): Promise<void> => {
    await delay(seconds * 1_000 * pace);
  };
  const watcher = await meeting.join('far', false);
  const scene = { meeting, watcher, pass };
  return {
    async round({ size, seconds }) {
      pace = seconds / FULL_SECONDS;
      await meeting.link.set({});
      await pass(BETWEEN);
      const condition = conditions[size - 1];
      const figures = await condition?.run(scene);
      return {
        figures: figures ?? {},
        done: { conditions: figures === undefined ? 0 : 1 },
      };
    },
    close: () => meeting.close(),
  };
}
