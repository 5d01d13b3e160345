import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A server that speaks LibreTranslate's API, and knows no language. */
export class LibreTranslate implements AsyncDisposable {
  /** The texts that were translated, each with its languages. */
  readonly translated: string[] = [];
  readonly #server: Server;
  #broken = false;

  private constructor() {
    this.#server = createServer((request, response) => {
      void (async () => {
        const { q, source, target } = (await json(request)) as {
          q: string;
          source: string;
          target: string;
        };
        if (this.#broken) {
          response.writeHead(500).end('{"error":"out of memory"}');
          return;
        }
        this.translated.push(`${source} to ${target}: ${q}`);
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ translatedText: `${q} (${target})` }));
      })();
    });
  }

  /** Starts the server; the caller disposes of it. */
  static async start(): Promise<LibreTranslate> {
    const translator = new LibreTranslate();
    translator.#server.listen(0, '127.0.0.1');
    await once(translator.#server, 'listening');
    return translator;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Fails from now on, or works again. */
  setBroken(broken: boolean): void {
    this.#broken = broken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
