import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { userToken, withTokens } from '../support/JsonClient.ts';
import type { JsonMessage } from '../support/JsonClient.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { bundle, runScript } from './script.ts';
import type { Scripts } from './script.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { until } from '../support/until.ts';

interface Decoded {
  frames: number;
  energy: number;
}

/** Longer than anything takes on a busy machine, ms. */
const PATIENCE = 60_000;

/** A participant of the JSON API in a browser window of its own. */
class Participant {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async connect(
    browser: Browser,
    url: string,
    script: Scripts,
    userId: string,
  ): Promise<Participant> {
    const page = await runScript(browser, url, script);
    await page.waitForFunction('globalThis.participant');
    const participant = new Participant(page);
    await participant.call('authenticate', userToken(userId));
    return participant;
  }

  /** Calls a function of the client's in its page. */
  call<Result>(name: string, ...values: unknown[]): Promise<Result> {
    const list = values.map((value) => JSON.stringify(value)).join(', ');
    return this.page.evaluate<Result>(`participant.${name}(${list})`);
  }

  request(type: string, data: object = {}): Promise<unknown> {
    return this.call('request', type, data);
  }

  messages(): Promise<JsonMessage[]> {
    return this.page.evaluate<JsonMessage[]>('participant.messages');
  }

  /** Waits for a message, past or to come. */
  async told(type: string): Promise<JsonMessage> {
    const message = await this.page.waitForFunction(
      `participant.messages.find(({ type }) => type === '${type}')`,
      undefined,
      { timeout: PATIENCE },
    );
    return (await message.jsonValue()) as JsonMessage;
  }

  /** Waits until pictures and sound have come since now. */
  async seesAndHears(): Promise<void> {
    const since = await this.call<Decoded>('received');
    await until('audio and video of the others', async () => {
      const now = await this.call<Decoded>('received');
      return (
        now.frames >= since.frames + 10 && now.energy > since.energy + 1e-4
      );
    });
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

describe('two contracts in one room', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;
  let script: Scripts;
  let sue: Participant;
  let room: string;

  before(async () => {
    server = await startServer(withTokens);
    browser = await launchBrowser();
    script = await bundle(
      readFileSync(path.join(import.meta.dirname, 'participant.js'), 'utf8'),
    );
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  beforeEach(async () => {
    sue = await Participant.connect(browser, server.url, script, 'sue');
    room = await sue.call<string>('createRoom');
  });

  it('plays video through the JSON API, starting with a token', async () => {
    await sue.call('join', room, 'Sue');
    const tom = await Participant.connect(browser, server.url, script, 'tom');
    await tom.call('join', room, 'Tom');
    await Promise.all([sue.seesAndHears(), tom.seesAndHears()]);
    await Promise.all([sue.close(), tom.close()]);
  });

  it('lets a protoo peer and a participant see and hear each other', async () => {
    await sue.call('join', room, 'Sue');
    const ada = await Visitor.join(browser, server.url, 'Ada', room);
    await Promise.all([sue.seesAndHears(), ada.seesAndHears('Sue')]);

    // Full: the room takes two.
    const tom = await Participant.connect(browser, server.url, script, 'tom');
    await assert.rejects(tom.call('join', room, 'Tom'), /ROOM_FULL/);
    const late = await Visitor.open(browser, server.url, 'Late', { room });
    await late.fillIn();
    await late.button('Join').click();
    await late.page.getByText(/could not join: The room is full/).waitFor();

    // Muted by the one, the other's consumer is paused, and goes on.
    await ada.button('Mute microphone').click();
    const paused = await sue.told('consumerPaused');
    assert.equal(paused.data.kind, 'audio');
    await ada.button('Unmute microphone').click();
    await sue.told('consumerResumed');
    await sue.seesAndHears();

    // Paused by the participant for itself, nothing comes, until it resumes.
    const consumerIds = await sue.call<string[]>('consumerIds');
    for (const request of ['pause', 'resume']) {
      for (const consumerId of consumerIds) {
        await sue.request(request, { consumerId });
      }
    }
    await sue.seesAndHears();

    await ada.button('Leave').click();
    const left = await sue.told('participantLeft');
    assert.equal(left.data.reason, 'left');
    const order = (await sue.messages()).map(({ type }) => type);
    assert.ok(
      order.indexOf('participantJoined') < order.indexOf('producerCreated'),
    );
    assert.ok(
      order.lastIndexOf('producerClosed') < order.indexOf('participantLeft'),
    );
    assert.equal(order.filter((it) => it === 'producerClosed').length, 2);
    await Promise.all([ada.close(), late.close(), sue.close(), tom.close()]);
  });

  it('shows in the page when the other leaves', async () => {
    const ada = await Visitor.join(browser, server.url, 'Ada', room);
    await sue.call('join', room, 'Sue');
    await Promise.all([sue.seesAndHears(), ada.seesAndHears('Sue')]);
    await sue.request('leaveRoom');
    await ada.tile('Sue').waitFor({ state: 'detached' });
    await Promise.all([ada.close(), sue.close()]);
  });
});
