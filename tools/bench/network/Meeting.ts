import path from 'node:path';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../../lib/Server.ts';
import { CpuQuota } from '../../fixtures/browser/CpuQuota.ts';
import { launchBrowser, WILLING } from '../../fixtures/browser/launch.ts';
import type { Reception } from '../../fixtures/browser/traffic.ts';
import { Visitor } from '../../fixtures/browser/Visitor.ts';
import { startServerAt } from '../../fixtures/server.ts';
import { Link } from '../../netem/Link.ts';

/** The usual room of a meeting. */
const ROOM = 'network';

const IN_PAGE = path.join(
  import.meta.dirname,
  '../../fixtures/browser/inPage.js',
);

/** Between two records, ms. */
const INTERVAL = 100;

/** The side of the link that someone is at; the server is near. */
export type Side = 'near' | 'far';

/** A person in the meeting, with a page of their own. */
export interface Attendee {
  page: Page;
  close(): Promise<void>;
}

/** A person whose browser is limited to a share of one core. */
interface SlowAttendee extends Attendee {
  quota: CpuQuota;
}

/** Brings people into a meeting. */
interface Host {
  join(
    browser: Browser,
    name: string,
    room: string,
    sends: boolean,
  ): Promise<Attendee>;
  close(): Promise<void>;
}

/** A meeting of pages on both sides of a link. */
export class Meeting {
  readonly link: Link;
  readonly #browsers: Record<Side, Browser>;
  readonly #host: Host;
  #joined = 0;

  private constructor(link: Link, browsers: Record<Side, Browser>, host: Host) {
    this.link = link;
    this.#browsers = browsers;
    this.#host = host;
  }

  /**
   * Opens a link, and a browser at either side.
   *
   * @param other - The address of a page that enters a room by itself, as that of
   *   mediasoup-demo does; by default Atrium's, of a server of its own.
   */
  static async open(other?: string): Promise<Meeting> {
    const link = await Link.open();
    const [near, far, host] = await Promise.all([
      launchBrowser(),
      launchBrowser(WILLING, link),
      other === undefined ? atriumAt(link.near) : otherAt(other),
    ]);
    return new Meeting(link, { near, far }, host);
  }

  /** Brings someone in, to send and receive, or to watch only. */
  async join(side: Side, sends: boolean, room = ROOM): Promise<Attendee> {
    this.#joined += 1;
    const name = `${sends ? 'Sender' : 'Watcher'} ${this.#joined}`;
    return await this.#host.join(this.#browsers[side], name, room, sends);
  }

  /** Brings someone in with a browser of their own, which is slow once told so. */
  async joinSlowly(sends: boolean, room: string): Promise<SlowAttendee> {
    const quota = new CpuQuota();
    const browser = await launchBrowser(WILLING, quota);
    this.#joined += 1;
    const name = `${sends ? 'Sender' : 'Watcher'} ${this.#joined}`;
    const { page } = await this.#host.join(browser, name, room, sends);
    return {
      page,
      quota,
      async close() {
        quota.set(undefined);
        await browser.close();
        await quota.close();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#browsers).map((it) => it.close()));
    await this.#host.close();
    await this.link.close();
  }
}

/** Records what a page receives, until `during` is done. */
export async function record(
  { page }: Attendee,
  during: () => Promise<void>,
): Promise<Reception[]> {
  await page.evaluate(`atriumTest.startRecords(${INTERVAL})`);
  await during();
  return await page.evaluate<Reception[]>('atriumTest.takeRecords()');
}

async function atriumAt(address: string): Promise<Host> {
  const server: Server = await startServerAt(address);
  return {
    join(browser, name, room, sends) {
      const { url } = server;
      return sends
        ? Visitor.join(browser, url, name, room)
        : Visitor.joinToWatch(browser, url, name, room);
    },
    close: () => server.close(),
  };
}

function otherAt(address: string): Host {
  return {
    async join(browser, name, room, sends) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      await context.addInitScript({ path: IN_PAGE });
      const page = await context.newPage();
      const url = new URL(address);
      url.searchParams.set('roomId', room);
      url.searchParams.set('displayName', name);
      if (!sends) {
        url.searchParams.set('produce', 'false');
      }
      await page.goto(url.href);
      return { page, close: () => context.close() };
    },
    close: () => Promise.resolve(),
  };
}
