import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser, WebSocket } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { until } from '../support/until.ts';
import { Wire } from '../support/Wire.ts';

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
  /** The connection on which the page last sent a request. */
  let asked: WebSocket | undefined;
  /** The methods of requests that wait for a response, by their ids. */
  let waiting: Map<number, string>;
  /** The methods of requests that have a response. */
  let answered: Set<string | undefined>;

  before(async () => {
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  beforeEach(async () => {
    server = await startServer();
    wire = await Wire.to(server.url);
    ada = await Visitor.open(browser, wire.url, 'Ada', { room: 'garden' });
    frames = new EventEmitter();
    asked = undefined;
    waiting = new Map();
    answered = new Set();
    ada.page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => {
        const { request, id, method } = JSON.parse(payload.toString());
        if (request === true) {
          asked = socket;
          waiting.set(id, method);
        }
      });
      socket.on('framereceived', ({ payload }) => {
        const { response, id } = JSON.parse(payload.toString());
        if (response === true) {
          answered.add(waiting.get(id));
          waiting.delete(id);
        }
        frames.emit('frame', payload.toString());
      });
    });
    await ada.page.clock.install();
    await ada.fillIn();
    await ada.page.getByRole('checkbox', { name: 'Microphone' }).uncheck();
    await ada.page.getByRole('checkbox', { name: 'Camera' }).uncheck();
    await ada.button('Join').click();
    await ada.inRoom();
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
    // The page gives up requests under way when its clock jumps. This is the last
    // of those with which it sets up media.
    await until('a data channel', () => answered.has('produceData'));
    const allAnswered = () => until('all answers', () => waiting.size === 0);
    await allAnswered();
    const joined = asked;
    for (let times = 1; times <= 3; times += 1) {
      const answer = hears('"response":true');
      await ada.page.clock.runFor(QUIET_TIME);
      await answer;
      await allAnswered();
      assert.equal(asked, joined);
    }
    assert.equal(joined?.isClosed(), false);
  });
});
