import assert from 'node:assert/strict';
import path from 'node:path';

import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
  WebSocket,
} from 'playwright-core';

const IN_PAGE = path.join(import.meta.dirname, 'inPage.js');

/** More than any step takes on a busy machine; fewer than a person waits, ms. */
const PATIENCE = 30_000;

/** What has come in for a tile: decoded frames, sound, width of the picture. */
export interface Received {
  width: number;
  frames: number;
  energy: number;
}

/**
 * What has come to a page and went out: packets of pictures that came, all
 * packets that went, and what was decoded.
 */
export interface Total {
  came: number;
  went: number;
  frames: number;
  energy: number;
}

/** What is sent of a camera. */
export interface Camera {
  /** Which layers are switched on, the smallest picture first. */
  active: boolean[];
  /** What has gone out, by layer. */
  layers: {
    rid?: string;
    bytes: number;
    codec?: string;
    mode?: string;
  }[];
  bytes: number;
  /** How many pictures the camera has taken. */
  captured: number;
}

/** The energy that counts as sound: a beep of the fake microphone has more. */
const AUDIBLE = 1e-4;

/** Longer than the pause between two beeps, at 20 to 30 frames a second. */
const SILENT_FRAMES = 60;

const NOTHING: Received = { width: 0, frames: 0, energy: 0 };

/** A window of the browser, and what it opens. */
interface OpenOptions extends BrowserContextOptions {
  room?: string;
  /** What stands behind the address's `#`. */
  hash?: string;
  /** What the camera is to be sent as. */
  codec?: string;
  /** Runs before the page's own code. */
  initScript?: string;
}

/** Somebody with a browser window of their own at the page. */
export class Visitor implements AsyncDisposable {
  readonly name: string;
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #logged: string[] = [];
  readonly #errors: string[] = [];
  readonly #sent: string[] = [];
  #socket: WebSocket | undefined;

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.page = page;
    this.#context = context;
    page.on('request', (request) => {
      this.#sent.push(request.url(), JSON.stringify(request.headers()));
    });
    page.on('websocket', (socket) => {
      this.#socket = socket;
      this.#sent.push(socket.url());
      socket.on('framesent', ({ payload }) =>
        this.#sent.push(payload.toString()),
      );
    });
    page.on('pageerror', (error) => this.#errors.push(error.message));
    page.on('console', (message) => {
      // What the browser itself logs about sockets and assets that it could
      // not reach, or was not let to, is what the tests bring about.
      const text = message.text();
      this.#logged.push(text);
      if (
        message.type() === 'error' &&
        !/net::|WebSocket connection|a status of (401|403|429|503)/.test(text)
      ) {
        this.#errors.push(text);
      }
    });
  }

  /** Opens the page of a server, and of a room where one is named. */
  static async open(
    browser: Browser,
    url: string,
    name: string,
    { room, hash = '', codec, initScript = '', ...options }: OpenOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript({ path: IN_PAGE });
    await context.addInitScript({ content: initScript });
    const visitor = new Visitor(name, context, await context.newPage());
    const address = new URL(url);
    if (room !== undefined) {
      address.searchParams.set('room', room);
    }
    if (codec !== undefined) {
      address.searchParams.set('codec', codec);
    }
    address.hash = hash;
    await visitor.page.goto(address.href);
    return visitor;
  }

  /** Opens the page and joins the room. */
  static async join(
    browser: Browser,
    url: string,
    name: string,
    room: string,
    options: Omit<OpenOptions, 'room'> = {},
  ): Promise<Visitor> {
    const visitor = await Visitor.open(browser, url, name, {
      ...options,
      room,
    });
    await visitor.fillIn();
    await visitor.button('Join').click();
    await visitor.inRoom();
    return visitor;
  }

  /**
   * Opens the page and joins the room with neither microphone nor camera, which
   * leaves more of the machine to others.
   */
  static async joinToWatch(
    browser: Browser,
    url: string,
    name: string,
    room: string,
    { initScript = '', ...options }: Omit<OpenOptions, 'room'> = {},
  ): Promise<Visitor> {
    const script = `localStorage.setItem('atrium', '{"mic": false, "camera": false}');`;
    return Visitor.join(browser, url, name, room, {
      ...options,
      initScript: `${script}\n${initScript}`,
    });
  }

  /** Addresses, headers and messages that the page has sent so far. */
  get sent(): readonly string[] {
    return this.#sent;
  }

  /** Copies the link of the room; the clipboard has to be permitted. */
  async copiesLink(): Promise<string> {
    // The server's Permissions-Policy keeps its page from reading the clipboard.
    await this.page.evaluate(`{
      const write = navigator.clipboard.writeText.bind(navigator.clipboard);
      navigator.clipboard.writeText = async (text) => {
        await write(text);
        globalThis.copied = text;
      };
    }`);
    await this.button('Copy link').click();
    await this.page.getByText('Link copied').first().waitFor();
    return this.page.evaluate<string>('copied');
  }

  /** Waits until the page sends a frame like this over its WebSocket. */
  async sends(pattern: RegExp): Promise<void> {
    await this.#socket?.waitForEvent('framesent', {
      predicate: ({ payload }) => pattern.test(payload.toString()),
      timeout: PATIENCE,
    });
  }

  async fillIn(): Promise<void> {
    await this.page.getByLabel('Your name').fill(this.name);
  }

  /** Joins. @returns How long the first frame of somebody took, ms. */
  async joinsUntilFrame(name: string): Promise<number> {
    const list = `${JSON.stringify(name)}, ${PATIENCE}`;
    const time = await this.page.evaluate<number | null>(
      `atriumTest.joinsUntilFrame(${list})`,
    );
    assert.ok(time !== null, `${this.name} should see ${name}`);
    return time;
  }

  /** Waits until the page shows the room. */
  inRoom(): Promise<void> {
    return this.button('Leave').waitFor();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true }).first();
  }

  /** The tile of somebody else, in the states that are asked for. */
  tile(name: string, states = ''): Locator {
    return this.page.getByRole('listitem', {
      name: new RegExp(`^${name},.*${states}`),
    });
  }

  /** The visitor's own tile, in the states that are asked for. */
  ownTile(states = ''): Locator {
    return this.tile(`${this.name} \\(you\\)`, states);
  }

  /** The message at the head of the room that says so. */
  notice(text: RegExp): Locator {
    return this.page.locator('.notice').filter({ hasText: text });
  }

  /** Waits until the page has logged a text. */
  async logs(text: string): Promise<void> {
    if (!this.#logged.includes(text)) {
      await this.page.waitForEvent('console', (it) => it.text() === text);
    }
  }

  /** What has come in for somebody's tile so far. */
  received(name: string): Promise<Received> {
    return this.page.evaluate<Received>(
      `atriumTest.received(${JSON.stringify(name)})`,
    );
  }

  /** What has come in and gone out over all connections so far. */
  total(): Promise<Total> {
    return this.page.evaluate<Total>('atriumTest.total()');
  }

  /** Waits until so many packets of pictures have come in. */
  async packetsCome(packets: number): Promise<void> {
    assert.ok(
      await this.page.evaluate(
        `atriumTest.packetsCome(${packets}, ${PATIENCE})`,
      ),
      `${this.name} should receive ${packets} packets, has ${JSON.stringify(await this.total())}`,
    );
  }

  /** Waits until so many more frames and so much more sound have come in. */
  async receives(
    name: string,
    {
      frames = 0,
      sound = false,
      since = NOTHING,
    }: {
      frames?: number;
      sound?: boolean;
      since?: Received;
    },
  ): Promise<void> {
    const values = [name, since, frames, sound ? AUDIBLE : 0, PATIENCE];
    const list = values.map((value) => JSON.stringify(value)).join(', ');
    const came = await this.page.evaluate(`atriumTest.receives(${list})`);
    assert.ok(
      came,
      `${this.name} should receive ${frames} frames ${sound ? 'and sound ' : ''}of ${name} more than ${JSON.stringify(since)}, has ${JSON.stringify(await this.received(name))}`,
    );
  }

  /** Waits until somebody's picture moves and their sound is heard. */
  async seesAndHears(name: string): Promise<void> {
    const since = await this.received(name);
    await this.receives(name, { frames: 10, sound: true, since });
  }

  /** Waits until somebody's picture moves and nothing is heard of them. */
  async seesAndDoesNotHear(name: string): Promise<void> {
    const list = `${JSON.stringify(name)}, ${SILENT_FRAMES}, ${PATIENCE}`;
    assert.ok(
      await this.page.evaluate(`atriumTest.fallsSilent(${list})`),
      `${this.name} still hears ${name}`,
    );
  }

  /** Breaks the connections as the page sees them; whether it mends them. */
  restartsIce(): Promise<boolean> {
    return this.page.evaluate<boolean>(`atriumTest.restartsIce(${PATIENCE})`);
  }

  /** The ICE credentials of the server's ends of all transports. */
  iceUsers(): Promise<string[]> {
    return this.page.evaluate<string[]>('atriumTest.iceUsers()');
  }

  /** Waits until somebody's picture moves over transports of other users. */
  async seesAnew(name: string, users: readonly string[]): Promise<void> {
    const values = [name, users, 2, PATIENCE];
    const list = values.map((value) => JSON.stringify(value)).join(', ');
    assert.ok(
      await this.page.evaluate(`atriumTest.movesAnew(${list})`),
      `${this.name} should see ${name} over new transports`,
    );
  }

  /** What is sent of the camera. */
  camera(): Promise<Camera> {
    return this.page.evaluate<Camera>('atriumTest.camera()');
  }

  /** Waits until so many streams of the camera have gone out. */
  async sendsLayers(count: number): Promise<Camera['layers']> {
    assert.ok(
      await this.page.evaluate(`atriumTest.sendsLayers(${count}, ${PATIENCE})`),
      `${this.name} should send ${count} streams, sends ${JSON.stringify(await this.camera())}`,
    );
    return (await this.camera()).layers;
  }

  /** Waits until these layers of the camera are on, and no others. */
  async activates(...layers: boolean[]): Promise<void> {
    assert.ok(
      await this.page.evaluate(
        `atriumTest.activates(${JSON.stringify(layers)}, ${PATIENCE})`,
      ),
      `${this.name} should send ${JSON.stringify(layers)}, sends ${JSON.stringify(await this.camera())}`,
    );
  }

  /** Waits for so many pictures of the camera of which nothing is sent. */
  async sendsNothing(pictures: number): Promise<void> {
    assert.ok(
      await this.page.evaluate(
        `atriumTest.sendsNothing(${pictures}, ${PATIENCE})`,
      ),
      `${this.name} still sends: ${JSON.stringify(await this.camera())}`,
    );
  }

  /** Lets the page believe that its window is hidden, or seen again. */
  setHidden(hidden: boolean): Promise<void> {
    return this.page.evaluate(`atriumTest.setHidden(${hidden})`);
  }

  /** Waits until somebody's picture has a width between these. */
  async seesInWidth(name: string, least: number, most: number): Promise<void> {
    const list = [name, least, most, PATIENCE];
    const values = list.map((value) => JSON.stringify(value)).join(', ');
    assert.ok(
      await this.page.evaluate(`atriumTest.isWide(${values})`),
      `${this.name} should see ${name} in ${least} to ${most} pixels, has ${JSON.stringify(await this.received(name))}`,
    );
  }

  /** The codec in which somebody's picture comes. */
  codecOf(name: string): Promise<string | undefined> {
    return this.page.evaluate<string | undefined>(
      `atriumTest.codecOf(${JSON.stringify(name)})`,
    );
  }

  /**
   * Waits until so many data channels are open, over transports of other users
   * than these.
   */
  async opensChannels(
    count: number,
    users: readonly string[] = [],
  ): Promise<void> {
    const values = [count, users, PATIENCE];
    const list = values.map((value) => JSON.stringify(value)).join(', ');
    assert.ok(
      await this.page.evaluate(`atriumTest.opensChannels(${list})`),
      `${this.name} should have ${count} data channels open`,
    );
  }

  /** The devices whose light is on: "audio", "video". */
  openDevices(): Promise<string[]> {
    return this.page.evaluate<string[]>('atriumTest.openDevices()');
  }

  /** What of the screen is being recorded: "audio", "video". */
  openScreens(): Promise<string[]> {
    return this.page.evaluate<string[]>('atriumTest.openScreens()');
  }

  /** Ends what is recorded of the screen, as the browser's own button does. */
  endsShare(kind = ''): Promise<void> {
    return this.page.evaluate(`atriumTest.endShare(${JSON.stringify(kind)})`);
  }

  /** Closes the window; nothing may have gone wrong in the page. */
  async close(): Promise<void> {
    await this.#context.close();
    assert.deepEqual(this.#errors, [], `${this.name}'s page logged errors`);
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
