import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { freePort } from '../support/freePort.ts';
import { openChats, reads, say } from './chatting.ts';

const RESTART = /The server will restart by \d+:\d\d/;
const RESTARTING = /server is restarting\. You will be back in the room/;

describe(
  'a server that drains while people stay inside',
  { skip: noBrowser },
  () => {
    it('tells them when it restarts, and has them back with what they wrote', async () => {
      const listen = { port: await freePort() };
      await using opened = new AsyncDisposableStack();
      const chromium = opened.adopt(await launchBrowser(), (it) => it.close());
      const first = opened.adopt(
        await startServer({ listen, shutdown: { drainTimeout: 6_000 } }),
        (it) => it.close(),
      );
      const [ada, grace] = await Promise.all(
        ['Ada', 'Grace'].map(async (name) =>
          opened.use(await Visitor.join(chromium, first.url, name, 'garden')),
        ),
      );
      assert.ok(ada && grace);
      await openChats(ada, grace);
      await say(ada, 'Before');
      await reads(grace, 'Ada', 'Before');

      const drained = first.drain();
      await Promise.all([ada, grace].map((it) => it.notice(RESTART).waitFor()));
      await drained;
      await Promise.all(
        [ada, grace].map((it) => it.notice(RESTARTING).waitFor()),
      );
      for (const { page } of [ada, grace]) {
        assert.equal(await page.locator('.notice').count(), 1);
      }
      await say(ada, 'Meanwhile');

      const second = opened.adopt(await startServer({ listen }), (it) =>
        it.close(),
      );
      await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
      await reads(grace, 'Ada', 'Meanwhile');
      await reads(grace, 'Ada', 'Before');
      for (const { page } of [ada, grace]) {
        assert.equal(await page.locator('.notice').count(), 0);
      }
      assert.equal(second.registry.rooms.get('garden')?.peers.size, 2);
    });
  },
);
