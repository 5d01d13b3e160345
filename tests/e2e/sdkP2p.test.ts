import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { bundle, runScript } from './script.ts';
import { Wire } from './Wire.ts';

const folder = JSON.stringify(path.join(PROJECT_ROOT, 'tests/e2e')).slice(
  1,
  -1,
);

/** A page that enters a session by the SDK, with camera and microphone. */
const BY_SDK = (options: string, enter: string): string => `
  import { VideoconfSDK } from 'videoconf-sdk';
  import { watchStreams } from '${folder}/watchStreams.js';
  const SMALL_VIDEO = { width: 160, height: 120, frameRate: 10 };
  const sdk = new VideoconfSDK('a-key', 'a-project', ${options});
  const streams = watchStreams();
  Object.assign(window, { sdk, streams, failures: [], heard: [], connections: [] });
  const Connection = RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...options) {
      super(...options);
      connections.push(this);
    }
  };
  window.openConnections = () =>
    connections.filter((it) => it.connectionState !== 'closed').length;
  sdk.on('stream-added', (stream, id) => id === 'local' || streams.show(id, stream));
  sdk.on('stream-removed', (id) => streams.hide(id));
  sdk.on('error', ({ code, message }) => failures.push([code, message]));
  sdk.on('message', ({ from, data }) => heard.push([from, data]));
  window.names = () => sdk.getSnapshot().participants.map(({ name }) => name).toSorted();
  const named = (name) => sdk.getSnapshot().participants.find((it) => it.name === name);
  window.idOf = (name) => named(name)?.id;
  window.track = (name, source) => named(name)?.tracks.get(source);
  window.drawing = () => {
    const context = document.createElement('canvas').getContext('2d');
    setInterval(() => {
      context.fillStyle = context.fillStyle === '#000000' ? '#ffffff' : '#000000';
      context.fillRect(0, 0, 300, 150);
    }, 50);
    return context.canvas.captureStream().getVideoTracks()[0];
  };
  await sdk.initializeCall({ audio: true, video: SMALL_VIDEO });
  window.address = await ${enter};
`;

/** The same by the messages of the socket alone. */
const PLAINLY = (address: string, options: string): string => `
  import { enterPlainly } from '${folder}/plainPeer.js';
  import { watchStreams } from '${folder}/watchStreams.js';
  window.streams = watchStreams();
  window.plain = await enterPlainly('${address}', 'sesame', { ...streams, ...${options} });
`;

describe(
  'a session of people who are connected in different ways',
  { skip: noBrowser },
  () => {
    let server: Server;
    let browser: Browser;

    before(async () => {
      execFileSync('sh', [path.join(PROJECT_ROOT, 'scripts/build-sdk')]);
      [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    });

    after(async () => {
      await browser?.close();
      await server?.close();
    });

    const open = async (script: string, url = server.url): Promise<Page> => {
      const page = await runScript(browser, url, await bundle(script));
      page.setDefaultTimeout(60_000);
      return page;
    };

    const create = async (
      name: string,
      options = '',
    ): Promise<[Page, string]> => {
      const page = await open(
        BY_SDK(
          `{ displayName: '${name}', ${options} }`,
          "sdk.createSession('Title', 'sesame')",
        ),
      );
      await page.waitForFunction('window.address');
      return [page, await page.evaluate<string>('address')];
    };

    const join = async (
      address: string,
      name: string,
      options: string,
      url?: string,
    ): Promise<Page> => {
      const page = await open(
        BY_SDK(
          `{ displayName: '${name}', ${options} }`,
          `sdk.joinSession('${address}', 'sesame').then(() => '${address}')`,
        ),
        url,
      );
      await page.waitForFunction('window.address');
      return page;
    };

    const plainly = async (address: string, options = '{}'): Promise<Page> => {
      const page = await open(PLAINLY(address, options));
      await page.waitForFunction('window.plain?.id');
      return page;
    };

    const close = async (...pages: Page[]): Promise<void> => {
      await Promise.all(pages.map((page) => page.context().close()));
    };

    /** Waits until new pictures and sound of as many others have arrived. */
    const meets = async (page: Page, others: number): Promise<void> => {
      await page.evaluate('streams.forget()');
      await page.waitForFunction(`streams.arrived().length === ${others}`);
    };

    it('connects people without the room, who hear who is speaking', async () => {
      const [ada, address] = await create('Ada', "transport: 'p2p'");
      const bob = await join(address, 'Bob', "transport: 'p2p'");
      const pages = [
        [ada, 'Bob'],
        [bob, 'Ada'],
      ] as const;
      for (const [page] of pages) {
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
      for (const [page] of pages) {
        await meets(page, 1);
        assert.deepEqual(await page.evaluate('failures'), []);
      }
      await close(ada, bob);
    });

    it('agrees when both change at once what they send', async () => {
      const [ada, address] = await create('Ada', "transport: 'p2p'");
      const bob = await join(address, 'Bob', "transport: 'p2p'");
      const pages = [
        [ada, 'Bob'],
        [bob, 'Ada'],
      ] as const;
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(
          pages.map(([page]) =>
            page.evaluate("sdk.publish(drawing(), { source: 'screen' })"),
          ),
        );
        for (const [page, other] of pages) {
          await page.waitForFunction(
            `streams.watched.get(idOf('${other}') + ':screen')?.frames > 3`,
          );
        }
        await Promise.all(
          pages.map(([page]) => page.evaluate("sdk.unpublish('screen')")),
        );
        for (const [page, other] of pages) {
          await page.waitForFunction(`!track('${other}', 'screen')`);
        }
      }
      for (const [page] of pages) {
        await meets(page, 1);
        assert.deepEqual(await page.evaluate('failures'), []);
      }
      await close(ada, bob);
    });

    it('lets each see and hear everyone, over departures, screens and lost networks', async (t) => {
      const wire = await Wire.to(server.url);
      t.after(() => wire.close());
      const [ada, address] = await create('Ada');
      const bob = await join(address, 'Bob', "transport: 'p2p'", wire.url);
      const cem = await plainly(address);
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
      await close(ada, bob, cem);
    });

    it('shows people of the room once, who have no connection to each other', async () => {
      const [ada, address] = await create('Ada');
      const bob = await join(address, 'Bob', '');
      const dora = await join(address, 'Dora', "transport: 'p2p'");
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
      await close(ada, bob, dora);
    });

    it('offers a connection to newcomers who do not', async () => {
      const [ada, address] = await create('Ada', "transport: 'p2p'");
      const cem = await plainly(address, '{ offers: false }');
      await meets(ada, 1);
      await meets(cem, 1);
      await close(ada, cem);
    });

    it('ends the connection to a peer who sends what no client does, and no other', async () => {
      const [ada, address] = await create('Ada', "transport: 'p2p'");
      const bob = await join(address, 'Bob', "transport: 'p2p'");
      const cem = await plainly(address);
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
      await close(ada, bob, cem);
    });
  },
);
