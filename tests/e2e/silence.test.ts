import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { Wire } from './Wire.ts';

/** After so long a silence the page asks for an answer, ms. */
const QUIET_TIME = 15_000;

/** And waits so long for it, ms. */
const ANSWER_TIMEOUT = 10_000;

describe('a user alone in a room', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;
  let wire: Wire;
  let ada: Visitor;
  /** Emits an event for each frame on any of the page's connections. */
  let frames: EventEmitter<{ frame: [text: string] }>;
  /** Connections that the page opens once it is in the room. */
  let sockets: number;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  beforeEach(async () => {
    server = await startServer();
    wire = await Wire.to(server.url);
    ada = await Visitor.open(browser, wire.url, 'Ada', { room: 'garden' });
    frames = new EventEmitter();
    sockets = 0;
    ada.page.on('websocket', (socket) => {
      sockets += 1;
      socket.on('framereceived', ({ payload }) => {
        frames.emit('frame', payload.toString());
      });
    });
    await ada.page.clock.install();
    await ada.fillIn();
    await ada.page.getByRole('checkbox', { name: 'Microphone' }).uncheck();
    await ada.page.getByRole('checkbox', { name: 'Camera' }).uncheck();
    await ada.button('Join').click();
    await ada.inRoom();
    // Those that the page opened while the form was filled in do not count.
    sockets = 0;
  });

  afterEach(async () => {
    await ada?.close();
    await wire?.close();
    await server?.close();
  });

  /** The time of the join. */
  function joinedAt(): number | undefined {
    const { peers } = server.registry.get('garden');
    const [peer] = peers.values();
    return peer?.joinedAt;
  }

  /** Waits for a frame to come that has this in it. */
  function hears(part: string): Promise<void> {
    return new Promise((resolve) => {
      frames.on('frame', (text) => {
        if (text.includes(part)) {
          resolve();
        }
      });
    });
  }

  it('reconnects by itself when the connection fails silently', async () => {
    const since = joinedAt();
    wire.freeze();
    const back = hears('"resumed":true');
    await ada.page.clock.runFor(QUIET_TIME + ANSWER_TIMEOUT);
    await back;
    assert.equal(joinedAt(), since);
  });

  it('reconnects sooner when the browser is online again', async () => {
    const since = joinedAt();
    wire.freeze();
    const back = hears('"resumed":true');
    await ada.page.evaluate(`window.dispatchEvent(new Event('online'))`);
    await ada.page.clock.runFor(ANSWER_TIMEOUT);
    await back;
    assert.equal(joinedAt(), since);
  });

  it('stays connected while the server answers', async () => {
    for (let asked = 1; asked <= 3; asked += 1) {
      const answered = hears('"response":true');
      await ada.page.clock.runFor(QUIET_TIME);
      await answered;
    }
    assert.equal(sockets, 0);
  });
});
