import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
  SPARSE,
} from '../../tools/fixtures/browser/launch.ts';
import { until } from '../support/until.ts';
import { Caller } from './Caller.ts';

/** Measures what WebAudio sends to the loudspeakers. */
const LOUDSPEAKERS = `{
  const { connect } = AudioNode.prototype;
  const meters = new Map();
  AudioNode.prototype.connect = function (target, ...rest) {
    const { context } = this;
    if (target === context.destination) {
      const meter = meters.get(context) ?? context.createAnalyser();
      meter.fftSize = 32768;
      meters.set(context, meter);
      connect.call(this, meter);
    }
    return connect.call(this, target, ...rest);
  };
  const { resume } = AudioContext.prototype;
  window.permissions = [];
  AudioContext.prototype.resume = function () {
    const note = (step) =>
      permissions.push([step, navigator.userActivation.hasBeenActive]);
    note('asked');
    this.onstatechange = () => note(this.state);
    return resume.call(this);
  };
  /** The state of each context that has been used, and its loudest sample of late. */
  window.loudspeakers = () =>
    Array.from(meters, ([{ state }, meter]) => {
      const samples = new Float32Array(meter.fftSize);
      meter.getFloatTimeDomainData(samples);
      return { state, peak: Math.max(...samples.map(Math.abs)) };
    });
}`;

/** The loudest that a ring may be, of 1. */
const QUIET = 0.12;

/** The sound that comes out of the loudspeakers of a page. */
function loudspeakers(page: Page): Promise<{ state: string; peak: number }[]> {
  return page.evaluate('loudspeakers()');
}

/** Waits until the page makes a sound, which is not loud. */
async function sounds(page: Page): Promise<void> {
  const peak = await until('a sound', async () =>
    (await loudspeakers(page)).find(
      (it) => it.state === 'running' && it.peak > 0.01,
    ),
  );
  assert.ok(peak.peak < QUIET, `${peak.peak} should be quiet`);
}

/** Waits until the page makes no sound any more. */
async function fallsSilent(page: Page): Promise<void> {
  await until('silence', async () =>
    (await loudspeakers(page)).every((it) => it.state === 'suspended'),
  );
}

describe('the sound of a call that rings', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Caller;
  let ben: Caller;
  let pages: [Page, Page];

  before(async () => {
    // This browser lets pages sound as others do: after a gesture.
    [server, browser] = await Promise.all([
      startServer(),
      launchBrowser(SPARSE),
    ]);
    const options = { initScript: LOUDSPEAKERS };
    [ada, ben] = await Promise.all([
      Caller.register(browser, server.url, 'Ada', options),
      Caller.register(browser, server.url, 'Ben', options),
    ]);
    pages = [ada.visitor.page, ben.visitor.page];
    await ada.starts('Pair', [ben]);
  });

  afterEach(async () => {
    setRingTimeout(60_000);
    await Promise.all([ada, ben].map((it) => it.returnsHome()));
    await until('the end of all calls', () => server.calls.limitUse.used === 0);
  });

  after(async () => {
    await Promise.all([ada, ben].map((it) => it?.[Symbol.asyncDispose]()));
    await browser?.close();
    await server?.close();
  });

  function setRingTimeout(ringTimeout: number): void {
    server.reconfigure(testConfig({ calls: { ringTimeout } }));
  }

  it('is heard by both until the call is accepted', async () => {
    await ada.calls('Pair');
    await Promise.all(pages.map(sounds));
    await ben.press('Accept');
    await Promise.all(pages.map(fallsSilent));
  });

  it('stops when the call is declined, and when no one answers', async () => {
    await ada.calls('Pair');
    await Promise.all(pages.map(sounds));
    await ben.press('Decline');
    await Promise.all(pages.map(fallsSilent));
    await ada.press('Back to your conversations');

    setRingTimeout(2_000);
    await ada.calls('Pair');
    await Promise.all(pages.map(sounds));
    await Promise.all(pages.map(fallsSilent));
    await ada.reads('No one answered. Try again later.');
  });

  it('stops when the call is answered on another device', async () => {
    await using phone = await ben.onAnotherDevice(browser, server.url);
    await ada.calls('Pair');
    await Promise.all(pages.map(sounds));
    await phone.press('Accept');
    await Promise.all(pages.map(fallsSilent));
    await phone.press('Hang up');
  });

  it('waits for a gesture on a page that has not been touched', async () => {
    const login = await ben.visitor.page.evaluate<string>(
      `sessionStorage.getItem('atrium.login')`,
    );
    const page = await ben.visitor.page.context().newPage();
    await page.addInitScript(
      `sessionStorage.setItem('atrium.login', ${JSON.stringify(login)})`,
    );
    // To wait for anything on the page would be a gesture to it.
    const frames: string[] = [];
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) =>
        frames.push(payload.toString()),
      );
    });
    const hears = (name: string) =>
      until(name, () => frames.some((it) => it.includes(`"${name}"`)));
    await page.goto(`${server.url}call`);
    await hears('authenticated');
    await ada.calls('Pair');
    await hears('call:incoming');
    await sounds(ben.visitor.page);
    await page.mouse.click(1, 1);
    await sounds(page);
    const permissions = await page.evaluate<[string, boolean][]>('permissions');
    assert.deepEqual(permissions[0], ['asked', false]);
    assert.deepEqual(
      permissions.find(([step]) => step === 'running'),
      ['running', true],
    );
    await ben.press('Decline');
    await fallsSilent(page);
    await page.close();
  });

  it('can be switched off, which the page remembers', async () => {
    const { page } = ben.visitor;
    const toggle = page.getByLabel('Sound when a call rings');
    assert.ok(await toggle.isChecked());
    await ada.calls('Pair');
    await sounds(page);
    await toggle.uncheck();
    await fallsSilent(page);
    await toggle.check();
    await sounds(page);
    await toggle.uncheck();
    await ben.press('Decline');
    await ada.press('Back to your conversations');

    await page.reload();
    await page.getByText('Your user ID is').waitFor();
    assert.ok(!(await toggle.isChecked()));
    await ada.calls('Pair');
    await ben.reads('Ada is calling.');
    await sounds(ada.visitor.page);
    assert.deepEqual(await loudspeakers(page), []);
    await ben.press('Decline');
  });
});
