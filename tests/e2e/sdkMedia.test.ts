import assert from 'node:assert/strict';
import process from 'node:process';
import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { newKey } from '../../sdk/src/core/e2ee/key.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { until } from '../support/until.ts';
import { bundle, runScript } from './script.ts';
import { plays, SdkPages } from './SdkPages.ts';

/** Several cameras, a user who allows everything, and no sound before a click. */
const FLAGS = [
  '--use-fake-device-for-media-stream=device-count=4',
  '--use-fake-ui-for-media-stream',
];

/** Of a camera with 960 pixels a line, sent in three sizes. */
const SMALLEST_WIDTH = 240;

/** Enters by itself, plays what it hears, and tells of the sound that is refused. */
const LISTENER = `
  import { VideoconfSDK } from 'videoconf-sdk';
  window.sdk = new VideoconfSDK({ displayName: 'Bob' });
  let before;
  sdk.subscribe(() => {
    const { audioBlocked } = sdk.getSnapshot();
    if (audioBlocked !== before) {
      before = audioBlocked;
      console.info('audioBlocked: ' + audioBlocked);
    }
  });
  sdk.on('track-added', (track) => {
    const element = document.createElement(track.kind);
    document.body.append(element);
    track.attach(element);
  });
  const button = document.createElement('button');
  button.textContent = 'Play sound';
  button.onclick = () => sdk.startAudio();
  document.body.append(button);
  await sdk.join('silent');
`;

describe('the SDK, as for media and refusals,', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let pages: SdkPages;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({ meetings: { maxPeers: 2 } }),
      launchBrowser(FLAGS),
    ]);
    pages = await SdkPages.of(browser, server.url);
  });

  afterEach(() =>
    Promise.all(browser.contexts().map((context) => context.close())),
  );

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** The number of tracks that the server sends to a person in a room. */
  const active = (room: string, name: string): number | undefined =>
    [...server.registry.get(room).peers.values()].find(
      ({ displayName }) => displayName === name,
    )?.consumers.counts.active;

  it('shows encrypted video to those alone who have the key', async () => {
    const e2eeKey = newKey();
    const ada = await pages.join('Ada', 'sealed', { e2eeKey });
    const bob = await pages.join('Bob', 'sealed', { e2eeKey });
    const eve = await pages.join('Eve', 'sealed');
    await plays(ada, 'Bob', 'camera');
    await plays(bob, 'Ada', 'camera');
    for (const name of ['Ada', 'Bob']) {
      await eve.waitForFunction(`track('${name}', 'camera')`);
      await eve.evaluate(`show('${name}', 'camera')`);
    }
    // Eve does not encrypt her tracks, so the others do not play them either.
    await ada.waitForFunction("track('Eve', 'camera')");
    await plays(ada, 'Bob', 'camera');
    assert.ok((await bob.evaluate<number>('framesDecoded()')) > 0);
    assert.equal(await eve.evaluate('framesDecoded()'), 0);
    assert.deepEqual(
      await eve.evaluate("events.filter((it) => it.startsWith('track'))"),
      [],
    );
    assert.equal(
      await ada.evaluate("track('Eve', 'camera').mediaStreamTrack"),
      undefined,
    );
  });

  it('changes the devices of what is sent', async () => {
    const ada = await pages.open({ displayName: 'Ada' });
    const produced: string[] = [];
    ada.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        const { method } = JSON.parse(String(payload)) as { method?: string };
        if (method === 'produce' || method === 'closeProducer') {
          produced.push(method);
        }
      }),
    );
    await ada.evaluate("enter('garden')");
    const bob = await pages.join('Bob', 'garden');
    await plays(bob, 'Ada', 'camera');
    await plays(bob, 'Ada', 'mic');
    await bob.evaluate(
      "window.before = ['mic', 'camera'].map((it) => track('Ada', it).mediaStreamTrack)",
    );
    const chosen: string[] = [];
    for (const [kind, source, device] of [
      ['camera', 'camera', 'videoinput'],
      ['microphone', 'mic', 'audioinput'],
    ] as const) {
      const id = await ada.evaluate<string>(`(async () => {
        const { mediaStreamTrack } = sdk.getSnapshot().self.tracks.get('${source}');
        window.earlier = mediaStreamTrack;
        const { deviceId } = mediaStreamTrack.getSettings();
        return (await navigator.mediaDevices.enumerateDevices()).findLast(
          (it) => it.kind === '${device}' && it.deviceId !== deviceId).deviceId;
      })()`);
      chosen.push(id);
      await ada.evaluate(`sdk.setDevice('${kind}', '${id}')`);
      assert.deepEqual(
        await ada.evaluate(`[
          earlier.readyState,
          sdk.getSnapshot().self.tracks.get('${source}').mediaStreamTrack.getSettings().deviceId,
        ]`),
        ['ended', id],
      );
    }
    await ada.waitForFunction(
      `sentDevices().join() === '${chosen.toSorted().join(',')}'`,
    );
    await plays(bob, 'Ada', 'camera');
    await plays(bob, 'Ada', 'mic');
    assert.ok(
      await bob.evaluate(
        "['mic', 'camera'].every((it, i) => track('Ada', it).mediaStreamTrack === before[i])",
      ),
    );
    assert.deepEqual(produced, ['produce', 'produce']);
    assert.deepEqual(
      await ada.evaluate('events.filter((it) => /[A-Z]{2}/.test(it))'),
      [],
    );
  });

  it('shares the screen, and stops that', async () => {
    const ada = await pages.join('Ada', 'stage');
    const bob = await pages.join('Bob', 'stage');
    await plays(bob, 'Ada', 'camera');
    for (const round of [1, 2]) {
      await ada.evaluate('sdk.setScreenShare(true)');
      await plays(bob, 'Ada', 'screen');
      const own = await ada.evaluate(`(async () => {
        const { mediaStreamTrack } = sdk.getSnapshot().self.tracks.get('screen');
        await sdk.setScreenShare(false);
        return [mediaStreamTrack.readyState, ...sdk.getSnapshot().self.tracks.keys()];
      })()`);
      assert.deepEqual(own, ['ended', 'mic', 'camera']);
      await bob.waitForFunction(
        "!person('Ada').tracks.has('screen') && !person('Ada').tracks.has('screen-audio')",
      );
      const left = await bob.evaluate(`(() => {
        shown('Ada', 'screen').remove();
        return events.filter((it) => it === 'track-removed screen').length;
      })()`);
      assert.equal(left, round);
    }
    await plays(bob, 'Ada', 'camera');
  });

  it('receives a video as large as it is shown, and none that is out of sight', async () => {
    await pages.join('Ada', 'layers');
    const bob = await pages.open({ displayName: 'Bob' });
    const cem = await pages.open({ displayName: 'Cem', adaptive: false });
    await bob.evaluate("sdk.join('layers')");
    await cem.evaluate("sdk.join('layers')");
    const small = 'width: 160px; height: 90px';
    await plays(bob, 'Ada', 'camera', small);
    const width = (page: Page, condition: string) =>
      page.waitForFunction(`shown('Ada', 'camera').videoWidth ${condition}`);
    await width(bob, `<= ${SMALLEST_WIDTH}`);
    await plays(cem, 'Ada', 'camera', small);
    await width(cem, `> ${SMALLEST_WIDTH}`);
    await width(bob, `<= ${SMALLEST_WIDTH}`);

    const style = (css: string) =>
      bob.evaluate(`shown('Ada', 'camera').style = '${css}'`);
    await style('width: 960px; height: 540px');
    await width(bob, `> ${SMALLEST_WIDTH}`);
    await style(small);
    await width(bob, `<= ${SMALLEST_WIDTH}`);

    await style(`${small}; position: absolute; top: 5000px`);
    await until('only the sound is sent', () => active('layers', 'Bob') === 1);
    await style(small);
    await until('the video is sent', () => active('layers', 'Bob') === 2);
    await plays(bob, 'Ada', 'camera');
  });

  it('tells of sound that the browser refuses, and plays it in a click', async () => {
    const bob = await runScript(browser, server.url, await bundle(LISTENER));
    const logged = (text: string) =>
      bob.waitForEvent('console', (message) => message.text() === text);
    // Any evaluation in a page counts as a gesture of its user.
    const blocked = logged('audioBlocked: true');
    await pages.join('Ada', 'silent');
    await blocked;
    const unblocked = logged('audioBlocked: false');
    await bob.getByRole('button', { name: 'Play sound' }).click();
    await unblocked;
    await bob.waitForFunction(
      "document.querySelector('audio').currentTime > 0.3",
    );
    assert.equal(await bob.evaluate('sdk.getSnapshot().audioBlocked'), false);
  });

  it('sends and receives anew after the media worker died', async () => {
    const ada = await pages.join('Ada', 'reset');
    const bob = await pages.join('Bob', 'reset');
    const both = [
      [ada, 'Bob'],
      [bob, 'Ada'],
    ] as const;
    for (const [page, other] of both) {
      await plays(page, other, 'camera');
      await page.evaluate(
        `window.before = track('${other}', 'camera').mediaStreamTrack`,
      );
    }
    for (const { worker } of server.pool.alive) {
      process.kill(worker.pid, 'SIGKILL');
    }
    for (const [page, other] of both) {
      await page.waitForFunction(`(() => {
        const now = track('${other}', 'camera')?.mediaStreamTrack;
        return now && now !== before &&
          shown('${other}', 'camera').srcObject?.getTracks()[0] === now;
      })()`);
      await plays(page, other, 'camera');
      assert.deepEqual(
        await page.evaluate("events.filter((it) => !it.startsWith('track'))"),
        ['connecting', 'connected', 'mediaReset'],
      );
    }
  });

  it('says that a session is full, and that it has ended', async () => {
    const eve = await pages.open('a-key', 'a-project');
    const bob = await pages.open('a-key', 'a-project');
    const token = await eve.evaluate<string>(`(async () => {
      const body = JSON.stringify({ username: 'ada', password: 'a long password' });
      const headers = { 'Content-Type': 'application/json' };
      await fetch('/users', { method: 'POST', headers, body });
      return (await (await fetch('/auth', { method: 'POST', headers, body })).json()).token;
    })()`);
    const ada = await pages.open(token, 'a-project');
    const address = await ada.evaluate<string>(
      "sdk.createSession('Title', 'sesame')",
    );
    const enter = (page: Page) =>
      page.evaluate(`outcome(sdk.joinSession('${address}', 'sesame'))`);
    assert.equal(await enter(bob), 'done');
    assert.deepEqual(await enter(eve), [true, 'SESSION_FULL', true]);
    const end = (page: Page) =>
      page.evaluate(`(() => {
        const { state, endReason, error } = sdk.getSnapshot();
        return [state, endReason, error.code, error.final].join(' ');
      })()`);
    assert.equal(await end(eve), 'ended refused SESSION_FULL true');
    assert.equal(
      await ada.evaluate(`fetch('/session/${address}', {
        method: 'DELETE',
        headers: { Authorization: 'Bearer ${token}' },
      }).then((it) => it.status)`),
      204,
    );
    for (const page of [ada, bob]) {
      await page.waitForFunction("sdk.getSnapshot().state === 'ended'");
      assert.equal(await end(page), 'ended closed CLOSED true');
    }
    assert.deepEqual(await enter(eve), [true, 'SESSION_NOT_FOUND', true]);
    assert.equal(await end(eve), 'ended refused SESSION_NOT_FOUND true');
  });
});
