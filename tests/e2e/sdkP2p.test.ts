import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { meets, SessionPages } from './SessionPages.ts';
import { Wire } from '../support/Wire.ts';

describe(
  'a session of people who are connected in different ways',
  { skip: noBrowser },
  () => {
    let server: Server;
    let browser: Browser;
    let pages: SessionPages;

    before(async () => {
      [server, browser] = await Promise.all([startServer(), launchBrowser()]);
      pages = new SessionPages(browser, server.url);
    });

    after(async () => {
      await browser?.close();
      await server?.close();
    });

    it('connects people without the room, who hear who is speaking', async () => {
      const [ada, address] = await pages.create('Ada', "transport: 'p2p'");
      const bob = await pages.join(address, 'Bob', "transport: 'p2p'");
      const both = [
        [ada, 'Bob'],
        [bob, 'Ada'],
      ] as const;
      for (const [page] of both) {
        await meets(page, 1);
        assert.equal(await page.evaluate('openConnections()'), 1);
      }
      const { rooms } = server.registry;
      assert.equal(rooms.has(`session-${address}`), false);
      await ada.waitForFunction(
        `sdk.getSnapshot().participants[0].speaking &&
          sdk.getSnapshot().activeSpeaker !== undefined`,
      );
      await ada.waitForFunction('sdk.getSnapshot().self.speaking');
      // A stream that is not wanted ceases to come, and comes again.
      await ada.evaluate("track('Bob', 'camera').setSubscribed(false)");
      await ada.waitForFunction(
        "track('Bob', 'camera').mediaStreamTrack.muted",
      );
      await ada.evaluate("track('Bob', 'camera').setSubscribed(true)");
      for (const [page] of both) {
        await meets(page, 1);
        assert.deepEqual(await page.evaluate('failures'), []);
      }
      await pages.close(ada, bob);
    });

    it('lets each see and hear everyone, over departures, screens and lost networks', async (t) => {
      const wire = await Wire.to(server.url);
      t.after(() => wire.close());
      const [ada, address] = await pages.create('Ada');
      const bob = await pages.join(
        address,
        'Bob',
        "transport: 'p2p'",
        wire.url,
      );
      const cem = await pages.plainly(address);
      const everyoneMeets = async (): Promise<void> => {
        for (const page of [ada, bob, cem]) {
          await meets(page, 2);
        }
      };
      await everyoneMeets();
      assert.deepEqual(await ada.evaluate('names()'), ['Bob', 'Cem']);
      assert.deepEqual(await bob.evaluate('names()'), ['Ada', 'Cem']);
      await bob.evaluate("sdk.publish(drawing(), { source: 'screen' })");
      await ada.waitForFunction(
        "streams.watched.get(idOf('Bob') + ':screen')?.frames > 3",
      );
      await cem.waitForFunction(
        '[...streams.watched.values()].filter((it) => it.frames > 3).length === 3',
      );
      await bob.evaluate("sdk.unpublish('screen')");
      await ada.waitForFunction("!track('Bob', 'screen')");
      await cem.waitForFunction('streams.watched.size === 2');

      await bob.evaluate('sdk.toggleAudio(false)');
      await ada.waitForFunction("track('Bob', 'mic').muted");
      await bob.evaluate('sdk.toggleAudio(true)');
      await ada.waitForFunction("!track('Bob', 'mic').muted");

      await bob.evaluate("sdk.send({ text: 'to all' })");
      await ada.waitForFunction('heard.length === 1');
      await ada.evaluate("sdk.send({ text: 'to Bob' }, idOf('Bob'))");
      await bob.waitForFunction('heard.length === 1');
      const bobId = await ada.evaluate<string>("idOf('Bob')");
      const adaId = await bob.evaluate<string>("idOf('Ada')");
      assert.deepEqual(await ada.evaluate('heard'), [
        [bobId, { text: 'to all' }],
      ]);
      assert.deepEqual(await bob.evaluate('heard'), [
        [adaId, { text: 'to Bob' }],
      ]);

      await cem.evaluate('plain.leave()');
      for (const [page, name] of [
        [ada, 'Bob'],
        [bob, 'Ada'],
      ] as const) {
        await page.waitForFunction(`names().join() === '${name}'`);
        await meets(page, 1);
      }
      await cem.evaluate('plain.connect()');
      await everyoneMeets();

      await wire.cut();
      await bob.waitForFunction("sdk.getSnapshot().state === 'reconnecting'");
      await ada.waitForFunction("names().join() === 'Cem'");
      await cem.waitForFunction('streams.watched.size === 1');
      await wire.mend();
      await bob.waitForFunction("sdk.getSnapshot().state === 'connected'");
      await everyoneMeets();
      assert.equal(await ada.evaluate("idOf('Bob')"), bobId);

      assert.deepEqual(await ada.evaluate('failures'), []);
      assert.deepEqual(await bob.evaluate('failures'), []);
      await bob.evaluate('sdk.leaveCall()');
      await ada.waitForFunction("names().join() === 'Cem'");
      await cem.waitForFunction('streams.watched.size === 1');
      await pages.close(ada, bob, cem);
    });

    it('keeps a person the same whose ticket has become invalid', async (t) => {
      const wire = await Wire.to(server.url);
      t.after(() => wire.close());
      const [bob, address] = await pages.create('Bob', "transport: 'p2p'");
      const ada = await pages.join(address, 'Ada', '', wire.url);
      await meets(bob, 1);
      const adaId = await bob.evaluate<string>("idOf('Ada')");
      const before = await ada.evaluate('spoiled.add(ticket), ticket');
      await wire.cut();
      await ada.waitForFunction("sdk.getSnapshot().state === 'reconnecting'");
      await bob.waitForFunction("!track('Ada', 'camera')");
      await wire.mend();
      await meets(bob, 1);
      await meets(ada, 1);
      assert.notEqual(await ada.evaluate('ticket'), before);
      assert.equal(await bob.evaluate("idOf('Ada')"), adaId);
      assert.equal(await ada.evaluate('sdk.getSnapshot().self.id'), adaId);
      await pages.close(ada, bob);
    });

    it('shows people of the room once, who have no connection to each other', async () => {
      const [ada, address] = await pages.create('Ada');
      const bob = await pages.join(address, 'Bob', '');
      const dora = await pages.join(address, 'Dora', "transport: 'p2p'");
      for (const [page, others, connections] of [
        [ada, 'Bob,Dora', 3],
        [bob, 'Ada,Dora', 3],
        [dora, 'Ada,Bob', 2],
      ] as const) {
        await meets(page, 2);
        assert.equal(await page.evaluate('names().join()'), others);
        assert.equal(await page.evaluate('openConnections()'), connections);
        assert.deepEqual(await page.evaluate('failures'), []);
      }
      await pages.close(ada, bob, dora);
    });

    it('offers a connection to newcomers who do not', async () => {
      const [ada, address] = await pages.create('Ada', "transport: 'p2p'");
      const cem = await pages.plainly(address, '{ offers: false }');
      await meets(ada, 1);
      await meets(cem, 1);
      await pages.close(ada, cem);
    });

    it('ends the connection to a peer who sends messages without end', async () => {
      const [ada, address] = await pages.create('Ada', "transport: 'p2p'");
      const cem = await pages.plainly(address);
      await meets(ada, 1);
      await cem.evaluate(`plain.connections.values().next().value.ondatachannel =
        ({ channel }) => {
          for (let i = 0; i < 6000; i += 1) {
            channel.send(JSON.stringify({ data: i }));
          }
        };`);
      await ada.evaluate("sdk.send('hello')");
      await ada.waitForFunction('failures.length > 0');
      assert.deepEqual(await ada.evaluate('failures.map(([code]) => code)'), [
        'CONNECTION_FAILED',
      ]);
      assert.ok((await ada.evaluate<number>('heard.length')) >= 5_000);
      await pages.close(ada, cem);
    });

    it('ends the connection to a peer who sends what no client does, and no other', async () => {
      const [ada, address] = await pages.create('Ada', "transport: 'p2p'");
      const bob = await pages.join(address, 'Bob', "transport: 'p2p'");
      const cem = await pages.plainly(address);
      await meets(ada, 2);
      const attacks = {
        'a description that is none': `plain.send({ type: 'offer', to, sdp: 'v=0' })`,
        'a thousand media sections': `plain.send({
          type: 'offer', to, sdp: 'v=0\\n' + 'm=video 9 X 1\\n'.repeat(1000),
        })`,
        'a flood of candidates': `for (let i = 0; i < 300; i += 1) {
          plain.send({ type: 'ice-candidate', to, candidate: {
            candidate: 'candidate:1 1 udp 1 192.0.2.1 ' + (1000 + i) + ' typ host',
            sdpMid: '0',
          } });
        }`,
        'a flood of offers': `for (let i = 0; i < 101; i += 1) {
          plain.send({ type: 'offer', to, sdp: plain.connections.get(to).localDescription.sdp });
        }`,
      };
      const adaId = await bob.evaluate<string>("idOf('Ada')");
      for (const [name, attack] of Object.entries(attacks)) {
        await ada.evaluate('failures.length = 0');
        await cem.evaluate(`(() => { const to = '${adaId}'; ${attack} })()`);
        await ada.waitForFunction('failures.length > 0');
        const failures = await ada.evaluate<string[][]>('failures');
        assert.deepEqual(
          failures.map(([code]) => code),
          ['CONNECTION_FAILED'],
          name,
        );
        await ada.waitForFunction("!track('Cem', 'camera')");
        await meets(ada, 1);
        await meets(bob, 2);
        assert.deepEqual(await bob.evaluate('failures'), [], name);
        // A peer that comes back has another chance.
        await cem.evaluate('plain.leave()');
        await ada.waitForFunction("names().join() === 'Bob'");
        await cem.evaluate('plain.connect()');
        await meets(ada, 2);
      }
      await pages.close(ada, bob, cem);
    });
  },
);
