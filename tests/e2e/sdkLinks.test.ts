import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { noRelay, Relay } from './Relay.ts';
import { meets, SessionPages } from './SessionPages.ts';

const SECRET = 'a secret that coturn and Atrium share';

describe('direct connections of the SDK', { skip: noBrowser }, () => {
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  /** Two people who are connected directly, and what each sees of the other. */
  async function pair(server: Server, options = '') {
    const pages = new SessionPages(browser, server.url);
    const settings = `transport: 'p2p', ${options}`;
    const [ada, address] = await pages.create('Ada', settings);
    const bob = await pages.join(address, 'Bob', settings);
    await meets(ada, 1);
    await meets(bob, 1);
    return { ada, bob, close: () => pages.close(ada, bob) };
  }

  it('agree when both change at once what they send, over a slow network as well', async (t) => {
    const server = await startServer();
    t.after(() => server.close());
    const { ada, bob, close } = await pair(server);
    const both = [
      [ada, 'Bob'],
      [bob, 'Ada'],
    ] as const;
    for (const delay of [0, 300, 600]) {
      await Promise.all(
        both.map(([page]) => page.evaluate(`delay = ${delay}`)),
      );
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(
          both.map(([page]) =>
            page.evaluate("sdk.publish(drawing(), { source: 'screen' })"),
          ),
        );
        for (const [page, other] of both) {
          await page.waitForFunction(
            `streams.watched.get(idOf('${other}') + ':screen')?.frames > 3`,
          );
        }
        await Promise.all(
          both.map(([page]) => page.evaluate("sdk.unpublish('screen')")),
        );
        for (const [page, other] of both) {
          await page.waitForFunction(`!track('${other}', 'screen')`);
        }
      }
      for (const [page] of both) {
        await meets(page, 1);
        assert.deepEqual(await page.evaluate('failures'), []);
      }
    }
    await close();
  });

  it(
    'find another way when the network is interrupted',
    { skip: noRelay },
    async (t) => {
      const relay = await Relay.start(SECRET);
      t.after(() => relay.close());
      const server = await startServer({
        ice: { servers: [{ urls: [relay.url], secret: SECRET }] },
      });
      t.after(() => server.close());
      const { ada, bob, close } = await pair(
        server,
        "iceTransportPolicy: 'relay'",
      );
      const credentials = (page: Page): Promise<unknown> =>
        page.evaluate(
          'connections.at(-1).currentLocalDescription.sdp.match(/ice-ufrag:(.+)/)[1]',
        );
      const before = await credentials(ada);
      assert.equal(
        await ada.evaluate("track('Bob', 'camera').quality"),
        'good',
      );
      relay.freeze();
      for (const [page, other] of [
        [ada, 'Bob'],
        [bob, 'Ada'],
      ] as const) {
        await page.waitForFunction(
          `track('${other}', 'camera').quality === 'lost' &&
          sdk.getSnapshot().participants[0].reconnecting`,
        );
      }
      relay.thaw();
      for (const [page, other] of [
        [ada, 'Bob'],
        [bob, 'Ada'],
      ] as const) {
        await page.waitForFunction(
          `track('${other}', 'camera').quality !== 'lost' &&
          !sdk.getSnapshot().participants[0].reconnecting`,
        );
        await meets(page, 1);
        assert.deepEqual(await page.evaluate('failures'), []);
      }
      assert.notEqual(await credentials(ada), before, 'ICE was not restarted');
      await close();
    },
  );
});
