import { execFileSync } from 'node:child_process';
import path from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { bundle, runScript } from './script.ts';

const folder = JSON.stringify(path.join(PROJECT_ROOT, 'tests/e2e')).slice(
  1,
  -1,
);

/** A page that enters a session by the SDK, with camera and microphone. */
const BY_SDK = (options: string, enter: string): string => `
  import { VideoconfSDK } from 'videoconf-sdk';
  import { watchStreams } from '${folder}/watchStreams.js';
  const SMALL_VIDEO = { width: 160, height: 120, frameRate: 10 };
  const sdk = new VideoconfSDK('a-key', 'a-project', ${options});
  const streams = watchStreams();
  Object.assign(window, { sdk, streams, failures: [], heard: [], connections: [] });
  const Connection = RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...options) {
      super(...options);
      connections.push(this);
    }
  };
  const Socket = WebSocket;
  // The last ticket, those that open nothing any more, and the delay of messages.
  Object.assign(window, { ticket: undefined, spoiled: new Set(), delay: 0 });
  window.WebSocket = class extends Socket {
    constructor(url, ...protocols) {
      const [, ticket] = String(url).split('/ws/');
      super(spoiled.has(ticket) ? url + 'x' : url, ...protocols);
      window.ticket = ticket ?? window.ticket;
    }
    send(data) {
      setTimeout(() => this.readyState === 1 && super.send(data), delay);
    }
  };
  window.openConnections = () =>
    connections.filter((it) => it.connectionState !== 'closed').length;
  sdk.on('stream-added', (stream, id) => id === 'local' || streams.show(id, stream));
  sdk.on('stream-removed', (id) => streams.hide(id));
  sdk.on('error', ({ code, message }) => failures.push([code, message]));
  sdk.on('message', ({ from, data }) => heard.push([from, data]));
  window.names = () => sdk.getSnapshot().participants.map(({ name }) => name).toSorted();
  const named = (name) => sdk.getSnapshot().participants.find((it) => it.name === name);
  window.idOf = (name) => named(name)?.id;
  window.track = (name, source) => named(name)?.tracks.get(source);
  window.drawing = () => {
    const context = document.createElement('canvas').getContext('2d');
    setInterval(() => {
      context.fillStyle = context.fillStyle === '#000000' ? '#ffffff' : '#000000';
      context.fillRect(0, 0, 300, 150);
    }, 50);
    return context.canvas.captureStream().getVideoTracks()[0];
  };
  await sdk.initializeCall({ audio: true, video: SMALL_VIDEO });
  window.address = await ${enter};
`;

/** The same by the messages of the socket alone. */
const PLAINLY = (address: string, options: string): string => `
  import { enterPlainly } from '${folder}/plainPeer.js';
  import { watchStreams } from '${folder}/watchStreams.js';
  window.streams = watchStreams();
  window.plain = await enterPlainly('${address}', 'sesame', { ...streams, ...${options} });
`;

/** Waits until new pictures and sound of as many others have arrived. */
export async function meets(page: Page, others: number): Promise<void> {
  await page.evaluate('streams.forget()');
  await page.waitForFunction(`streams.arrived().length === ${others}`);
}

/** Pages of people in sessions of a server. */
export class SessionPages {
  readonly #browser: Browser;
  readonly #url: string;

  constructor(browser: Browser, url: string) {
    execFileSync('sh', [path.join(PROJECT_ROOT, 'scripts/build-sdk')]);
    this.#browser = browser;
    this.#url = url;
  }

  /** Creates a session by the SDK. @returns The page, and the address of the session. */
  async create(name: string, options = ''): Promise<[Page, string]> {
    const page = await this.#open(
      BY_SDK(
        `{ displayName: '${name}', ${options} }`,
        "sdk.createSession('Title', 'sesame')",
      ),
    );
    await page.waitForFunction('window.address');
    return [page, await page.evaluate<string>('address')];
  }

  /** Enters a session by the SDK. */
  async join(
    address: string,
    name: string,
    options: string,
    url?: string,
  ): Promise<Page> {
    const page = await this.#open(
      BY_SDK(
        `{ displayName: '${name}', ${options} }`,
        `sdk.joinSession('${address}', 'sesame').then(() => '${address}')`,
      ),
      url,
    );
    await page.waitForFunction('window.address');
    return page;
  }

  /** Enters a session without the SDK. */
  async plainly(address: string, options = '{}'): Promise<Page> {
    const page = await this.#open(PLAINLY(address, options));
    await page.waitForFunction('window.plain?.id');
    return page;
  }

  async close(...pages: Page[]): Promise<void> {
    await Promise.all(pages.map((page) => page.context().close()));
  }

  async #open(script: string, url = this.#url): Promise<Page> {
    const page = await runScript(this.#browser, url, await bundle(script));
    page.setDefaultTimeout(60_000);
    return page;
  }
}
