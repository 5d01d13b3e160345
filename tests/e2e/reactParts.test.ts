import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { until } from '../support/until.ts';
import { bundle, runScript } from './script.ts';
import type { Scripts } from './script.ts';
import { Wire } from '../support/Wire.ts';

/** Fake devices, and a browser that plays sound only after a click. */
const SILENT_AT_FIRST = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** Shows a container with the properties that the test gives, and takes others. */
const CONTAINER = `
  import { StrictMode } from 'react';
  import { createRoot } from 'react-dom/client';
  import { VideoContainer } from 'videoconf-sdk/react';

  const root = createRoot(document.getElementById('root'));
  window.show = (props) => root.render(
    <StrictMode>{props && <VideoContainer {...props} />}</StrictMode>,
  );
  window.opened = [];
  const open = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open.call(navigator.mediaDevices, constraints);
    opened.push(...stream.getTracks());
    return stream;
  };
`;

/** The example of the contract, whose clients the test makes enter. */
const USAGE = `
  ${readFileSync(path.join(import.meta.dirname, 'usage/VideoCall.jsx'), 'utf8')}
  import { createRoot } from 'react-dom/client';

  const { on } = VideoconfSDK.prototype;
  VideoconfSDK.prototype.on = function (...args) {
    window.videoconf = this;
    return on.apply(this, args);
  };
  createRoot(document.getElementById('root')).render(<VideoCall />);
`;

/** Waits until that many videos play on a page. */
async function plays(page: Page, count: number): Promise<void> {
  await page.waitForFunction(`(() => {
    const videos = [...document.querySelectorAll('video')];
    return videos.length === ${count} && videos.every((it) => it.currentTime > 0.3);
  })()`);
}

describe('the React parts', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let wire: Wire;
  let container: Scripts;
  /** The complaints of pages. */
  const complaints: string[] = [];

  const open = async (
    scripts: Scripts,
    url = server.url,
    inBrowser = browser,
  ): Promise<Page> => {
    const page = await runScript(inBrowser, url, scripts);
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      // Browsers report failed connections and statuses of requests.
      const isOfNetwork = /^(Failed to load|WebSocket connection)/;
      if (
        ['error', 'warning'].includes(message.type()) &&
        !isOfNetwork.test(message.text())
      ) {
        complaints.push(message.text());
      }
    });
    return page;
  };

  const show = async (props: object, url?: string): Promise<Page> => {
    const page = await open(container, url);
    await page.waitForFunction('window.show');
    await page.evaluate(`show(${JSON.stringify(props)})`);
    return page;
  };

  before(async () => {
    execFileSync('sh', [path.join(PROJECT_ROOT, 'scripts/build-sdk')]);
    [server, browser, container] = await Promise.all([
      startServer(),
      launchBrowser(),
      bundle(CONTAINER, 'example.jsx'),
    ]);
  });

  beforeEach(async () => {
    wire = await Wire.to(server.url);
  });

  afterEach(async () => {
    for (const context of browser.contexts()) {
      await context.close();
    }
    await wire.close();
    await until('all rooms are empty', () => server.registry.rooms.size === 0);
    assert.deepEqual(complaints.splice(0), []);
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it('run the example of the contract for three people', async () => {
    const usage = await bundle(USAGE, 'example.jsx');
    const [ada, bob, eve] = await Promise.all([
      open(usage),
      open(usage),
      open(usage),
    ]);
    const pages = [ada, bob, eve];
    await Promise.all(
      pages.map((it) => it.waitForFunction('window.videoconf')),
    );
    const address = await ada.evaluate<string>(
      "videoconf.createSession('Meeting Title', 'password')",
    );
    for (const page of [bob, eve]) {
      await page.evaluate(`videoconf.joinSession('${address}', 'password')`);
    }
    await Promise.all(
      pages.map((it) => it.evaluate('videoconf.initializeCall()')),
    );
    await Promise.all(pages.map((it) => plays(it, 3)));
    assert.equal(await ada.getByRole('listitem').count(), 3);
    assert.equal(await ada.getByRole('listitem', { name: 'You' }).count(), 1);
    await eve.evaluate('videoconf.leaveCall()');
    await Promise.all([ada, bob].map((it) => plays(it, 2)));
    assert.equal(await eve.getByRole('listitem').count(), 0);
  });

  it('come from the main entry as well, with their hooks', async () => {
    const scripts = await bundle(
      `
      import { StrictMode } from 'react';
      import { createRoot } from 'react-dom/client';
      import { useParticipants, VideoContainer } from 'videoconf-sdk';

      const Names = () => <p>{useParticipants().map(({ name }) => name).join()}</p>;
      const name = location.hash.slice(1);
      createRoot(document.getElementById('root')).render(
        <StrictMode>
          <VideoContainer room="garden" displayName={name}><Names /></VideoContainer>
        </StrictMode>,
      );
      `,
      'example.jsx',
    );
    const [ada, bob] = await Promise.all(
      ['Ada', 'Bob'].map((name) => open(scripts, `${server.url}#${name}`)),
    );
    await ada?.getByText('Bob', { exact: true }).waitFor();
    await bob?.getByText('Ada', { exact: true }).waitFor();
  });

  it('enter once in strict mode, and release all when they are gone', async () => {
    const ada = await open(container);
    const sent: string[] = [];
    ada.on('websocket', (socket) => {
      sent.push('socket');
      socket.on('framesent', ({ payload }) => {
        const { method } = JSON.parse(String(payload)) as { method?: string };
        if (method === 'joinRoom') {
          sent.push(method);
        }
      });
    });
    await ada.waitForFunction('window.show');
    await ada.evaluate(
      "show({ room: 'garden', displayName: 'Ada', microphone: true, camera: true })",
    );
    const bob = await show({
      room: 'garden',
      displayName: 'Bob',
      microphone: true,
      camera: true,
    });
    await Promise.all([plays(ada, 2), plays(bob, 2)]);
    await ada
      .getByRole('listitem', { name: 'Bob, microphone on, camera on' })
      .waitFor();
    await ada.waitForFunction(
      "[...document.querySelectorAll('audio')].some((it) => it.currentTime > 0.3)",
    );
    assert.deepEqual(sent, ['socket', 'joinRoom']);
    assert.equal(server.registry.get('garden').peers.size, 2);
    assert.equal(await ada.evaluate('document.adoptedStyleSheets.length'), 1);

    await ada.evaluate('show(null)');
    await ada.waitForFunction(
      "opened.length === 2 && opened.every((it) => it.readyState === 'ended')",
    );
    await until('Ada has left', () => {
      return server.registry.get('garden').peers.size === 1;
    });
    assert.equal(await ada.evaluate('document.adoptedStyleSheets.length'), 0);
    await plays(bob, 1);
  });

  it('move to another room with the devices as they are', async () => {
    const ada = await show({
      room: 'garden',
      camera: true,
      displayName: 'Ada',
    });
    await plays(ada, 1);
    await ada.evaluate(
      "show({ room: 'attic', camera: true, displayName: 'Ada' })",
    );
    await until('the other room is entered', () =>
      server.registry.rooms.has('attic'),
    );
    await until('the room is left', () => !server.registry.rooms.has('garden'));
    await plays(ada, 1);
    assert.equal(await ada.evaluate('opened.length'), 1);
  });

  it('show a reconnect, and deliver what was written meanwhile', async () => {
    const ada = await show({ room: 'garden', displayName: 'Ada' }, wire.url);
    const bob = await show({ room: 'garden', displayName: 'Bob' });
    await ada.getByRole('listitem', { name: /^Bob/ }).waitFor();
    await bob.getByRole('listitem', { name: /^Ada/ }).waitFor();
    await wire.cut();
    await ada.getByText('The connection was lost.').waitFor();
    await ada.getByRole('textbox', { name: 'Message' }).fill('Still here');
    await ada.keyboard.press('Enter');
    await ada.getByText('Sending…').waitFor();
    await wire.mend();
    await ada
      .getByText('The connection was lost.')
      .waitFor({ state: 'detached' });
    await bob.getByRole('log').getByText('Still here').waitFor();
    await bob.getByRole('log').getByText('Ada').waitFor();
    await ada.getByText('Sending…').waitFor({ state: 'detached' });
  });

  it('tell of messages while the chat is closed', async () => {
    const ada = await show({ room: 'garden', displayName: 'Ada' });
    const bob = await show({ room: 'garden', displayName: 'Bob' });
    await ada.getByRole('listitem', { name: /^Bob/ }).waitFor();
    const toggle = ada.getByRole('button', { name: /^Chat/ });
    await toggle.click();
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
    await bob.getByRole('textbox', { name: 'Message' }).fill('Hello');
    await bob.getByRole('button', { name: 'Send' }).click();
    await ada.getByRole('button', { name: 'Chat, 1 new message' }).waitFor();
    await toggle.press('Enter');
    await ada.getByRole('log').getByText('Hello').waitFor();
    await ada.getByRole('button', { name: 'Chat', exact: true }).waitFor();
  });

  it('show a wrong password, and enter with another', async () => {
    const host = await open(container);
    const address = await host.evaluate(
      `fetch('/session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ host: 'ada', title: 'Stand-up', password: 'sesame' }),
      }).then((it) => it.json()).then((it) => it.socket)`,
    );
    const session = {
      session: address,
      apiKey: 'a-key',
      projectId: 'a-project',
    };
    const ada = await show({ ...session, password: 'open' });
    await ada.getByRole('status').getByText('The password is wrong.').waitFor();
    assert.equal(await ada.getByRole('button').count(), 1);
    await ada.evaluate(
      `show(${JSON.stringify({ ...session, password: 'sesame' })})`,
    );
    await ada.getByRole('listitem', { name: /^Guest/ }).waitFor();
    const bob = await show({
      ...session,
      session: 'x'.repeat(22),
      password: 'a',
    });
    await bob.getByText('There is no session at this address').waitFor();
  });

  it('show the end, and enter again', async () => {
    const ada = await show({
      room: 'garden',
      displayName: 'Ada',
      camera: true,
    });
    await plays(ada, 1);
    server.registry.get('garden').close('deleted');
    await ada.getByText('The room was deleted.').waitFor();
    assert.equal(await ada.getByRole('button').count(), 1);
    assert.equal(await ada.evaluate('opened[0].readyState'), 'ended');
    await ada.getByRole('button', { name: 'Join again' }).click();
    await plays(ada, 1);
    const leave = ada.getByRole('button', { name: 'Leave' });
    await leave.focus();
    await leave.press('Enter');
    await ada.getByText('You have left the meeting.').waitFor();
    assert.equal(
      await ada.evaluate('document.activeElement.textContent'),
      'You have left the meeting.',
    );
    assert.equal(await ada.evaluate('opened[1].readyState'), 'ended');
  });

  it('turn devices on and off by buttons', async () => {
    const ada = await show({ room: 'garden', displayName: 'Ada' });
    await ada
      .getByRole('listitem', { name: 'Ada (you), microphone off, camera off' })
      .waitFor();
    await ada.getByRole('button', { name: 'Turn camera on' }).click();
    await plays(ada, 1);
    await ada.getByRole('button', { name: 'Turn camera off' }).click();
    await ada.getByRole('button', { name: 'Unmute microphone' }).click();
    await ada
      .getByRole('listitem', { name: 'Ada (you), microphone on, camera off' })
      .waitFor();
    await ada.evaluate(
      "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotFoundError'))",
    );
    await ada.getByRole('button', { name: 'Turn camera on' }).click();
    await ada.getByText('No camera was found.').waitFor();
    await ada.getByRole('button', { name: 'Dismiss' }).click();
    await ada.getByText('No camera was found.').waitFor({ state: 'detached' });
  });

  it('ask for a click where the browser plays no sound before', async () => {
    const silent = await launchBrowser(SILENT_AT_FIRST);
    try {
      const ada = await show({
        room: 'garden',
        displayName: 'Ada',
        microphone: true,
      });
      await ada.getByRole('listitem', { name: /microphone on/ }).waitFor();
      // Any evaluation in a page counts as a gesture of its user. So the page
      // enters by itself, and says when it shows the button.
      const scripts = await bundle(
        `${CONTAINER}
        show({ room: 'garden', displayName: 'Bob' });
        setInterval(() => {
          if (document.querySelector('.vc-status button')) {
            console.info('sound is blocked');
          }
        }, 50);`,
        'example.jsx',
      );
      const bob = await open(scripts, server.url, silent);
      await bob.waitForEvent('console', {
        predicate: (message) => message.text() === 'sound is blocked',
      });
      await bob.getByRole('button', { name: 'Play sound' }).click();
      await bob.waitForFunction(
        "document.querySelector('audio').currentTime > 0.3",
      );
      await bob
        .getByRole('button', { name: 'Play sound' })
        .waitFor({ state: 'detached' });
    } finally {
      await silent.close();
    }
  });

  for (const [name, lines] of [
    ['prefab', 11],
    ['ownTiles', 45],
  ] as const) {
    it(`make a meeting of at most ${lines} lines (${name})`, async () => {
      const file = path.join(PROJECT_ROOT, `sdk/example/src/${name}.tsx`);
      const code = readFileSync(file, 'utf8');
      const written = code.split('\n').filter((line) => line.trim() !== '');
      assert.ok(written.length <= lines, `${written.length} lines`);
      const scripts = await bundle(code, 'example.tsx');
      const [ada, bob] = await Promise.all([open(scripts), open(scripts)]);
      await Promise.all([plays(ada, 2), plays(bob, 2)]);
      await ada.getByRole('button', { name: 'Leave' }).click();
      await ada.getByText('You have left the meeting.').waitFor();
      await plays(bob, 1);
    });
  }
});
