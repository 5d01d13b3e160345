import { execFileSync } from 'node:child_process';
import path from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { bundle, runScript } from './script.ts';
import type { Scripts } from './script.ts';

/** A client, with functions that show received tracks and report events. */
const PAGE = `
  import { VideoconfError, VideoconfSDK } from 'videoconf-sdk';
  const connections = [];
  const Connection = RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...options) {
      super(...options);
      connections.push(this);
    }
  };
  window.events = [];
  window.create = (...options) => {
    window.sdk = new VideoconfSDK(...options);
    for (const name of ['state', 'resumed', 'mediaReset', 'error']) {
      sdk.on(name, ({ state, code } = {}) => events.push(state ?? code ?? name));
    }
    for (const name of ['track-added', 'track-removed']) {
      sdk.on(name, ({ source }) => events.push(name + ' ' + source));
    }
  };
  window.enter = async (room) => {
    await sdk.setMicrophone(true);
    await sdk.setCamera(true);
    await sdk.join(room);
  };
  window.person = (name) => sdk.getSnapshot().participants.find((it) => it.name === name);
  window.track = (name, source) => person(name)?.tracks.get(source);
  window.show = (name, source, style = '') => {
    const element = document.createElement(track(name, source).kind);
    Object.assign(element, { id: name + '-' + source, style });
    document.body.append(element);
    track(name, source).attach(element);
  };
  window.shown = (name, source) => document.getElementById(name + '-' + source);
  window.sentDevices = () => connections.flatMap((it) => it.getSenders())
    .filter(({ track }) => track?.readyState === 'live')
    .map(({ track }) => track.getSettings().deviceId).toSorted();
  window.framesDecoded = async () => {
    const reports = await Promise.all(connections.map((it) => it.getStats()));
    return reports.flatMap((it) => [...it.values()])
      .reduce((sum, { framesDecoded = 0 }) => sum + framesDecoded, 0);
  };
  window.outcome = async (promise) => {
    try {
      await promise;
      return 'done';
    } catch (error) {
      return [error instanceof VideoconfError, error.code, error.final];
    }
  };
`;

/** Shows a source of another, unless it is shown, and waits until it plays on. */
export async function plays(
  page: Page,
  name: string,
  source: string,
  style = '',
): Promise<void> {
  await page.waitForFunction(`track('${name}', '${source}')?.mediaStreamTrack`);
  await page.evaluate(`(() => {
    shown('${name}', '${source}') ?? show('${name}', '${source}', '${style}');
    window.since = shown('${name}', '${source}').currentTime;
  })()`);
  await page.waitForFunction(
    `shown('${name}', '${source}').currentTime > since + 0.3`,
  );
}

/** Pages with clients of the SDK, in rooms and sessions of a server. */
export class SdkPages {
  readonly #browser: Browser;
  readonly #url: string;
  readonly #scripts: Scripts;

  private constructor(browser: Browser, url: string, scripts: Scripts) {
    this.#browser = browser;
    this.#url = url;
    this.#scripts = scripts;
  }

  static async of(browser: Browser, url: string): Promise<SdkPages> {
    execFileSync('sh', [path.join(PROJECT_ROOT, 'scripts/build-sdk')]);
    return new SdkPages(browser, url, await bundle(PAGE));
  }

  /** Opens a page with a client, made with these arguments. */
  async open(...options: unknown[]): Promise<Page> {
    const page = await runScript(this.#browser, this.#url, this.#scripts);
    await page.waitForFunction('window.create');
    await page.evaluate(`create(...${JSON.stringify(options)})`);
    return page;
  }

  /** Enters a room, with microphone and camera. */
  async join(name: string, room: string, options: object = {}): Promise<Page> {
    const page = await this.open({ displayName: name, ...options });
    await page.evaluate(`enter('${room}')`);
    return page;
  }
}
