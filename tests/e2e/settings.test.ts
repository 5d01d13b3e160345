import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { roomStats } from '../../lib/rooms/roomStats.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
  SEVERAL_CAMERAS,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

/** Notes the speakers of the elements that play the sound of others. */
const SINKS = `[...document.querySelectorAll('.tile audio')].map((it) => it.sinkId)`;

/** The camera whose picture a page shows of its own user. */
const OWN_CAMERA = `document.querySelector('.tile[data-self="true"] video')
  .srcObject.getVideoTracks()[0].getSettings().deviceId`;

/** Notes the constraints under which devices are opened. */
const NOTE = `
  globalThis.opened = [];
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function (constraints) {
    opened.push(constraints);
    return open.call(this, constraints);
  };
`;

describe('the settings of the room', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visitor;
  let grace: Visitor;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer(),
      launchBrowser(SEVERAL_CAMERAS),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  beforeEach(async () => {
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden', {
      initScript: NOTE,
    });
    grace = await Visitor.joinToWatch(browser, server.url, 'Grace', 'garden');
    await grace.seesAndHears('Ada');
  });

  afterEach(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
  });

  function producers(): string[] {
    const room = server.registry.rooms.get('garden');
    return [...(room?.peers.values() ?? [])].flatMap(
      ({ producers }) => producers.ids,
    );
  }

  it('switch to another microphone by the same producer, muted or not', async () => {
    const before = producers();
    await ada.button('Settings').click();
    const mic = ada.page.locator('#settings [data-kind="audioinput"]');
    await mic.selectOption({ label: 'Fake Audio Input 2' });
    const id = await mic.inputValue();
    await ada.until(
      `opened.some(({ audio }) => audio?.deviceId?.exact === ${JSON.stringify(id)})`,
    );
    await ada.until('atriumTest.openDevices().length === 2');
    await grace.seesAndHears('Ada');
    await ada.button('Mute microphone').click();
    await grace.tile('Ada', 'microphone muted').waitFor();
    await mic.selectOption({ index: 0 });
    await ada.until('atriumTest.openDevices().length === 2');
    await ada.button('Unmute microphone').click();
    await grace.seesAndHears('Ada');
    assert.deepEqual(producers(), before);
    assert.equal(roomStats(server.registry).all.producers.audio, 1);
  });

  it('switch to another camera by the same producer, and back', async () => {
    const before = producers();
    await ada.button('Settings').click();
    const camera = ada.page.locator('#settings [data-kind="videoinput"]');
    const ids = new Set();
    for (const label of ['fake_device_2', 'fake_device_0']) {
      await camera.selectOption({ label });
      const id = await camera.inputValue();
      ids.add(id);
      await ada.until(`${OWN_CAMERA} === ${JSON.stringify(id)}`);
      await ada.until('atriumTest.openDevices().length === 2');
      await grace.seesAndHears('Ada');
    }
    assert.equal(ids.size, 2);
    assert.deepEqual(producers(), before);
    assert.equal(roomStats(server.registry).all.producers.video, 1);
  });

  it('forget a camera that is gone, and open another', async () => {
    await using mary = await Visitor.join(browser, server.url, 'Mary', 'hall', {
      initScript: `localStorage.setItem('atrium', '{"cameraId":"${'f'.repeat(64)}"}');`,
    });
    await mary.until(`${OWN_CAMERA}.length > 0`);
    await mary.button('Settings').click();
    const camera = mary.page.locator('#settings [data-kind="videoinput"]');
    assert.equal(await camera.inputValue(), '');
  });

  it('list a microphone as soon as it is connected', async () => {
    await ada.button('Settings').click();
    const mic = ada.page.locator('#settings [data-kind="audioinput"]');
    const headset = mic.locator('option').filter({ hasText: 'Headset' });
    await mic.locator('option').nth(1).waitFor({ state: 'attached' });
    assert.equal(await headset.count(), 0);
    await ada.page.evaluate(`{
      const devices = navigator.mediaDevices;
      const list = devices.enumerateDevices.bind(devices);
      devices.enumerateDevices = async () =>
        [...(await list()), { kind: 'audioinput', deviceId: 'headset', label: 'Headset' }];
      devices.dispatchEvent(new Event('devicechange'));
    }`);
    await headset.waitFor({ state: 'attached' });
  });

  it('switch the processing of the microphone, and remember it', async () => {
    await ada.button('Settings').click();
    await ada.page.getByLabel('Suppress noise').uncheck();
    await ada.until(
      'opened.some(({ audio }) => audio?.noiseSuppression === false)',
    );
    await grace.seesAndHears('Ada');
    await ada.button('Leave').click();
    await ada.button('Join').click();
    await ada.inRoom();
    await ada.button('Settings').click();
    assert.ok(!(await ada.page.getByLabel('Suppress noise').isChecked()));
    assert.ok(await ada.page.getByLabel('Cancel echo').isChecked());
  });

  it('play the sound of others on the chosen speaker', async () => {
    await grace.button('Settings').click();
    const speaker = grace.page.locator('#settings [data-kind="audiooutput"]');
    await speaker.selectOption({ label: 'Fake Audio Output 1' });
    const id = JSON.stringify(await speaker.inputValue());
    await grace.until(`${SINKS}.every((sink) => sink === ${id})`);
    await using mary = await Visitor.join(
      browser,
      server.url,
      'Mary',
      'garden',
    );
    await grace.tile(mary.name).waitFor();
    await grace.until(
      `${SINKS}.length === 3 && ${SINKS}.every((sink) => sink === ${id})`,
    );
  });
});
