/**
 * Takes pictures of all views of the meeting page, in windows of several sizes,
 * light, dark and in colours that the system forces.
 *
 * Usage: npm run screenshots -- FOLDER [VIEW…]
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import type { Page } from 'playwright-core';

import { startServer } from './fixtures/server.ts';
import { launchBrowser } from './fixtures/browser/launch.ts';
import { Visitor } from './fixtures/browser/Visitor.ts';
import { ProtooClient } from './fixtures/ProtooClient.ts';

const SIZES = [
  [320, 568],
  [390, 844],
  [600, 960],
  // 1280 × 800 at a zoom of 200 %.
  [640, 400],
  [844, 390],
  [1280, 800],
  [1920, 1080],
] as const;

const THEMES = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'dark', forcedColors: 'active' },
} as const;

const ROOM = 'winter-garden';

/** Leads the page to each view, in this order. */
const VIEWS: readonly [string, (ada: Visitor) => Promise<unknown>][] = [
  ['entrance', (ada) => ada.page.goto(server.url)],
  [
    'invited',
    (ada) => ada.page.goto(new URL(`?room=${ROOM}`, server.url).href),
  ],
  ['alone', join],
  [
    'two',
    async (ada) => {
      await enter('Grace Hopper');
      await ada.tile('Grace Hopper').waitFor();
    },
  ],
  [
    'four',
    async (ada) => {
      await Promise.all([enter('Mary'), enter('Alan Turing')]);
      await ada.tile('Alan Turing').waitFor();
    },
  ],
  [
    'many',
    async (ada) => {
      await Promise.all([enter('Jean'), enter('Kathleen')]);
      await ada.tile('Kathleen').waitFor();
    },
  ],
  [
    'pinned',
    async (ada) => {
      await ada.tile('Mary').hover();
      await ada.button('Pin Mary').click();
    },
  ],
  ['invitation', showInvitation],
  ['people', (ada) => ada.button('People').click()],
  ['chat', (ada) => ada.button('Chat').click()],
  ['statistics', (ada) => ada.button('Statistics').click()],
  ['settings', (ada) => ada.button('Settings').click()],
  [
    'keys',
    async (ada) => {
      await ada.button('Settings').click();
      await ada.button('Keyboard shortcuts').click();
    },
  ],
  ['reactions', openReactions],
  ['screen', showScreen],
  [
    'ended',
    async (ada) => {
      await screen?.close();
      await ada.button('React').click();
      server.registry.rooms.get(ROOM)?.close('closed');
      await ada.button('Join again').waitFor();
    },
  ],
];

/** The views that Escape leaves. */
const PANELS_AND_DIALOGS = new Set([
  'invitation',
  'people',
  'chat',
  'statistics',
  'settings',
  'keys',
]);

/** The views that are taken in other languages as well, by the buttons that open them. */
const PANELS = ['people', 'chat', 'stats', 'settings', 'react'];

/** A meeting of four whose cameras show people who are drawn: docs/page.png. */
const MEETING = 'meeting';

/** The people of the meeting, by the names of their pictures. */
const DRAWN = {
  ada: 'Ada Lovelace',
  grace: 'Grace Hopper',
  alan: 'Alan Turing',
  katherine: 'Katherine Johnson',
};

const DRAWING = readFileSync(
  new URL('fixtures/browser/drawnPeople.js', import.meta.url),
  'utf8',
);

/** The languages with the longest words, and the one from right to left. */
const LOCALES = { german: 'de', arabic: 'ar' };

const { positionals } = parseArgs({ allowPositionals: true });
const [folder, ...wanted] = positionals;
const known = [
  ...VIEWS.map(([view]) => view),
  MEETING,
  ...Object.keys(LOCALES),
];
const unknown = wanted.find((name) => !known.includes(name));
if (folder === undefined || unknown !== undefined) {
  console.error(
    folder === undefined
      ? 'Usage: npm run screenshots -- FOLDER [VIEW…]'
      : `There is no view "${unknown}". Views: ${known.join(' ')}`,
  );
  process.exit(1);
}

mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await launchBrowser();
const clients: ProtooClient[] = [];
let screen: Visitor | undefined;
try {
  await shootViews(folder);
  if (isWanted(MEETING)) {
    await shootMeeting(folder);
  }
  for (const [language, locale] of Object.entries(LOCALES)) {
    if (isWanted(language)) {
      await shootIn(language, locale, folder);
    }
  }
} finally {
  for (const client of clients) {
    await client.close();
  }
  await browser.close();
  await server.close();
}

/** Takes the views in English, up to the last one that is wanted. */
async function shootViews(into: string): Promise<void> {
  const last = VIEWS.findLastIndex(([view]) => isWanted(view));
  if (last === -1) {
    return;
  }
  await using ada = await Visitor.open(browser, server.url, 'Ada Lovelace');
  for (const [view, lead] of VIEWS.slice(0, last + 1)) {
    await lead(ada);
    if (isWanted(view)) {
      await shoot(ada, view, into);
    }
    if (PANELS_AND_DIALOGS.has(view)) {
      await ada.page.keyboard.press('Escape');
    }
  }
}

/** Takes the meeting of four. */
async function shootMeeting(into: string): Promise<void> {
  await using people = new AsyncDisposableStack();
  const visitors: Visitor[] = [];
  for (const [drawing, name] of Object.entries(DRAWN)) {
    const visitor = await Visitor.join(browser, server.url, name, MEETING, {
      initScript: `globalThis.drawnPerson = '${drawing}'; ${DRAWING}`,
    });
    visitors.push(people.use(visitor));
  }
  const [ada] = visitors;
  if (ada) {
    // The best layer of each camera, over connections that a busy machine lets be good.
    await ada.until(
      `[...document.querySelectorAll('.tile[data-quality=good] video')].filter((it) => it.videoWidth >= 640).length === 4`,
    );
    await ada.tile(DRAWN.grace, 'speaking').waitFor();
    await shoot(ada, MEETING, into);
  }
}

function isWanted(view: string): boolean {
  return wanted.length === 0 || wanted.includes(view);
}

/** Takes the entrance and the room with its panels in another language. */
async function shootIn(
  language: string,
  locale: string,
  into: string,
): Promise<void> {
  await using ada = await Visitor.open(browser, server.url, 'Ada Lovelace', {
    locale,
    room: `${ROOM}-${locale}`,
  });
  const { page } = ada;
  await page.locator('#name-input').fill(ada.name);
  await shoot(ada, `${language}-entrance`, into);
  await page.locator('#join-button').click();
  await page.locator('.tile[data-camera="on"]').waitFor();
  await shoot(ada, `${language}-alone`, into);
  await using bob = await Visitor.joinToWatch(
    browser,
    server.url,
    'Bob',
    `${ROOM}-${locale}`,
  );
  await page.locator('.tile').nth(1).waitFor();
  await shoot(ada, `${language}-two`, into);
  await bob.button('Share screen').click();
  await page.locator('.tile.share').waitFor();
  for (const panel of PANELS) {
    await page.locator(`#${panel}-button`).click();
    await shoot(ada, `${language}-${panel}`, into);
    await page.keyboard.press('Escape');
  }
}

async function shoot(
  { page }: Visitor,
  view: string,
  into: string,
): Promise<void> {
  for (const [theme, media] of Object.entries(THEMES)) {
    await page.emulateMedia(media);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await draws(page);
      const name = `${view}-${width}x${height}-${theme}.png`;
      await page.screenshot({ path: path.join(into, name) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  // A page that is opened in forced colours keeps their ground for good.
  await page.emulateMedia(THEMES.light);
}

/** Waits for two frames, after which tiles have their places. */
function draws(page: Page): Promise<unknown> {
  return page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
}

async function join(ada: Visitor): Promise<void> {
  await ada.fillIn();
  await ada.button('Join').click();
  await ada.inRoom();
  await ada.ownTile('camera on').waitFor();
}

async function enter(displayName: string): Promise<void> {
  const peerId = displayName.replace(' ', '-');
  const { client } = await ProtooClient.join(server.url, ROOM, peerId, {
    displayName,
  });
  clients.push(client);
}

async function showInvitation(ada: Visitor): Promise<void> {
  await ada.button('Invite').click();
  await ada.button('QR code').click();
  await ada.page.getByText('Scan it').waitFor();
}

async function openReactions(ada: Visitor): Promise<void> {
  await ada.button('React').click();
  await ada.button('Raise hand').click();
}

async function showScreen(ada: Visitor): Promise<void> {
  await ada.button('React').click();
  screen = await Visitor.joinToWatch(browser, server.url, 'Bob', ROOM);
  await screen.button('Share screen').click();
  await ada.seesAndHears('Bob’s screen');
}
