import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import { newKey } from '../../sdk/src/core/e2ee/key.ts';
import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { DEVICES, Visitor } from '../../tools/fixtures/browser/Visitor.ts';

const KEY = newKey();
const WITH_KEY = { hash: `key=${KEY}` };
const WITH_OTHER_KEY = { hash: `key=${newKey()}` };

/** More packets than it takes until a picture would be decoded. */
const MANY = 100;

/** A page that does not decrypt what it receives, and so hands it on as it is. */
const DECRYPTS_NOTHING = `Object.defineProperty(
  RTCRtpReceiver.prototype, 'transform', { set: () => {} },
);`;

const ENCRYPTS_NOTHING = 'delete globalThis.RTCRtpScriptTransform;';

const TICK = 'End-to-end encryption';
const SIGN = 'Audio, video and chat are end-to-end encrypted';

describe('a room that is encrypted end to end', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  function join(name: string, room: string, options = {}): Promise<Visitor> {
    return Visitor.join(browser, server.url, name, room, options);
  }

  it('is created with a checkbox and joined by its link, without the server learning the key', async () => {
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'made',
      permissions: [...DEVICES, 'clipboard-read', 'clipboard-write'],
    });
    await ada.fillIn();
    await ada.page.getByRole('checkbox', { name: TICK }).check();
    await ada.button('Join').click();
    await ada.inRoom();
    await ada.page.getByText(SIGN).waitFor();
    const link = await ada.copiesLink();
    const { search, hash } = new URL(link);
    assert.equal(search, '?room=made');

    await using grace = await join('Grace', 'made', { hash });
    await grace.page.getByText(SIGN).waitFor();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.equal(ada.page.url(), link);
    assert.equal(grace.page.url(), link);
    assert.equal(await ada.notice(/./).count(), 0);

    const key = hash.replace('#key=', '');
    const bytes = Buffer.from(key, 'base64url');
    assert.equal(bytes.length, 32);
    for (const { sent } of [ada, grace]) {
      assert.ok(sent.some((text) => text.includes('"joinRoom"')));
      assert.ok(sent.some((text) => text.includes('"produce"')));
      for (const encoding of ['base64url', 'base64', 'hex'] as const) {
        const secret = bytes.toString(encoding);
        assert.deepEqual(
          sent.filter((text) => text.includes(secret)),
          [],
        );
      }
    }
  });

  it('cannot be decoded with another key, and shows so', async () => {
    await using ada = await join('Ada', 'locked', WITH_KEY);
    await using eve = await join('Eve', 'locked', WITH_OTHER_KEY);
    for (const [one, other] of [
      [ada, eve],
      [eve, ada],
    ] as const) {
      await one
        .notice(new RegExp(`from ${other.name} cannot be decrypted`))
        .waitFor();
      await one.tile(other.name, 'encrypted with another key').waitFor();
      const { frames, energy } = await one.total();
      assert.deepEqual({ frames, energy }, { frames: 0, energy: 0 });
    }

    await eve.button('Leave').click();
    await ada.notice(/cannot be decrypted/).waitFor({ state: 'detached' });
    await eve.button('Join').click();
    await eve.notice(/cannot be decrypted/).waitFor();
  });

  it('marks members without encryption, and plays no media between them and others', async () => {
    await using ada = await join('Ada', 'mixed', WITH_KEY);
    await using eve = await join('Eve', 'mixed');
    await using bob = await Visitor.joinToWatch(
      browser,
      server.url,
      'Bob',
      'mixed',
    );
    await bob.seesAndHears('Eve');
    for (const one of [eve, bob]) {
      await one
        .notice(/from .*Ada.* are end-to-end encrypted.*has no key/)
        .waitFor();
      await one.tile('Ada', 'encrypted').waitFor();
    }
    await ada.notice(/from .*Eve.* are not encrypted/).waitFor();
    await ada.tile('Eve', 'not encrypted').waitFor();
    for (const received of [
      await ada.received('Eve'),
      await eve.received('Ada'),
      await bob.received('Ada'),
    ]) {
      assert.deepEqual(received, { width: 0, frames: 0, energy: 0 });
    }
    assert.ok(!(await eve.page.getByText(SIGN).isVisible()));

    // The link with the key, opened in the window of one who came without it.
    await eve.page.evaluate(`location.hash = '${WITH_KEY.hash}'`);
    await eve.page
      .getByRole('checkbox', { name: TICK, checked: true })
      .waitFor();
    await eve.button('Join').click();
    await Promise.all([ada.seesAndHears('Eve'), eve.seesAndHears('Ada')]);
    await bob
      .notice(/from (Ada and Eve|Eve and Ada) are end-to-end encrypted/)
      .waitFor();
    assert.equal(await ada.notice(/./).count(), 0);
  });

  it('has the server forward nothing that it could decode', async () => {
    await using ada = await join('Ada', 'sealed', WITH_KEY);
    await using grace = await join('Grace', 'sealed', {
      ...WITH_KEY,
      initScript: DECRYPTS_NOTHING,
    });
    await ada.seesAndHears('Grace');
    await grace.packetsCome(MANY);
    assert.equal((await grace.total()).frames, 0);
  });

  it('continues when camera, worker or page restart', async () => {
    await using ada = await join('Ada', 'steady', WITH_KEY);
    await using grace = await join('Grace', 'steady', WITH_KEY);
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    await grace.button('Stop camera').click();
    await ada.tile('Grace', 'camera off').waitFor();
    await grace.button('Start camera').click();
    await ada.seesAndHears('Grace');

    const [adas, graces] = [await ada.iceUsers(), await grace.iceUsers()];
    for (const { worker } of server.pool.alive) {
      process.kill(worker.pid, 'SIGKILL');
    }
    await Promise.all([
      ada.seesAnew('Grace', adas),
      grace.seesAnew('Ada', graces),
    ]);
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);

    await grace.page.reload();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    await grace.button('Join').click();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    assert.equal(await ada.notice(/./).count(), 0);
  });

  it('cannot be joined with a truncated key', async () => {
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'half',
      hash: `key=${KEY.slice(1)}`,
    });
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.page.getByText('The key in the address is incomplete').waitFor();
    assert.equal(server.registry.rooms.has('half'), false);
  });

  it('cannot be joined by a browser that cannot encrypt', async () => {
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'old',
      ...WITH_KEY,
      initScript: ENCRYPTS_NOTHING,
    });
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.page
      .getByText('This browser does not support end-to-end encryption')
      .waitFor();
    assert.equal(server.registry.rooms.has('old'), false);
  });

  it('receives nothing from a page with failed encryption', async () => {
    await using ada = await join('Ada', 'failed', WITH_KEY);
    await using grace = await Visitor.open(browser, server.url, 'Grace', {
      room: 'failed',
      ...WITH_KEY,
    });
    await grace.page.route('**/worker-*.js', (route) => route.abort());
    await grace.fillIn();
    await grace.button('Join').click();
    await grace.notice(/Encryption has stopped/).waitFor();
    await ada.tile('Grace', 'camera on').waitFor();
    await grace.packetsCome(MANY);
    assert.equal((await grace.total()).frames, 0);
    assert.equal((await grace.total()).went, 0);
    assert.equal((await ada.received('Grace')).frames, 0);
  });
});
