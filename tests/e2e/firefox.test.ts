import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import { newKey } from '../../sdk/src/core/e2ee/key.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  FirefoxVisitor,
  noFirefox,
} from '../../tools/fixtures/browser/FirefoxVisitor.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import {
  noVirtualScreen,
  VirtualScreen,
} from '../../tools/fixtures/browser/VirtualScreen.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { reads, say } from './chatting.ts';
import { Wire } from '../support/Wire.ts';

describe(
  'a person in Firefox and one in Chromium, on the machine of the server',
  { skip: noBrowser || noFirefox },
  () => {
    let chromium: Browser;
    let server: Server;

    before(async () => {
      [server, chromium] = await Promise.all([
        // The default, which other tests turn off.
        startServer({ rtc: { ownAddress: true } }),
        launchBrowser(),
      ]);
    });

    after(async () => {
      await Promise.all([chromium?.close(), server?.close()]);
    });

    it('see, hear and read each other, also after the connection broke', async () => {
      await using wire = await Wire.to(server.url);
      await using ada = await FirefoxVisitor.join(wire.url, 'Ada', 'den');
      await using grace = await Visitor.join(
        chromium,
        server.url,
        'Grace',
        'den',
      );
      await Promise.all([
        ada.sees('Grace', { sound: true }),
        grace.seesAndHears('Ada'),
      ]);
      await grace.button('Chat').click();
      await ada.click('Chat');
      await say(grace, 'Hello Firefox');
      await ada.reads('Hello Firefox');
      await ada.says('Hello Chromium');
      await reads(grace, 'Ada', 'Hello Chromium');

      await grace.button('Share screen').click();
      await ada.sees('Grace’s screen');

      await wire.cut();
      await wire.mend();
      await ada.says('Still here');
      await reads(grace, 'Ada', 'Still here');
      await Promise.all([ada.sees('Grace'), grace.seesAndHears('Ada')]);
    });

    it('see and hear each other encrypted end to end', async () => {
      const hash = `key=${newKey()}`;
      await using ada = await FirefoxVisitor.join(server.url, 'Ada', 'vault', {
        hash,
      });
      await using grace = await Visitor.join(
        chromium,
        server.url,
        'Grace',
        'vault',
        { hash },
      );
      await Promise.all([
        ada.sees('Grace', { sound: true }),
        grace.seesAndHears('Ada'),
      ]);
    });

    it(
      'share screens from Firefox as well, again and again',
      { skip: noVirtualScreen },
      async () => {
        await using screen = await VirtualScreen.start();
        await using ada = await FirefoxVisitor.join(
          server.url,
          'Ada',
          'terrace',
          { screen },
        );
        await using grace = await Visitor.join(
          chromium,
          server.url,
          'Grace',
          'terrace',
        );
        for (let time = 0; time < 2; time += 1) {
          await ada.click('Share screen');
          await grace.tile('Ada’s screen', 'without sound').waitFor();
          const since = await grace.received('Ada’s screen');
          await grace.receives('Ada’s screen', { frames: 10, since });
          await ada.click('Stop sharing');
          await grace.tile('Ada’s screen').waitFor({ state: 'detached' });
        }
        await grace.seesAndHears('Ada');
      },
    );
  },
);
