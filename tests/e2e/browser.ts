import { existsSync } from 'node:fs';
import path from 'node:path';

import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

import { PAGE_FOLDER } from '../../lib/http/page.ts';

const BINARY = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium';

/** Why the tests with a browser cannot run here; false where they can. */
export const noBrowser: string | false = existsSync(BINARY)
  ? false
  : `There is no Chromium at ${BINARY}: install Debian's package "chromium", or name one in CHROMIUM_BIN.`;

if (noBrowser) {
  console.error(`NOT TESTED IN A BROWSER: ${noBrowser}`);
}

/** Headless, and without the services that a test machine cannot reach. */
const ALWAYS = [
  // Without this there are no ICE candidates on 127.0.0.1.
  '--allow-loopback-in-peer-connection',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const FAKE_DEVICES = '--use-fake-device-for-media-stream';
const SOUND_AT_ONCE = '--autoplay-policy=no-user-gesture-required';

/** Fake devices, and a user who allows everything. */
export const WILLING = [
  FAKE_DEVICES,
  '--use-fake-ui-for-media-stream',
  SOUND_AT_ONCE,
];

/** Fake devices, and a user who allows what the context's permissions say. */
export const RELUCTANT = [FAKE_DEVICES, SOUND_AT_ONCE];

/** No camera, and no sound before the user has clicked something. */
export const SPARSE = [
  `${FAKE_DEVICES}=device-count=0`,
  '--use-fake-ui-for-media-stream',
];

/** Starts a browser; the caller closes it. */
export function launchBrowser(
  flags: readonly string[] = WILLING,
): Promise<Browser> {
  if (!existsSync(path.join(PAGE_FOLDER, 'index.html'))) {
    throw new Error(
      'The page is not built: run "sh scripts/build-client", or the tests by "npm test".',
    );
  }
  return chromium.launch({
    executablePath: BINARY,
    // Chromium has no sandbox for root, which is who runs in a container.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...ALWAYS, ...flags],
  });
}
