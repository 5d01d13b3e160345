import { noBrowser, launchBrowser } from '../../fixtures/browser/launch.ts';
import { Visitor } from '../../fixtures/browser/Visitor.ts';
import type { BenchCase, Outcome } from '../BenchCase.ts';
import { Child } from '../processes/Child.ts';
import type { AtriumApi } from '../processes/atrium.ts';
import { percentile } from '../statistics.ts';

const ROOM = 'room';
const SENDER = 'Ada';

/** The time from a click to a remote picture, in a browser. */
export const firstFrame: BenchCase = {
  letter: 'i',
  name: 'firstFrame',
  summary:
    'In Chromium, a visitor joins a room in which another one sends camera and microphone; the time runs from the click on Join until the first frame of the other is decoded. Both browser windows encode and decode on the machine of the server.',
  baseline: '',
  sizeName: 'joins',
  sizes: { full: [8], quick: [4], smoke: [1] },
  roundsAtMost: 3,
  figures: {
    p50: { what: 'join to first decoded frame, p50', unit: 'ms' },
    p95: { what: 'join to first decoded frame, p95', unit: 'ms' },
  },
  work: ({ size }) => ({ joins: size }),
  targets: [],
  unavailable: () => noBrowser || undefined,

  async open() {
    const server = await Child.start<AtriumApi>('atrium.ts');
    const url = await server.ask('url');
    const browser = await launchBrowser();
    const sender = await Visitor.join(browser, url, SENDER, ROOM);
    return {
      async round({ size }): Promise<Outcome> {
        const times: number[] = [];
        while (times.length < size) {
          await using visitor = await Visitor.open(browser, url, 'Grace', {
            room: ROOM,
          });
          await visitor.fillIn();
          await visitor.button('Join').waitFor();
          times.push(await visitor.joinsUntilFrame(SENDER));
        }
        return {
          figures: {
            p50: percentile(times, 0.5),
            p95: percentile(times, 0.95),
          },
          done: { joins: times.length },
        };
      },
      async close() {
        await sender.close();
        await browser.close();
        await server.close();
      },
    };
  },
};
