import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
  WILLING,
} from '../../tools/fixtures/browser/launch.ts';
import { startServerAt } from '../../tools/fixtures/server.ts';
import { Link } from '../../tools/netem/Link.ts';
import { noLink } from '../../tools/netem/program.ts';
import { withTokens } from '../support/JsonClient.ts';
import { until } from '../support/until.ts';
import { Caller } from './Caller.ts';

/** No camera, which leaves more of the machine to others. */
const SOUND_ONLY = `{
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function ({ video, ...rest }) {
    return open.call(this, rest);
  };
}`;

/** A microphone that hears nothing. */
const SILENT = `
  MediaDevices.prototype.getUserMedia = async () => {
    const context = new AudioContext();
    const heard = context.createConstantSource();
    const microphone = context.createMediaStreamDestination();
    heard.offset.value = 0;
    heard.connect(microphone);
    heard.start();
    return microphone.stream;
  };
`;

/** Packets of sound: before DTX sets in, and those that are compared. */
const WARM_UP = 100;
const COMPARED = 250;

/** Of those, what is sent of silence with DTX: one in 400 ms instead of twenty. */
const NEARLY_NONE = 50;

/** Packets of sound that a browser has sent. */
function sentBy({ visitor }: Caller): Promise<number> {
  return visitor.page.evaluate<number>('atriumTest.sentSound()');
}

/** Waits until somebody has sent so many packets of sound more. */
async function sends(caller: Caller, packets: number): Promise<void> {
  const begun = await sentBy(caller);
  await until(
    `${packets} packets of ${caller.name}'s sound`,
    async () => (await sentBy(caller)) >= begun + packets,
  );
}

describe('the sound of a call', { skip: noBrowser || noLink }, () => {
  let link: Link;
  let server: Server;
  let near: Browser;
  let far: Browser;

  before(async () => {
    link = await Link.open();
    server = await startServerAt(link.near, withTokens);
    [near, far] = await Promise.all([
      launchBrowser(),
      launchBrowser(WILLING, link),
    ]);
  });

  afterEach(() => link.set({}));

  after(async () => {
    await Promise.all([near?.close(), far?.close()]);
    await server?.close();
    await link?.close();
  });

  test('next to nothing is sent of silence where the address says dtx, on both ways of a call', async () => {
    const silent = { initScript: SILENT };
    const { url } = server;
    await using ada = await Caller.register(near, url, 'Ada', {
      ...silent,
      query: '?dtx',
    });
    await using ben = await Caller.register(near, url, 'Ben', silent);
    await using cleo = await Caller.register(near, url, 'Cleo', silent);
    await ada.starts('Silence', [ben, cleo]);
    await ada.calls('Silence');
    await ben.press('Accept');
    for (const way of ['Direct', 'Through the server'] as const) {
      if (way === 'Through the server') {
        await cleo.press('Accept');
      }
      await Promise.all([ada, ben].map((it) => it.goes(way)));
      await sends(ben, WARM_UP);
      const begun = await sentBy(ada);
      assert.ok(begun > 0);
      await sends(ben, COMPARED);
      const sent = (await sentBy(ada)) - begun;
      assert.ok(sent < NEARLY_NONE, `${way}: ${sent} packets of silence`);
    }
  });

  test('a weak connection is shown while it lasts, on both ways of a call', async () => {
    const { url } = server;
    const sound = { initScript: SOUND_ONLY };
    await using ada = await Caller.register(near, url, 'Ada', sound);
    await using ben = await Caller.register(far, url, 'Ben', sound);
    await using cleo = await Caller.register(near, url, 'Cleo', sound);
    await ada.starts('Losses', [ben, cleo]);
    await ada.calls('Losses');
    await ben.press('Accept');
    for (const way of ['Direct', 'Through the server'] as const) {
      if (way === 'Through the server') {
        await cleo.press('Accept');
      }
      await Promise.all([ada, ben].map((it) => it.goes(way)));
      const weak = [
        ben.visitor.ownTile('weak connection'),
        ada.visitor.tile('Ben', 'weak connection'),
      ];

      await link.set({ loss: 40 });
      await Promise.all(weak.map((it) => it.waitFor()));

      await link.set({});
      await Promise.all(weak.map((it) => it.waitFor({ state: 'detached' })));
    }
  });
});
