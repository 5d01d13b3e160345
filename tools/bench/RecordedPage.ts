import path from 'node:path';

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';

const IN_PAGE = path.join(import.meta.dirname, '../fixtures/browser/inPage.js');

/** More than any step takes on a busy machine, ms. */
const PATIENCE = 60_000;

/** The pages in `pages/`. */
export type Recording = 'before' | 'stepByStep';

/** Bundles a page from `pages/`. @returns The document with its script. */
export async function bundle(recording: Recording): Promise<string> {
  const input = path.join(import.meta.dirname, 'pages', `${recording}.js`);
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, rolldownOptions: { input } },
  });
  if (!('output' in built)) {
    throw new Error(`${recording}.js was not built once`);
  }
  const [{ code }] = built.output;
  const script = code.replaceAll('</script', String.raw`<\/script`);
  return `<!doctype html><meta charset="utf-8"><body><button>Join</button><script type="module">${script}</script>`;
}

/** A window with a page that the server does not have, at the server's address. */
export class RecordedPage implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #page: Page;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
  }

  /** Opens a page; the caller closes it. */
  static async open(
    browser: Browser,
    url: string,
    room: string,
    html: string,
  ): Promise<RecordedPage> {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      bypassCSP: true,
      viewport: { width: 1280, height: 800 },
    });
    context.setDefaultTimeout(PATIENCE);
    await context.addInitScript({ path: IN_PAGE });
    const page = await context.newPage();
    const address = new URL('/recorded', url);
    address.searchParams.set('room', room);
    // A document that did not come from the server could not connect to it.
    await page.goto(address.href);
    await page.setContent(html);
    return new RecordedPage(context, page);
  }

  /** Joins. @returns The time until the first frame of a person, ms. */
  async joinsUntilFrame(name: string): Promise<number> {
    const list = `${JSON.stringify(name)}, ${PATIENCE}`;
    const time = await this.#page.evaluate<number | null>(
      `atriumTest.joinsUntilFrame(${list})`,
    );
    if (time === null) {
      throw new Error(`no frame of ${name} came`);
    }
    return time;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#context.close();
  }
}
