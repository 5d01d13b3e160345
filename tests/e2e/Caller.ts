import assert from 'node:assert/strict';

import type { Browser } from 'playwright-core';

import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { until } from '../support/until.ts';

/** A password that no rule refuses. */
const PASSWORD = 'velvet harbour 41 lanterns';

/** The number of accounts so far, each of which has an address of its own. */
let accounts = 0;

/** Pictures a second of the cameras. */
const FRAME_RATE = 20;

/** A camera and a screen that leave enough of the machine to several browsers. */
const SMALL_PICTURES = `{
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function ({ video, ...rest }) {
    const small = { width: 320, height: 180, frameRate: ${FRAME_RATE} };
    return open.call(this, { ...rest, video: video && small });
  };
  const share = MediaDevices.prototype.getDisplayMedia;
  MediaDevices.prototype.getDisplayMedia = function (options) {
    const small = { width: { max: 640 }, height: { max: 360 }, frameRate: { max: 10 } };
    return share.call(this, { ...options, video: small });
  };
}`;

/** When pictures were shown, and when that was asked, ms since the epoch. */
interface Pictures {
  own: number[];
  others: number[];
  now: number;
}

/** Waits until each of these people sees and hears all others. */
export async function seeAndHearEachOther(
  people: readonly Caller[],
): Promise<void> {
  for (const one of people) {
    for (const other of people) {
      if (other !== one) {
        await one.visitor.seesAndHears(other.visitor.name);
      }
    }
  }
}

/** A call as the history has it. */
interface PastCall {
  callId: string;
  status: string;
  participantCount: number;
  duration: number;
  mode: string;
}

/** A participant as the server shows it. */
interface Participant {
  participantId: string;
  username: string;
  status: string;
}

/** Options of a window: of the browser, and what runs before the page. */
interface CallerOptions {
  initScript?: string;
  /** The end of the address, such as `?relay`. */
  query?: string;
  /** The part of the address after `#`. */
  hash?: string;
  locale?: string;
}

/** A person with a browser window at the page of calls. */
export class Caller implements AsyncDisposable {
  readonly visitor: Visitor;
  readonly name: string;
  readonly #email: string;
  /** The text frames that came over the socket of calls. */
  readonly received: string[] = [];

  private constructor(name: string, email: string, visitor: Visitor) {
    this.name = name;
    this.#email = email;
    this.visitor = visitor;
    visitor.page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) =>
        this.received.push(payload.toString()),
      );
    });
  }

  /** Opens the page and creates an account. */
  static async register(
    browser: Browser,
    url: string,
    name: string,
    options: CallerOptions = {},
  ): Promise<Caller> {
    accounts += 1;
    const email = `${name}-${accounts}@example.com`;
    const caller = await Caller.#open(browser, url, name, email, options);
    await caller.press('New here?');
    await caller.visitor.page.getByLabel('Your name').fill(name);
    await caller.#enter('Create account');
    return caller;
  }

  static async #open(
    browser: Browser,
    url: string,
    name: string,
    email: string,
    { initScript = '', query = '', ...options }: CallerOptions,
  ): Promise<Caller> {
    const visitor = await Visitor.open(browser, `${url}call${query}`, name, {
      ...options,
      initScript: `${SMALL_PICTURES}\n${initScript}`,
    });
    return new Caller(name, email, visitor);
  }

  /** Opens a share link, and asks to be let in. */
  static async followsLink(
    browser: Browser,
    link: string,
    name: string,
  ): Promise<Caller> {
    const { origin, hash } = new URL(link);
    const guest = await Caller.#open(browser, `${origin}/`, name, '', { hash });
    await guest.asksIn();
    return guest;
  }

  /** Asks to be let in as a guest. */
  async asksIn(): Promise<void> {
    await this.visitor.fillIn();
    await this.press('Join as guest');
  }

  /** Waits until a guest has been let in. */
  async isIn(): Promise<void> {
    await this.reads('You are here as a guest');
    await until(`${this.name} at the socket`, () => this.#logins > 0);
  }

  /** Opens the page for the same user on another device. */
  async onAnotherDevice(browser: Browser, url: string): Promise<Caller> {
    const email = this.#email;
    const other = await Caller.#open(browser, url, this.name, email, {});
    await other.#enter('Log in');
    return other;
  }

  /** Fills in the rest of the form, and waits for the socket. */
  async #enter(button: string): Promise<void> {
    const { page } = this.visitor;
    await page.getByLabel('Email address').fill(this.#email);
    await page.getByLabel('Password').fill(PASSWORD);
    await this.press(button);
    await page.getByText('Your user ID is').waitFor();
    await until(`${this.name} at the socket`, () => this.#logins > 0);
  }

  /** The number of connections that have been authenticated. */
  get #logins(): number {
    return this.received.filter((it) => it.includes('"authenticated"')).length;
  }

  /** Chooses the language of subtitles. */
  async speaks(language: string): Promise<void> {
    const before = this.#logins;
    await this.visitor.page
      .getByLabel('Your language, for subtitles')
      .selectOption(language);
    await until('the language at the server', () => this.#logins > before);
  }

  /** The user's id. */
  async id(): Promise<string> {
    return (await this.visitor.page.locator('#own-id').textContent()) ?? '';
  }

  press(name: string): Promise<void> {
    return this.visitor.button(name).click();
  }

  /** Waits for a text on the page. */
  reads(text: string | RegExp): Promise<void> {
    return this.visitor.page.getByText(text).first().waitFor();
  }

  /** Ends what is on the page, as far as the last test has left something. */
  async returnsHome(): Promise<void> {
    for (const name of ['Hang up', 'Back to your conversations']) {
      const button = this.visitor.button(name);
      if (await button.isVisible()) {
        await button.click();
      }
    }
    await this.visitor.page.locator('#home').waitFor();
    await this.ringsNoMore();
  }

  /** Waits until no call rings. */
  ringsNoMore(): Promise<void> {
    return this.visitor.page.locator('#incoming').waitFor({ state: 'hidden' });
  }

  /** Starts a conversation. */
  async starts(title: string, others: readonly Caller[]): Promise<void> {
    const { page } = this.visitor;
    const ids = await Promise.all(others.map((it) => it.id()));
    await page.getByLabel('User ID', { exact: true }).fill(ids.join(', '));
    await page.getByLabel('Title', { exact: true }).fill(title);
    await this.press('Start');
    await this.visitor.button(`Video call: ${title}`).waitFor();
  }

  calls(title: string): Promise<void> {
    return this.press(`Video call: ${title}`);
  }

  /** Waits until media takes this way, and no other. */
  async goes(way: 'Direct' | 'Through the server'): Promise<void> {
    const { page } = this.visitor;
    await page.locator('#call-mode', { hasText: way }).waitFor();
    const viaServer = way !== 'Direct';
    await until(`${this.name} connected ${way}`, async () => {
      const ways = await page.evaluate<boolean[]>('atriumTest.viaServer()');
      return ways.length > 0 && ways.every((it) => it === viaServer);
    });
  }

  /** Counts the pictures of another person, from now on. */
  watchesFrames(name: string): Promise<void> {
    return this.visitor.page.evaluate(
      `atriumTest.watchFrames(${JSON.stringify(name)}, ${JSON.stringify(`${this.name} (you)`)})`,
    );
  }

  /** The pictures since they have been watched. */
  #pictures(): Promise<Pictures> {
    return this.visitor.page.evaluate<Pictures>('atriumTest.pictures()');
  }

  /**
   * Another picture of a person was seen within half a second of the last, up to
   * now, by the cameras of both: a busy machine halts these as well.
   */
  async sawNoGapOf(other: Caller): Promise<void> {
    const [seen, sent] = await Promise.all([
      this.#pictures(),
      other.#pictures(),
    ]);
    assert.ok(seen.others.length > 1, `${this.name} should see ${other.name}`);
    for (const [index, end] of [...seen.others, seen.now].entries()) {
      const start = seen.others[index - 1] ?? end;
      const [own = 0, taken = 0] = [seen, sent].map(
        (it) => it.own.filter((time) => time > start && time < end).length,
      );
      assert.ok(
        Math.min(own, taken) <= FRAME_RATE / 2,
        `${this.name} saw nothing of ${other.name} for ${end - start} ms, in which the cameras took ${own} and ${taken} pictures`,
      );
    }
  }

  /** Creates a link that lets guests into a conversation. */
  async shares(title: string): Promise<string> {
    const id = await this.#conversation(title);
    const { url } = await this.#ask<{ url: string }>(
      'POST',
      `conversations/${id}/share-links`,
    );
    return url;
  }

  /** The calls of a conversation, the newest first. */
  async history(title: string): Promise<PastCall[]> {
    const id = await this.#conversation(title);
    const { calls } = await this.#ask<{ calls: PastCall[] }>(
      'GET',
      `conversations/${id}/calls`,
    );
    return calls;
  }

  /** The id of a conversation. */
  async #conversation(title: string): Promise<string | undefined> {
    const { conversations } = await this.#ask<{
      conversations: { conversationId: string; title: string }[];
    }>('GET', 'conversations');
    return conversations.find((it) => it.title === title)?.conversationId;
  }

  /** The participants of the newest call of a conversation. */
  async participants(title: string): Promise<Participant[]> {
    const [call] = await this.history(title);
    const { participants } = await this.#ask<{ participants: Participant[] }>(
      'GET',
      `calls/${call?.callId}`,
    );
    return participants;
  }

  /** The data with which a resource of the API answers. */
  #ask<Data>(method: 'GET' | 'POST', resource: string): Promise<Data> {
    return this.visitor.page.evaluate<Data>(`(async () => {
      const { access } = JSON.parse(sessionStorage.getItem('atrium.login'));
      const response = await fetch(${JSON.stringify(`/api/${resource}`)}, {
        method: '${method}',
        headers: { Authorization: 'Bearer ' + access },
      });
      return (await response.json()).data;
    })()`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.visitor.close();
  }
}
