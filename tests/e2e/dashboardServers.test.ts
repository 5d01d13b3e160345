import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, BrowserContextOptions } from 'playwright-core';

import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import type { ClusterNode } from '../cluster/ClusterNodes.ts';
import { ClusterNodes } from '../cluster/ClusterNodes.ts';
import { assertAccessible } from '../support/accessibility.ts';
import { rootKey } from '../support/apiKeys.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { DashboardWindow } from './DashboardWindow.ts';

const PHONE = { viewport: { width: 390, height: 844 } };

describe(
  'the servers of a cluster in the dashboard',
  { skip: noBrowser || noRedis || noPostgres },
  () => {
    let cluster: ClusterNodes;
    let ada: ClusterNode;
    let bob: ClusterNode;
    let browser: Browser;

    before(async () => {
      cluster = await ClusterNodes.start(1, {
        auth: { apiKeys: [rootKey.entry] },
        cluster: { region: 'eu-west' },
      });
      bob = await cluster.add({ cluster: { region: 'us-east' } });
      await bob.ready();
      [ada] = cluster.nodes as [ClusterNode];
      await bob.opensRooms();
      browser = await launchBrowser();
    });

    after(async () => {
      await browser?.close();
      await cluster?.[Symbol.asyncDispose]();
    });

    /** Opens the dashboard at one of the nodes. */
    async function open(options?: BrowserContextOptions) {
      const window = await DashboardWindow.open(
        browser,
        { opsUrl: ada.url },
        '#/servers',
        // The certificate is one that the nodes have made.
        { ignoreHTTPSErrors: true, ...options },
      );
      await window.signIn(rootKey);
      await window.heading('Servers');
      return window;
    }

    /** The row of a node. */
    function rowOf({ page }: DashboardWindow, { port }: ClusterNode) {
      return page
        .getByRole('row')
        .filter({ has: page.getByRole('link', { name: `127.0.0.1:${port}` }) });
    }

    it('are listed with their states, regions and rooms, as these change', async () => {
      await using window = await open();
      const row = rowOf(window, bob);
      for (const [node, region] of [
        [ada, 'eu-west'],
        [bob, 'us-east'],
      ] as const) {
        const cells = rowOf(window, node).getByRole('cell');
        await cells.getByText(region).waitFor();
        const [, state, , load, rooms] = await cells.allTextContents();
        assert.deepEqual([state, rooms], ['serving', '0']);
        assert.match(load ?? '', /^\d+ %$/);
      }
      const { client } = await ProtooClient.join(bob.url, 'seen', 'first');
      await row
        .getByRole('cell')
        .nth(4)
        .getByText('1', { exact: true })
        .waitFor();
      await client.close();
      await row
        .getByRole('cell')
        .nth(4)
        .getByText('0', { exact: true })
        .waitFor();
      assert.deepEqual(window.errors, []);
    });

    it('are each shown with their workers, wherever the dashboard is', async () => {
      await using window = await open();
      const { page } = window;
      await page.getByRole('link', { name: `127.0.0.1:${bob.port}` }).click();
      await window.heading(`Server 127.0.0.1:${bob.port}`);
      await page.getByText(bob.id).waitFor();
      await page.getByRole('cell', { name: 'ready' }).first().waitFor();
      await page
        .getByRole('main')
        .getByRole('link', { name: 'Servers' })
        .click();
      await rowOf(window, ada).waitFor();
      assert.deepEqual(window.errors, []);
    });

    it('are readable on a phone and in the dark', async () => {
      await using window = await open(PHONE);
      const { page } = window;
      const assertFits = async (): Promise<void> => {
        const width = await page.evaluate<number>(
          'document.documentElement.scrollWidth',
        );
        assert.equal(width, PHONE.viewport.width);
      };
      await rowOf(window, bob).waitFor();
      await assertFits();
      await assertAccessible(page, 'the servers');
      await page.setViewportSize(PHONE.viewport);
      await rowOf(window, bob).getByRole('link').click();
      await page.getByRole('cell', { name: 'ready' }).first().waitFor();
      await assertFits();
      await assertAccessible(page, 'a server');
    });

    it('drain one after the other, each after a question', async () => {
      const { client } = await ProtooClient.join(ada.url, 'kept', 'first');
      await using window = await open();
      const { page } = window;
      const eve = await cluster.add();
      await page.getByRole('link', { name: `127.0.0.1:${eve.port}` }).click();
      await page.getByRole('button', { name: 'Drain…' }).click();
      await page.getByRole('button', { name: 'Drain the server' }).click();
      assert.deepEqual(await eve.server.exited, [0, null]);
      await page
        .getByRole('main')
        .getByRole('link', { name: 'Servers' })
        .click();
      await rowOf(window, ada).waitFor();
      await rowOf(window, eve).waitFor({ state: 'detached' });
      await client.close();
      assert.deepEqual(window.errors, []);
    });
  },
);
