import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { PASSWORD } from '../support/accounts.ts';
import { ChatSite } from '../gateways/chat/ChatSite.ts';
import type { Member } from '../gateways/chat/ChatSite.ts';
import { bearing } from '../support/peerToken.ts';
import { until } from '../support/until.ts';

const FRONTEND = readFileSync(
  path.join(import.meta.dirname, 'chatFrontend.js'),
  'utf8',
);

const HTML = `<!doctype html>
<title>Chat</title>
<link rel="icon" href="data:," />
<video autoplay playsinline muted></video>
<video autoplay playsinline></video>
<script>${FRONTEND}</script>`;

interface Signal {
  type: string;
  offer?: unknown;
  answer?: unknown;
}

/** A user of the frontend in a browser window of its own. */
class Person {
  readonly page: Page;
  readonly #complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', ({ message }) => this.#complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.#complaints.push(message.text());
      }
    });
  }

  /** Opens the frontend, logs in, and enters a room. */
  static async enter(
    browser: Browser,
    frontend: string,
    member: Member,
    roomId: number,
    way: 'query' | 'subprotocol',
  ): Promise<Person> {
    const context = await browser.newContext();
    const person = new Person(await context.newPage());
    await person.page.goto(frontend);
    await person.call('login', member.account.email, PASSWORD);
    await person.call('connect', roomId, way);
    return person;
  }

  /** Calls a function of the frontend. */
  call<Result>(name: string, ...values: unknown[]): Promise<Result> {
    const list = values.map((value) => JSON.stringify(value)).join(', ');
    return this.page.evaluate<Result>(`frontend.${name}(${list})`);
  }

  messages(): Promise<Record<string, unknown>[]> {
    return this.page.evaluate('frontend.messages');
  }

  /** Signals that the frontend has sent, or received. */
  signals(list: 'sent' | 'signals', type: string): Promise<Signal[]> {
    return this.page.evaluate(
      `frontend.${list}.filter((it) => it.type === '${type}')`,
    );
  }

  /** Waits for a message with this text. */
  reads(content: string): Promise<Record<string, unknown>> {
    return until(`the message ${content}`, async () =>
      (await this.messages()).find((it) => it['content'] === content),
    );
  }

  /** Waits until pictures and sound of the other browser have come. */
  async seesAndHears(): Promise<void> {
    await until('audio and video of the other browser', async () => {
      const { frames, energy } = await this.call<{
        frames: number;
        energy: number;
      }>('decoded');
      return frames >= 10 && energy > 1e-4 && this.call<boolean>('isShown');
    });
  }

  /** Closes the window; nothing may have gone wrong in it. */
  async close(): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.#complaints, []);
  }
}

describe('a frontend of the chat API', { skip: noBrowser }, () => {
  let browser: Browser;
  let host: HttpServer;
  let chat: ChatSite;
  let frontend: string;
  let ada: Member;
  let bob: Member;
  let roomId: number;

  before(async () => {
    host = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(HTML);
    });
    host.listen(0, '127.0.0.1');
    await once(host, 'listening');
    const { port } = host.address() as AddressInfo;
    const origin = `http://localhost:${port}`;
    [chat, browser] = await Promise.all([
      ChatSite.start({ access: { origins: [origin] } }),
      launchBrowser(),
    ]);
    frontend = `${origin}/?api=${encodeURIComponent(chat.url)}`;
    ada = await chat.join('ada@example.com', 'Ada');
    bob = await chat.join('bob@example.com', 'Bob');
  });

  after(async () => {
    await browser?.close();
    await chat?.[Symbol.asyncDispose]();
    host.close();
  });

  beforeEach(async () => {
    roomId = await chat.createRoom(ada);
  });

  for (const [way, protocol] of [
    ['query', ''],
    ['subprotocol', 'bearer'],
  ] as const) {
    it(`chats with its token in the ${way}`, async () => {
      const person = await Person.enter(browser, frontend, ada, roomId, way);
      assert.equal(await person.call('protocol'), protocol);
      await person.call('sendMessage', 'Hello, everyone! 👋');
      const { id, created_at, ...message } = await person.reads(
        'Hello, everyone! 👋',
      );
      assert.deepEqual(message, {
        user: { id: ada.account.id, email: 'ada@example.com', name: 'Ada' },
        content: 'Hello, everyone! 👋',
      });
      assert.deepEqual(
        await person.call('request', 'GET', `/api/rooms/${roomId}/messages/`),
        [{ id, created_at, ...message }],
      );
      await person.close();
    });
  }

  it('calls another browser, which sees, hears, and notices the end', async () => {
    const people = [
      await Person.enter(browser, frontend, ada, roomId, 'query'),
      await Person.enter(browser, frontend, bob, roomId, 'subprotocol'),
    ] as const;
    const [caller, callee] = people;
    await caller.call('call');
    await Promise.all(people.map((person) => person.seesAndHears()));

    const [offer] = await caller.signals('sent', 'webrtc-offer');
    assert.deepEqual(await callee.signals('signals', 'webrtc-offer'), [
      { ...offer, sender_id: ada.account.id },
    ]);
    const [answer] = await callee.signals('sent', 'webrtc-answer');
    assert.deepEqual(await caller.signals('signals', 'webrtc-answer'), [
      { ...answer, sender_id: bob.account.id },
    ]);

    await caller.call('hangUp');
    await until(
      'the end of the call',
      async () => (await callee.call('state')) === 'closed',
    );
    assert.deepEqual(await callee.signals('signals', 'webrtc-hangup'), [
      { type: 'webrtc-hangup', sender_id: ada.account.id },
    ]);
    assert.equal(await callee.call('isShown'), false);
    await Promise.all(people.map((person) => person.close()));
  });

  it('chats with a member who came in by protoo', async () => {
    const carol = await chat.join('carol@example.com', 'Carol');
    const peerId = String(carol.account.id);
    const room = `chat-${roomId}`;
    const people = [
      await Person.enter(browser, frontend, ada, roomId, 'query'),
      await Person.enter(browser, frontend, bob, roomId, 'subprotocol'),
    ] as const;
    const follower = await ProtooClient.connect(
      chat.server.url,
      room,
      peerId,
      bearing(carol.access),
    );
    await follower.request('joinRoom', { roomId: room, peerId });

    await people[0].call('sendMessage', 'Who is there?');
    const { user: _user, ...asked } = await people[1].reads('Who is there?');
    const heard = await follower.notified('message');
    assert.deepEqual(heard['data'], asked);

    await follower.request('sendMessage', { data: { content: 'Carol is.' } });
    const answers = await Promise.all(
      people.map((person) => person.reads('Carol is.')),
    );
    for (const answer of answers) {
      assert.deepEqual(answer['user'], {
        id: carol.account.id,
        email: 'carol@example.com',
        name: 'Carol',
      });
    }
    const kept = await chat.messagesIn(roomId, bob);
    for (const person of people) {
      assert.deepEqual(await person.messages(), kept);
    }
    await follower.close();
    await Promise.all(people.map((person) => person.close()));
  });
});
