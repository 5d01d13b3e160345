import { noQuota } from '../../fixtures/browser/CpuQuota.ts';
import type { Conditions } from '../../netem/Link.ts';
import type { Attendee, Meeting } from './Meeting.ts';
import { record } from './Meeting.ts';
import { droppedIn, qualityOf, timeUntil } from './reception.ts';

/** A network at its worst. */
const GONE: Conditions = { loss: 100 };

/** The width of a camera at its best, and what counts as that. */
const FULL_WIDTH = 960;

/** The notice of a tile without a picture. */
const NOTICE = /weak connection/i;

/** Meets the condition, and measures it. */
type Run = (scene: Scene) => Promise<Record<string, number>>;

/** The people whose reception is measured. */
export interface Scene {
  readonly meeting: Meeting;
  /** Receives, beyond the link, from a peer beside the server. */
  watcher: Attendee;
  /** Waits for a number of seconds of a full run, less in a hurry. */
  pass: (seconds: number) => Promise<void>;
}

/** One line of the table. */
export interface Condition {
  what: string;
  run: Run;
  /** The reason why it is left out on this machine; false or missing if it is not. */
  unavailable?: string | false;
}

/** A network whose conditions have lasted for a while. */
const lasting =
  (
    conditions: Conditions,
    ...figures: ('concealed' | 'fps' | 'freezes' | 'width' | 'gap')[]
  ): Run =>
  async ({ meeting, watcher, pass }) => {
    await meeting.link.set(conditions);
    await pass(8);
    const records = await record(watcher, () => pass(20));
    const quality = qualityOf(records);
    return Object.fromEntries(figures.map((name) => [name, quality[name]]));
  };

/** A network that becomes bad when the measurement begins. */
const onset =
  (conditions: Conditions): Run =>
  async ({ meeting, watcher, pass }) => {
    let told = false;
    const records = await record(watcher, async () => {
      await meeting.link.set(conditions);
      for (let second = 0; second < 25; second += 1) {
        await pass(1);
        told ||= NOTICE.test(await watcher.page.locator('body').innerText());
      }
    });
    const { gap, concealed } = qualityOf(records);
    const { fps, width } = qualityOf(records.slice(-records.length / 2));
    return { gap, fps, width, concealed, told: Number(told) };
  };

/** A network that is good again after a while. */
const recovery =
  (conditions: Conditions, seconds: number): Run =>
  async ({ meeting, watcher, pass }) => {
    await meeting.link.set(conditions);
    await pass(seconds);
    const records = await record(watcher, async () => {
      await meeting.link.set({});
      await pass(15);
    });
    return {
      moves: timeUntil(records, ({ frames }, first) => frames > first.frames),
      full: timeUntil(records, ({ width }) => width >= FULL_WIDTH),
    };
  };

/** The records of a little more than a second. */
const FIRST = 12;

/** A peer that joins over a bad network, alone behind it. */
const joining =
  (conditions: Conditions): Run =>
  async (scene) => {
    const { meeting, pass } = scene;
    await scene.watcher.close();
    await meeting.link.set(conditions);
    scene.watcher = await meeting.join('far', false);
    const records = await record(scene.watcher, () => pass(20));
    const heard = records.findIndex(({ packets }) => packets > 0);
    const first = records.slice(Math.max(heard, 0)).slice(0, FIRST);
    return { concealed: qualityOf(first).concealed };
  };

/** Several watchers behind the same narrow link. */
const sharing =
  (conditions: Conditions, others: number): Run =>
  async (scene) => {
    const { meeting, watcher, pass } = scene;
    const more = await Promise.all(
      Array.from({ length: others }, () => meeting.join('far', false)),
    );
    await meeting.link.set(conditions);
    await pass(8);
    const all = await Promise.all(
      [watcher, ...more].map((it) => record(it, () => pass(20))),
    );
    await Promise.all(more.map((it) => it.close()));
    const qualities = all.map((records) => qualityOf(records));
    return {
      concealed: Math.max(...qualities.map(({ concealed }) => concealed)),
      fps: Math.min(...qualities.map(({ fps }) => fps)),
      gap: Math.max(...qualities.map(({ gap }) => gap)),
    };
  };

/** A sender on a bad network, watched by a peer beside the server. */
const sending =
  (conditions: Conditions): Run =>
  async ({ meeting, pass }) => {
    const room = 'uplink';
    const sender = await meeting.join('far', true, room);
    const receiver = await meeting.join('near', false, room);
    await meeting.link.set(conditions, ['up']);
    await pass(10);
    const records = await record(receiver, () => pass(20));
    await Promise.all([sender.close(), receiver.close()]);
    const { concealed, fps, width, gap } = qualityOf(records);
    return { concealed, fps, width, gap };
  };

/** A watcher of several pictures whose device is slow. */
const watchingSlowly =
  (share: number, pictures: number): Run =>
  async ({ meeting, pass }) => {
    const room = 'slow-watcher';
    const senders = [];
    for (let count = 0; count < pictures; count += 1) {
      const sender = await meeting.join('near', true, room);
      // Receives nothing, which leaves more of the machine to others.
      await sender.page.evaluate('atriumTest.setHidden(true)');
      senders.push(sender);
    }
    const watcher = await meeting.joinSlowly(false, room);
    await pass(5);
    watcher.quota.set(share);
    await pass(15);
    const records = await record(watcher, () => pass(20));
    await Promise.all([watcher, ...senders].map((it) => it.close()));
    const { fps, concealed, width } = qualityOf(records);
    return {
      fps: fps / pictures,
      concealed,
      width,
      dropped: droppedIn(records),
    };
  };

/** A sender whose device is slow, watched by a peer beside the server. */
const sendingSlowly =
  (share: number): Run =>
  async ({ meeting, pass }) => {
    const room = 'slow-sender';
    const sender = await meeting.joinSlowly(true, room);
    const receiver = await meeting.join('near', false, room);
    await pass(5);
    const records = await record(receiver, async () => {
      sender.quota.set(share);
      await pass(30);
    });
    await Promise.all([sender.close(), receiver.close()]);
    const { gap } = qualityOf(records);
    const { concealed, fps, width } = qualityOf(
      records.slice(-records.length / 2),
    );
    return { concealed, fps, width, gap };
  };

/** The conditions, in the order of the table. */
export const conditions: readonly Condition[] = [
  { what: '5 % loss', run: lasting({ loss: 5 }, 'concealed') },
  {
    what: '5 % loss, round trip 50 ms',
    run: lasting({ loss: 5, delay: 25 }, 'concealed'),
  },
  {
    what: '5 % loss, round trip 150 ms',
    run: lasting({ loss: 5, delay: 75 }, 'concealed'),
  },
  {
    what: '5 % loss, 100 ms each way, 1 Mbit/s',
    run: lasting(
      { loss: 5, delay: 100, rate: 1_000 },
      'concealed',
      'fps',
      'freezes',
    ),
  },
  {
    what: '500 kbit/s',
    run: lasting({ rate: 500 }, 'width', 'fps', 'freezes', 'concealed'),
  },
  { what: '150 kbit/s, from its beginning', run: onset({ rate: 150 }) },
  { what: '60 kbit/s, from its beginning', run: onset({ rate: 60 }) },
  { what: '150 kbit/s, lifted', run: recovery({ rate: 150 }, 15) },
  { what: 'nothing for 8 s', run: recovery(GONE, 8) },
  { what: 'the first second at 500 kbit/s', run: joining({ rate: 500 }) },
  {
    what: 'four watchers at 1 Mbit/s together',
    run: sharing({ rate: 1_000 }, 3),
  },
  { what: 'a sender with 300 kbit/s', run: sending({ rate: 300 }) },
  {
    what: 'a watcher of four with a quarter of a core',
    run: watchingSlowly(0.25, 4),
    unavailable: noQuota,
  },
  {
    what: 'a sender with half a core',
    run: sendingSlowly(0.5),
    unavailable: noQuota,
  },
];
