import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { DEVICES, Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { Wire } from '../support/Wire.ts';

/** Counts the changes of the region that says who is inside. */
const COUNT_STATUSES = `
  globalThis.statuses = 0;
  new MutationObserver(() => { statuses += 1; }).observe(
    document.querySelector('#join-inside'),
    { childList: true, characterData: true, subtree: true },
  );
`;

describe('the entrance', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('explains why a name would be refused by the server', async () => {
    await using ada = await Visitor.open(browser, server.url, 'Ada');
    const room = ada.page.getByRole('textbox', { name: 'Room' });
    await ada.button('Join').click();
    await ada.page.getByText('Enter a name for the room.').waitFor();
    await ada.page.getByText('Enter your name.').waitFor();
    await room.fill('x'.repeat(129));
    await ada.page.getByText('at most 128 characters; this is 129').waitFor();
    await room.press('Enter');
    assert.ok(await ada.button('Join').isEnabled(), 'it is joining');
    await room.fill('winter-garden');
    await ada.page.getByText('at most 128').waitFor({ state: 'detached' });
    assert.equal(server.registry.rooms.size, 0);
  });

  it('makes the name of a room of what was typed', async () => {
    await using ada = await Visitor.open(browser, server.url, 'Ada');
    await ada.fillIn();
    const room = ada.page.getByRole('textbox', { name: 'Room' });
    await room.fill(' Winter  garden');
    await room.press('Enter');
    await ada.inRoom();
    assert.match(ada.page.url(), /\?room=winter-garden$/);
  });

  it('keeps the room of a link as it is', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'Garden');
    assert.match(ada.page.url(), /\?room=Garden$/);
  });

  it('tells people who follow a link who is in the room, and since when', async () => {
    const inside: ProtooClient[] = [];
    for (const displayName of ['Grace', 'x'.repeat(64), 'Jean', 'Alan']) {
      const { client } = await ProtooClient.join(
        server.url,
        'full',
        displayName,
        { displayName },
      );
      inside.push(client);
    }
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'full',
    });
    // As a status, which screen readers say.
    const told = ada.page.getByRole('status').filter({
      hasText: /^In the room: Grace, x{24}…, and 2 others, since \d+:\d\d/,
    });
    await told.waitFor();
    await ada.page.locator('.court-head .languages').selectOption('de');
    await ada.page
      .getByText(/^Im Raum: Grace, x{24}… und 2 weitere Personen, seit \d/)
      .waitFor();
    // The page asks again when the user comes back to it, and says only what is new.
    await ada.page.evaluate(COUNT_STATUSES);
    await comeBack(ada);
    await inside.at(0)?.request('lockRoom', { locked: true });
    await comeBack(ada);
    await ada.page.locator('#join-inside').waitFor({ state: 'hidden' });
    assert.equal(await ada.page.evaluate('statuses'), 1);
    for (const client of inside) {
      await client.close();
    }
  });

  it('can be used with the keyboard alone', async () => {
    await using ada = await Visitor.open(browser, server.url, 'Ada');
    const { keyboard } = ada.page;
    await keyboard.type('winter-garden');
    await keyboard.press('Tab');
    await keyboard.type('Ada');
    await keyboard.press('Enter');
    await ada.inRoom();
    await ada.button('Mute microphone').waitFor();
    const reached: (string | null)[] = [];
    for (let presses = 0; presses < 12; presses += 1) {
      await keyboard.press('Tab');
      reached.push(await ada.page.locator(':focus').textContent());
    }
    assert.deepEqual(
      reached.map((text) => text?.trim()),
      [
        'Invite',
        'People',
        // Picture in picture has a symbol and no text.
        '',
        'Statistics',
        'Copy link',
        'Mute',
        'Stop camera',
        'Share',
        'React',
        'Chat',
        'Settings',
        'Leave',
      ],
    );
  });

  it('accepts a link that a member of the room copied', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'café/1', {
      permissions: [...DEVICES, 'clipboard-read', 'clipboard-write'],
    });
    const link = await ada.copiesLink();
    await using grace = await Visitor.open(browser, link, 'Grace');
    await grace.fillIn();
    await grace.button('Join').click();
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
  });

  it('lets a user join without devices', async () => {
    await using ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    await using grace = await Visitor.open(browser, server.url, 'Grace', {
      room: 'garden',
    });
    await grace.fillIn();
    await grace.page.getByRole('checkbox', { name: 'Microphone' }).uncheck();
    await grace.page.getByRole('checkbox', { name: 'Camera' }).uncheck();
    await grace.button('Join').click();
    await grace.seesAndHears('Ada');
    await ada.tile('Grace', 'microphone muted, camera off').waitFor();
    assert.deepEqual(await grace.openDevices(), []);

    await grace.button('Unmute microphone').click();
    await ada.receives('Grace', { sound: true });
    assert.deepEqual(await grace.openDevices(), ['audio']);
  });

  it('connects while the form is filled in, and joins over that connection', async () => {
    const patient = await startServer({ signalling: { joinTimeout: 300_000 } });
    await using ada = await Visitor.open(browser, patient.url, 'Ada', {
      room: 'garden',
    });
    const { page } = ada;
    const urls: string[] = [];
    page.on('websocket', (socket) => urls.push(socket.url()));
    await page.clock.install();
    // The page gives such a connection up after a time.
    await page.clock.pauseAt(Date.now() + 1_000);
    const [socket] = await Promise.all([
      page.waitForEvent('websocket'),
      ada.fillIn(),
    ]);
    assert.equal(patient.registry.rooms.size, 0);
    await Promise.all([
      socket.waitForEvent('framesent', ({ payload }) =>
        payload.toString().includes('"joinRoom"'),
      ),
      ada.button('Join').click(),
    ]);
    await page.clock.resume();
    await ada.inRoom();
    assert.deepEqual(urls, [socket.url()]);
    await patient.close();
  });

  it('opens no connection before the user has done anything', async () => {
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'garden',
    });
    const urls: string[] = [];
    ada.page.on('websocket', (socket) => urls.push(socket.url()));
    await ada.page.waitForLoadState('networkidle');
    await ada.button('Another room').click();
    const room = ada.page.getByRole('textbox', { name: 'Room' });
    await room.fill('winter-garden');
    assert.deepEqual(urls, []);
    // The room that is connected to is the one that was named last.
    await Promise.all([ada.page.waitForEvent('websocket'), ada.fillIn()]);
    assert.match(urls[0] ?? '', /roomId=winter-garden/);
  });

  it('waits for a server that does not answer, and can be cancelled', async () => {
    await using wire = await Wire.to(server.url);
    await using ada = await Visitor.open(browser, wire.url, 'Ada', {
      room: 'garden',
    });
    await ada.fillIn();
    await wire.cut();
    await ada.button('Join').click();
    await ada.page.getByText('server is not responding').waitFor();
    await ada.button('Cancel').click();
    await ada.page.getByText('server is not responding').waitFor({
      state: 'detached',
    });
    await ada.button('Join').click();
    await ada.page.getByText('server is not responding').waitFor();
    await wire.mend();
    await ada.inRoom();
  });
});

describe('a server that refuses joins for now', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });

  afterEach(async () => {
    await server.close();
  });

  after(async () => {
    await browser?.close();
  });

  it('is shown as full, and retried until it is not', async () => {
    server = await startServer({ limits: { pendingConnections: 1 } });
    const grace = await ProtooClient.connect(server.url, 'garden', 'grace');
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'garden',
    });
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.page
      .getByText('The server is full right now. Trying again…')
      .waitFor();
    await grace.close();
    await ada.inRoom();
  });

  it('is shown as out of reach if the browser opens no WebSocket', async () => {
    server = await startServer();
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'garden',
    });
    await ada.fillIn();
    await ada.page.evaluate(`WebSocket = function () {
      throw new DOMException('blocked', 'SecurityError');
    }`);
    await ada.button('Join').click();
    await ada.page
      .getByText(
        'You could not join: This browser does not allow the page to open',
      )
      .waitFor();
    assert.ok(await ada.button('Join').isEnabled());
  });

  it('is shown as limiting the network of the client', async () => {
    server = await startServer({
      limits: { handshakesPerMinute: 1, handshakeBurst: 1 },
    });
    const grace = await ProtooClient.connect(server.url, 'garden', 'grace');
    await grace.close();
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room: 'garden',
    });
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.page
      .getByText('Too many people are connecting from your network right now.')
      .waitFor();
  });
});

describe('the page at the width of a phone', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  it('needs no horizontal scrolling, and shows every button', async () => {
    const room = 'a-room-whose-name-is-longer-than-any-phone-is-wide';
    await using ada = await Visitor.open(browser, server.url, 'Ada', {
      room,
      viewport: { width: 360, height: 740 },
    });
    await assertFits(ada);
    await ada.fillIn();
    await ada.button('Join').click();
    await ada.inRoom();
    await assertFits(ada);
    await using grace = await Visitor.join(browser, server.url, 'Grace', room);
    await Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    await assertFits(ada);
    await assertInView(ada, ['Invite', 'Mute microphone', 'Leave']);
    await grace.button('Leave').click();
    await server.close();
    await ada.notice(/server is restarting/).waitFor();
    await assertFits(ada);
    await assertInView(ada, ['Try now', 'Mute microphone', 'Leave']);
  });

  for (const [width, height] of [
    [320, 568],
    [390, 844],
    [844, 390],
    [640, 400],
  ] as const) {
    for (const room of [undefined, 'winter-garden']) {
      it(`shows the preview and the button to join on ${width} × ${height}, ${room ? 'invited' : 'not invited'}`, async () => {
        const other = await startServer();
        await using ada = await Visitor.open(browser, other.url, 'Ada', {
          ...(room && { room }),
          viewport: { width, height },
        });
        await assertFits(ada);
        await ada.until(
          `document.querySelector('#preview video').videoWidth > 0`,
        );
        await assertInView(ada, ['Devices', 'Join']);
        const field = ada.page.getByLabel('Your name');
        await field.fill('Ada');
        await assertInView(ada, ['Join']);
        await other.close();
      });
    }
  }

  async function assertFits({ page }: Visitor): Promise<void> {
    const [content, view] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, innerWidth]',
    );
    assert.ok(content <= view, `${content} px wide on a screen of ${view} px`);
  }

  async function assertInView(
    visitor: Visitor,
    buttons: string[],
  ): Promise<void> {
    const view = visitor.page.viewportSize();
    assert.ok(view);
    for (const name of buttons) {
      const box = await visitor.button(name).boundingBox();
      assert.ok(box, `"${name}" is not shown`);
      assert.ok(
        box.x >= 0 &&
          box.y >= 0 &&
          box.x + box.width <= view.width &&
          box.y + box.height <= view.height,
        `"${name}" is at ${JSON.stringify(box)}`,
      );
      assert.ok(box.height >= 40, `"${name}" is ${box.height} px high`);
    }
  }
});

/** Comes back to the page, which then asks who is in the room. */
async function comeBack({ page }: Visitor): Promise<void> {
  const answered = page.waitForResponse(/members=true/);
  await page.evaluate('atriumTest.setHidden(false)');
  await answered;
}
