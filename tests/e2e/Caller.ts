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

/** A camera that leaves enough of the machine to several browsers. */
const SMALL_CAMERA = `{
  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function ({ video, ...rest }) {
    const small = { width: 320, height: 180, frameRate: ${FRAME_RATE} };
    return open.call(this, { ...rest, video: video && small });
  };
}`;

/** When pictures were shown, ms since the epoch. */
interface Pictures {
  own: number[];
  others: number[];
}

/** A call as the history has it. */
interface PastCall {
  status: string;
  participantCount: number;
  duration: number;
  mode: string;
}

/** A person with a browser window at the page of calls. */
export class Caller implements AsyncDisposable {
  readonly visitor: Visitor;
  readonly name: string;
  /** The text frames that came over the socket of calls. */
  readonly received: string[] = [];

  private constructor(name: string, visitor: Visitor) {
    this.name = name;
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
  ): Promise<Caller> {
    accounts += 1;
    const visitor = await Visitor.open(browser, `${url}call`, name, {
      initScript: SMALL_CAMERA,
    });
    const caller = new Caller(name, visitor);
    const { page } = visitor;
    await caller.press('New here?');
    await page.getByLabel('Your name').fill(name);
    await page
      .getByLabel('Email address')
      .fill(`${name}-${accounts}@example.com`);
    await page.getByLabel('Password').fill(PASSWORD);
    await caller.press('Create account');
    await page.getByText('Your user ID is').waitFor();
    await until(`${name} at the socket`, () =>
      caller.received.some((frame) => frame.includes('"authenticated"')),
    );
    return caller;
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
   * Another picture of a person was seen within half a second of the last, by
   * the cameras of both: a busy machine halts these as well.
   */
  async sawNoGapOf(other: Caller): Promise<void> {
    const [seen, sent] = await Promise.all([
      this.#pictures(),
      other.#pictures(),
    ]);
    assert.ok(seen.others.length > 1, `${this.name} should see ${other.name}`);
    for (const [index, end] of seen.others.entries()) {
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

  /** The calls of a conversation, the newest first. */
  async history(title: string): Promise<PastCall[]> {
    return this.visitor.page.evaluate<PastCall[]>(`(async () => {
      const { access } = JSON.parse(sessionStorage.getItem('atrium.login'));
      const get = async (path) => {
        const response = await fetch(path, {
          headers: { Authorization: 'Bearer ' + access },
        });
        return (await response.json()).data;
      };
      const { conversations } = await get('/api/conversations');
      const { conversationId } = conversations.find(
        (it) => it.title === ${JSON.stringify(title)},
      );
      return (await get('/api/conversations/' + conversationId + '/calls')).calls;
    })()`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.visitor.close();
  }
}
