import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
  RELUCTANT,
  SPARSE,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

const BOTH = ['microphone', 'camera'];

const PICTURE = `document.querySelector('#preview video').videoWidth > 0`;

const LEVEL = `Number(document.querySelector('#preview-level').ariaValueNow) > 0`;

/** Counts how often devices are opened, and notes the speakers that sound goes to. */
const COUNT = `
  globalThis.opened = [];
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function (constraints) {
    opened.push(constraints);
    return open.call(this, constraints);
  };
  globalThis.sinks = [];
  const setSink = HTMLMediaElement.prototype.setSinkId;
  HTMLMediaElement.prototype.setSinkId = function (id) {
    sinks.push(id);
    return setSink.call(this, id);
  };
`;

describe('the preview at the entrance', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer(),
      launchBrowser(RELUCTANT),
    ]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  function open(
    permissions: string[],
    options: { initScript?: string } = {},
  ): Promise<Visitor> {
    return Visitor.open(browser, server.url, 'Ada', {
      room: 'garden',
      permissions,
      ...options,
    });
  }

  it('shows the picture, the name and the level, and is taken into the room', async () => {
    await using ada = await open(BOTH, { initScript: COUNT });
    const { page } = ada;
    await ada.until(PICTURE);
    await ada.until(LEVEL);
    await page.getByRole('heading', { name: 'Join garden' }).waitFor();
    await ada.fillIn();
    assert.equal(await page.locator('#preview-name').textContent(), 'Ada');
    assert.deepEqual(await ada.openDevices(), ['audio', 'video']);
    await ada.button('Join').click();
    await ada.inRoom();
    await ada.ownTile('microphone on, camera on').waitFor();
    assert.equal(await page.evaluate('opened.length'), 1);
    await ada.button('Leave').click();
    await ada.button('Try camera and microphone').waitFor();
    assert.deepEqual(await ada.openDevices(), []);
  });

  it('opens and closes devices with the choice of them', async () => {
    await using ada = await open(BOTH);
    const { page } = ada;
    await ada.until(PICTURE);
    await page.getByRole('checkbox', { name: 'Camera' }).uncheck();
    assert.deepEqual(await ada.openDevices(), ['audio']);
    await page.locator('.preview-blank').waitFor();
    await page.getByRole('checkbox', { name: 'Camera' }).check();
    await ada.until(PICTURE);
    await page.getByRole('checkbox', { name: 'Microphone' }).uncheck();
    assert.deepEqual(await ada.openDevices(), ['video']);
    await page.reload();
    await ada.until(PICTURE);
    assert.deepEqual(await ada.openDevices(), ['video']);
  });

  it('opens the chosen devices, plays a test sound, and remembers the choice', async () => {
    await using ada = await open(BOTH, { initScript: COUNT });
    const { page } = ada;
    await ada.until(PICTURE);
    await ada.button('Devices').click();
    const mic = page.locator('#preview [data-kind="audioinput"]');
    await mic.selectOption({ label: 'Fake Audio Input 2' });
    const micId = await mic.inputValue();
    await ada.until(
      `opened.some(({ audio }) => audio?.deviceId?.exact === ${JSON.stringify(micId)})`,
    );
    const speaker = page.locator('#preview [data-kind="audiooutput"]');
    await speaker.selectOption({ label: 'Fake Audio Output 1' });
    const speakerId = await speaker.inputValue();
    await ada.button('Play a test sound').click();
    await ada.until(`sinks.includes(${JSON.stringify(speakerId)})`);
    await page.reload();
    await ada.until(PICTURE);
    await ada.button('Devices').click();
    assert.equal(await mic.inputValue(), micId);
    assert.equal(await speaker.inputValue(), speakerId);
  });

  it('waits for a click where the browser would ask, and says what to do if refused', async () => {
    await using ada = await open([]);
    const { page } = ada;
    await ada.button('Try camera and microphone').click();
    await page
      .getByText(
        /has blocked the microphone and camera.*Allow them.*join without/,
      )
      .waitFor();
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.inRoom();
  });

  it('begins with the usual settings where others were stored', async () => {
    const stored = JSON.stringify({
      name: 'x'.repeat(10_000),
      mic: 'yes',
      camera: false,
      micId: 7,
    });
    await using ada = await open([], {
      initScript: `localStorage.setItem('atrium', ${JSON.stringify(stored)});`,
    });
    const { page } = ada;
    assert.equal(await page.getByLabel('Your name').inputValue(), '');
    const checkbox = (name: string) => page.getByRole('checkbox', { name });
    assert.ok(await checkbox('Microphone').isChecked());
    assert.ok(!(await checkbox('Camera').isChecked()));
  });
});

describe('the preview without a camera', { skip: noBrowser }, () => {
  it('tells so, and how to go on', async () => {
    const server = await startServer();
    const browser = await launchBrowser(SPARSE);
    try {
      await using ada = await Visitor.open(browser, server.url, 'Ada');
      await ada.page
        .getByText(/No camera was found.*Connect one.*join without/)
        .waitFor();
      await ada.until(LEVEL);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
