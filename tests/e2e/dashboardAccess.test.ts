import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { assertAccessible } from '../support/accessibility.ts';
import { rootKey } from '../support/apiKeys.ts';
import { sendAudio } from '../support/protooMembers.ts';
import { Receiver } from '../webhooks/Receiver.ts';
import { DashboardWindow } from './DashboardWindow.ts';

const ROOM = 'garden';

describe(
  'the dashboard by the rules of WCAG 2.2 AA',
  { skip: noBrowser },
  () => {
    let server: Server;
    let browser: Browser;
    let receiver: Receiver;
    let window: DashboardWindow;
    const clients: ProtooClient[] = [];

    before(async () => {
      receiver = await Receiver.start();
      [server, browser] = await Promise.all([
        startServer({
          ops: { port: 0, historyInterval: 1_000 },
          auth: { apiKeys: [rootKey.entry] },
          webhooks: {
            allowPrivate: true,
            endpoints: [
              { id: 'backend', url: receiver.url, secrets: [receiver.secret] },
            ],
          },
        }),
        launchBrowser(),
      ]);
      const { client: ada } = await ProtooClient.join(server.url, ROOM, 'ada', {
        rtpCapabilities,
      });
      const { client: bob } = await ProtooClient.join(server.url, ROOM, 'bob', {
        rtpCapabilities,
      });
      clients.push(ada, bob);
      await sendAudio(ada);
      await ada.request('removePeer', { peerId: 'bob', ban: true });
      await ada.request('setLobby', { enabled: true });
      window = await DashboardWindow.open(browser, server);
    });

    after(async () => {
      await window?.[Symbol.asyncDispose]();
      for (const client of clients) {
        await client.close();
      }
      await Promise.all([browser?.close(), server?.close()]);
      await receiver?.[Symbol.asyncDispose]();
    });

    it('keeps them before the key is known', async () => {
      await window.page.getByLabel('API key').waitFor();
      await assertAccessible(window.page, 'sign-in');
      await window.signIn({ token: 'root.wrong' });
      await window.page.getByText('This key is not valid').waitFor();
      await assertAccessible(window.page, 'a refused key');
      await window.signIn(rootKey);
      await window.heading('Servers');
    });

    /** Texts that the places show once they have read their data. */
    const PLACES = {
      Servers: 'ready',
      Rooms: ROOM,
      Bans: 'bob',
      'Audit log': 'protoo',
      Webhooks: 'peer.joined',
      Events: 'ada joined',
    };

    for (const [place, text] of Object.entries(PLACES)) {
      it(`keeps them in ${place}`, async () => {
        await window.page.getByRole('link', { name: place }).click();
        await window.heading(place);
        await window.page.getByText(text).first().waitFor();
        await assertAccessible(window.page, place);
      });
    }

    it('keeps them in a room, for a peer and in a question', async () => {
      const { page } = window;
      await page.getByRole('link', { name: 'Rooms' }).click();
      await page.getByRole('link', { name: ROOM }).click();
      await page.getByRole('link', { name: 'ada' }).waitFor();
      await assertAccessible(page, 'a room');
      await page.getByRole('link', { name: 'ada' }).click();
      await page.getByRole('cell', { name: 'mic' }).waitFor();
      await assertAccessible(page, 'a peer');
      await page.getByRole('button', { name: 'Mute…' }).click();
      await page.getByRole('dialog', { name: 'Mute mic of ada?' }).waitFor();
      await assertAccessible(page, 'a question');
      await page.getByRole('button', { name: 'Cancel' }).click();
      assert.deepEqual(window.errors, []);
    });
  },
);
