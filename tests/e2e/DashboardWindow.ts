import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
} from 'playwright-core';

/** A browser window with the dashboard of a server. */
export class DashboardWindow implements AsyncDisposable {
  readonly page: Page;
  /** The errors of its console, except for requests that were refused. */
  readonly errors: string[] = [];
  /** The addresses of its requests. */
  readonly urls: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('console', (message) => {
      // Chromium itself reports each refused request.
      if (message.type() === 'error' && !/status of 40/.test(message.text())) {
        this.errors.push(message.text());
      }
    });
    page.on('request', (request) => this.urls.push(request.url()));
  }

  /** @param hash - The part of the address after `#`, with it. */
  static async open(
    browser: Browser,
    { opsUrl = '' }: { opsUrl?: string | undefined },
    hash = '',
    options: BrowserContextOptions = {},
  ): Promise<DashboardWindow> {
    const context = await browser.newContext({
      viewport: { width: 1_280, height: 900 },
      ...options,
    });
    const window = new DashboardWindow(context, await context.newPage());
    await window.page.goto(`${opsUrl}admin${hash}`);
    return window;
  }

  /** Enters a key of the server API. */
  async signIn({ token }: { token: string }): Promise<void> {
    await this.page.getByLabel('API key').fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Waits for the heading of a view. */
  async heading(name: string): Promise<void> {
    await this.page
      .getByRole('heading', { level: 1, name, exact: true })
      .waitFor();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#context.close();
  }
}
