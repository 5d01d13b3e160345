import {
  launchBrowser,
  noBrowser,
  TRUSTING,
  WILLING,
} from '../../fixtures/browser/launch.ts';
import { Visitor } from '../../fixtures/browser/Visitor.ts';
import type { BenchCase, Outcome, SizeResult } from '../BenchCase.ts';
import { figureOf } from '../BenchCase.ts';
import { RELAY_ADDRESS } from '../delay/UdpRelay.ts';
import { Child } from '../processes/Child.ts';
import type { AtriumApi } from '../processes/atrium.ts';
import type { RelayApi } from '../processes/relay.ts';
import { bundle, RecordedPage } from '../RecordedPage.ts';
import { percentile } from '../statistics.ts';

const ROOM = 'room';
const SENDER = 'Ada';

/** The joins of each page in a round, of which the median counts. */
const JOINS = 3;

/** Pause after each letter of a name that is typed, ms. */
const TYPING = 150;

/** Time that a join may take apart from round trips, ms. */
const APART = 300;

/** The round trips that a join may take. */
const ROUND_TRIPS = 7;

const median = (size: SizeResult, figure: string): number =>
  figureOf(size, figure).subject.median;

/** The largest of a share over the sizes. */
const worst = (
  sizes: readonly SizeResult[],
  share: (size: SizeResult) => number,
): number => Math.max(...sizes.map(share));

const comparedWithBefore = (size: SizeResult): number =>
  median(size, 'page') / median(size, 'before');

/** The time from a click to a remote picture, by the distance of the server. */
export const roundTrips: BenchCase = {
  letter: 'k',
  name: 'roundTrips',
  summary: `As in (i), with a relay between Chromium and the server that delays TCP and UDP by half a round trip in each direction, and connections by a whole one. The sender is behind the same relay. Beside the page join, in turn, the page before it joined in one request, as a recording of its steps, and a page that awaits each step. Each joins ${JOINS} times in a round, of which the median counts. At the page, the user types the name, a letter every ${TYPING} ms, before the click; once more, a script fills it in and clicks in the same moment.`,
  baseline: '',
  sizeName: 'round trip (ms)',
  warmUps: 0,
  sizes: { full: [0, 50, 100, 200], quick: [0, 100], smoke: [0, 10] },
  roundsAtMost: 3,
  figures: {
    before: {
      what: 'the page before: join to first decoded frame',
      unit: 'ms',
    },
    stepByStep: { what: 'each step awaited: the same', unit: 'ms' },
    page: { what: 'the page, the name typed: the same', unit: 'ms' },
    atOnce: { what: 'the page, clicked at once: the same', unit: 'ms' },
  },
  work: () => ({ joins: 4 * JOINS }),
  targets: [
    {
      what: 'time of the page relative to the page before, at the worst distance',
      atMost: 0.75,
      measured: (sizes) =>
        worst(
          sizes.filter(({ size }) => size > 0),
          comparedWithBefore,
        ),
    },
    {
      what: `time of the page relative to ${ROUND_TRIPS} round trips and 0.3 s, at the worst distance`,
      atMost: 1,
      measured: (sizes) =>
        worst(
          sizes.filter(({ size }) => size > 0),
          (size) => median(size, 'page') / (ROUND_TRIPS * size.size + APART),
        ),
    },
    {
      what: 'time of the page relative to the page before, without a delay',
      atMost: 1,
      measured: (sizes) =>
        worst(
          sizes.filter(({ size }) => size === 0),
          comparedWithBefore,
        ),
    },
  ],
  unavailable: () => noBrowser || undefined,

  async open() {
    const before = await bundle('before');
    const stepByStep = await bundle('stepByStep');
    const relay = await Child.start<RelayApi>('relay.ts');
    const server = await Child.start<AtriumApi>('atrium.ts', {
      rtc: {
        port: await relay.ask('mediaPort'),
        announcedAddress: RELAY_ADDRESS,
        tcp: false,
      },
    });
    const url = await relay.ask('leadTo', await server.ask('url'));
    const browser = await launchBrowser([...WILLING, TRUSTING]);
    const sender = await Visitor.join(browser, url, SENDER, ROOM);
    const recorded = async (html: string): Promise<number> => {
      await using page = await RecordedPage.open(browser, url, ROOM, html);
      return await page.joinsUntilFrame(SENDER);
    };
    const opened = (): Promise<Visitor> =>
      Visitor.open(browser, url, 'Grace', { room: ROOM });
    const pages = {
      before: () => recorded(before),
      stepByStep: () => recorded(stepByStep),
      async page(): Promise<number> {
        await using visitor = await opened();
        await visitor.types(TYPING);
        return await visitor.joinsUntilFrame(SENDER);
      },
      async atOnce(): Promise<number> {
        await using visitor = await opened();
        await visitor.fillIn();
        return await visitor.joinsUntilFrame(SENDER);
      },
    };
    // From now on the sender sends, so that who joins finds what there is.
    await pages.page();
    return {
      async round({ size }): Promise<Outcome> {
        await relay.ask('setRoundTrip', size);
        const times = {
          before: [],
          stepByStep: [],
          page: [],
          atOnce: [],
        } as Record<keyof typeof pages, number[]>;
        const names = Object.keys(times) as (keyof typeof pages)[];
        for (let join = 0; join < JOINS; join += 1) {
          for (const name of names) {
            times[name].push(await pages[name]());
          }
        }
        return {
          figures: Object.fromEntries(
            names.map((name) => [name, percentile(times[name], 0.5)]),
          ),
          done: { joins: names.flatMap((name) => times[name]).length },
        };
      },
      async close() {
        await sender.close();
        await browser.close();
        await server.close();
        await relay.close();
      },
    };
  },
};
