import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import type { types } from 'mediasoup';
import type { Browser } from 'playwright-core';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer, testConfig } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { noRelay, Relay } from './Relay.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';

const SECRET = 'a secret that coturn and Atrium share';

describe(
  'two people connected through a TURN server',
  {
    skip: noBrowser || noRelay,
  },
  () => {
    let browser: Browser;
    let relay: Relay;
    let server: Server;

    before(async () => {
      [browser, relay] = await Promise.all([
        launchBrowser(),
        Relay.start(SECRET),
      ]);
    });

    after(async () => {
      await Promise.all([browser?.close(), relay?.close()]);
    });

    afterEach(() => server?.close());

    /** Starts a server that shares a secret with TURN. @returns The URL of its page. */
    async function serve(secret: string): Promise<string> {
      server = await startServer(sharing(secret));
      return `${server.url}?relay`;
    }

    function sharing(secret: string): ConfigInput {
      return { ice: { servers: [{ urls: [relay.url], secret }] } };
    }

    /** The server's transports that open from now on. */
    function transportsToCome(): Set<types.WebRtcTransport> {
      const transports = new Set<types.WebRtcTransport>();
      for (const { worker } of server.pool.alive) {
        worker.observer.on('newrouter', (router) => {
          router.observer.on('newtransport', (transport) => {
            transports.add(transport as types.WebRtcTransport);
            transport.observer.on('close', () =>
              transports.delete(transport as types.WebRtcTransport),
            );
          });
        });
      }
      return transports;
    }

    it('see and hear each other, and again after a reload', async () => {
      const url = await serve(SECRET);
      const transports = transportsToCome();
      await using ada = await Visitor.join(browser, url, 'Ada', 'garden');
      await using grace = await Visitor.join(browser, url, 'Grace', 'garden');
      await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
      await assertRelayed(transports, ada, grace);

      await grace.page.reload();
      await grace.button('Join').click();
      await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
      await assertRelayed(transports, ada, grace);
    });

    /** Checks that media reaches the server only through the relay. */
    async function assertRelayed(
      transports: Set<types.WebRtcTransport>,
      ...visitors: Visitor[]
    ): Promise<void> {
      const origins = await Promise.all(
        visitors.map(({ page }) =>
          page.evaluate<string[]>('atriumTest.origins()'),
        ),
      );
      assert.deepEqual(origins.flat(), ['relay', 'relay', 'relay', 'relay']);
      assert.equal(transports.size, 4);
      for (const { iceSelectedTuple } of transports) {
        const port = iceSelectedTuple?.remotePort;
        assert.ok(port !== undefined && relay.sendsFrom(port), `port ${port}`);
      }
    }

    it('are notified that no media gets through until the credentials are valid', async () => {
      const url = await serve(`not ${SECRET}`);
      await using ada = await Visitor.join(browser, url, 'Ada', 'garden');
      await using grace = await Visitor.join(browser, url, 'Grace', 'garden');
      await ada.notice(/cannot reach the server/).waitFor();
      await grace.notice(/cannot reach the server/).waitFor();
      server.reconfigure(testConfig(sharing(SECRET)));
      await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
      await ada.notice(/./).waitFor({ state: 'detached' });
    });
  },
);
