import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { POWERS } from '../../lib/auth/Permissions.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { codeBlock } from '../support/codeBlock.ts';
import { until } from '../support/until.ts';
import { bundle, runScript } from './script.ts';
import type { Scripts } from './script.ts';
import { Wire } from '../support/Wire.ts';

/** Shows the streams of the example, and lets it go on when the test says so. */
const SHOW_STREAMS = `
  videoconf.on('stream-added', (stream, peerId) => {
    const video = document.createElement('video');
    Object.assign(video, { id: peerId, srcObject: stream, autoplay: true });
    document.body.append(video);
  });
  videoconf.on('stream-removed', (peerId) => document.getElementById(peerId).remove());
  Object.assign(window, { videoconf, sessionUrl, localStream });
  await new Promise((resolve) => { window.goOn = resolve; });
`;

/** The example of sessions, in which `'session-url'` stands for an address. */
function sessionExample(address: string): Promise<Scripts> {
  const example = codeBlock('sdk/README.md', 'Sessions');
  assert.ok(example.includes("'session-url'"));
  return bundle(
    example
      .replace("'session-url'", address)
      .replace('// Control media', `${SHOW_STREAMS}\n// Control media`),
  );
}

/** The ids of the videos that play on a page, once they are as many. */
async function playing(page: Page, count: number): Promise<string[]> {
  const ids = await page.waitForFunction(
    `(() => {
      const videos = [...document.querySelectorAll('video')];
      return videos.length === ${count} &&
        videos.every((it) => it.currentTime > 0.3) &&
        videos.map((it) => it.id).toSorted();
    })()`,
  );
  return (await ids.jsonValue()) as string[];
}

describe('the SDK', { skip: noBrowser }, () => {
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

  it('runs the example of sessions for three people', async () => {
    const logs: string[] = [];
    const run = async (address: string): Promise<Page> => {
      const script = await sessionExample(address);
      const page = await runScript(browser, server.url, script);
      page.on('pageerror', ({ message }) => logs.push(message));
      page.on('console', (message) => logs.push(message.text()));
      await page.waitForFunction('window.goOn');
      return page;
    };
    const ada = await run('sessionUrl');
    const address = await ada.evaluate<string>('sessionUrl');
    const bob = await run(JSON.stringify(address));
    const eve = await run(JSON.stringify(address));
    for (const page of [ada, bob, eve]) {
      const ids = await playing(page, 3);
      assert.equal(ids[0], 'local');
    }
    // The session that the others created before is empty again.
    await until('one room is left', () => server.registry.rooms.size === 1);
    await eve.evaluate('goOn()');
    for (const page of [ada, bob]) {
      await playing(page, 2);
    }
    await until('a removed stream is logged', () =>
      logs.some((text) => text.startsWith('Stream removed: p-')),
    );
    assert.equal(await eve.evaluate('localStream.active'), false);
    await ada.evaluate('videoconf.toggleVideo(false)');
    assert.deepEqual(
      await ada.evaluate(
        'localStream.getVideoTracks().map((it) => it.enabled)',
      ),
      [false],
    );
    await bob.waitForFunction(
      `[...videoconf.getSnapshot().participants[0].tracks.values()]
        .find(({ source }) => source === 'camera').muted`,
    );
    assert.deepEqual(
      logs.filter((text) => !/^(New stream added|Stream removed): /.test(text)),
      [],
    );
    for (const page of [ada, bob, eve]) {
      await page.context().close();
    }
  });

  it('says why a session is not entered', async () => {
    const page = await runScript(
      browser,
      server.url,
      await bundle(`
        import { VideoconfError, VideoconfSDK } from 'videoconf-sdk';
        window.attempt = async (address, password) => {
          const sdk = new VideoconfSDK('a-key', 'a-project');
          try {
            await sdk.joinSession(address, password);
          } catch (error) {
            const { state, endReason } = sdk.getSnapshot();
            return [error instanceof VideoconfError, error.code, error.final, state, endReason];
          }
        };
        window.host = new VideoconfSDK('a-key', 'a-project');
        window.address = await host.createSession('Title', 'sesame');
      `),
    );
    await page.waitForFunction('window.address');
    assert.deepEqual(await page.evaluate("attempt(address, 'open')"), [
      true,
      'PASSWORD_WRONG',
      true,
      'ended',
      'refused',
    ]);
    assert.deepEqual(
      await page.evaluate("attempt('yOrxbl5NfIixjDl6oc-bhA', 'open')"),
      [true, 'SESSION_NOT_FOUND', true, 'ended', 'refused'],
    );
    await page.context().close();
  });

  it('runs the example of rooms, over a reconnect', async () => {
    const wire = await Wire.to(server.url);
    const run = async (url: string, name: string): Promise<Page> => {
      const example = codeBlock('sdk/README.md', 'Rooms');
      const script = await bundle(
        example
          .replace("server: 'https://meet.example',", '')
          .replace("'Ada'", JSON.stringify(name))
          .replace(
            "sdk.on('track-added'",
            `Object.assign(window, { sdk, heard: [], events: [] });
             sdk.on('message', (message) => heard.push(message));
             sdk.on('resumed', () => events.push('resumed'));
             sdk.on('track-added'`,
          ),
      );
      const page = await runScript(browser, url, script);
      await page.waitForFunction(
        'window.sdk?.getSnapshot().self?.tracks.size === 2',
      );
      return page;
    };
    const meets = (page: Page): Promise<unknown> =>
      page.waitForFunction(`(() => {
        const media = [...document.querySelectorAll('audio, video')];
        return media.length === 2 && media.every((it) => it.currentTime > 0.3) &&
          sdk.getSnapshot().participants.length === 1;
      })()`);
    const ada = await run(wire.url, 'Ada');
    const bob = await run(server.url, 'Bob');
    await meets(ada);
    await meets(bob);
    assert.deepEqual(
      await bob.evaluate(
        'sdk.getSnapshot().participants.map(({ name }) => name)',
      ),
      ['Ada'],
    );

    // Each knows what they, and the others, may do in the room.
    const rights = (page: Page): Promise<unknown> =>
      page.evaluate(`(() => {
        const { self, participants: [other] } = sdk.getSnapshot();
        return [self, other].flatMap(({ name, role, permissions }) =>
          [name, role, permissions.publish.length, permissions.moderate.length]);
      })()`);
    const moderator = ['Ada', 'moderator', 4, POWERS.length];
    const member = ['Bob', 'member', 4, 0];
    assert.deepEqual(await rights(ada), [...moderator, ...member]);
    assert.deepEqual(await rights(bob), [...member, ...moderator]);
    const garden = server.registry.get('garden').peers;
    const [adaPeer, bobPeer] = garden.values();
    assert.ok(adaPeer && bobPeer);
    adaPeer.moderation.setPermissions(bobPeer.id, {
      publish: ['mic', 'camera'],
    });
    const other = 'sdk.getSnapshot().participants[0]';
    await bob.waitForFunction(
      'sdk.getSnapshot().self.permissions.publish.length === 2',
    );
    await ada.waitForFunction(`${other}.permissions.publish.length === 2`);

    await wire.cut();
    await ada.waitForFunction("sdk.getSnapshot().state === 'reconnecting'");
    await bob.waitForFunction(`${other}.reconnecting`);
    // Sent while there is no connection, and heard once there is one.
    await ada.evaluate(
      "void sdk.send({ text: 'still here' }).then(() => events.push('sent'))",
    );
    await wire.mend();
    await ada.waitForFunction("events.toSorted().join() === 'resumed,sent'");
    await bob.waitForFunction('heard.length > 0');
    assert.deepEqual(await bob.evaluate('heard.map(({ data }) => data)'), [
      { text: 'still here' },
    ]);
    await bob.waitForFunction(`!${other}.reconnecting`);
    await meets(ada);
    await meets(bob);
    assert.deepEqual(
      await bob.evaluate(
        `[...${other}.tracks.values()].map(({ quality }) => quality)`,
      ),
      ['good', 'good'],
    );

    // The server stops to send the sound of another, and begins again.
    const { peers } = server.registry.get('garden');
    const receives = (tracks: number): Promise<boolean> =>
      until(`Bob receives ${tracks} tracks`, () =>
        [...peers.values()].some(
          ({ displayName, consumers }) =>
            displayName === 'Bob' && consumers.counts.active === tracks,
        ),
      );
    await receives(2);
    await bob.evaluate(
      "window.mic = () => sdk.getSnapshot().participants[0].tracks.get('mic')",
    );
    await bob.evaluate('mic().setSubscribed(false)');
    assert.equal(await bob.evaluate('mic().subscribed'), false);
    await receives(1);
    await bob.evaluate('mic().setSubscribed(true)');
    await receives(2);

    await ada.evaluate('sdk.setCamera(false)');
    await bob.waitForFunction(
      "document.querySelectorAll('video').length === 0",
    );
    await ada.evaluate('sdk.close()');
    await bob.waitForFunction('sdk.getSnapshot().participants.length === 0');
    assert.deepEqual(
      await ada.evaluate(
        '[sdk.getSnapshot().state, sdk.getSnapshot().endReason, sdk.getSnapshot().self.tracks.size]',
      ),
      ['ended', 'left', 0],
    );
    await ada.context().close();
    await bob.context().close();
    await wire.close();
  });
});
