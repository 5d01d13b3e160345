import path from 'node:path';

import type { StoreOptions } from '../../lib/store/options.ts';
import { ChatClient } from '../gateways/chat/ChatClient.ts';
import { askJson } from './askJson.ts';
import type { JsonAnswer } from './askJson.ts';
import type { ConfigFolder } from './ServerProcess.ts';
import { ServerProcess } from './ServerProcess.ts';

/**
 * A server in a process of its own, with the chat API over plain HTTP. Disposing
 * of it kills the process.
 */
export class ChatProcess implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly #url: string;

  private constructor(server: ServerProcess, url: string) {
    this.server = server;
    this.#url = url;
  }

  /**
   * Starts a server and waits until it serves.
   *
   * @param store - Those of other servers as well, if they share a database.
   */
  static async start(
    folder: ConfigFolder,
    store: StoreOptions,
  ): Promise<ChatProcess> {
    const { url } = store;
    const config = await folder.add({
      listeners: [{ contract: 'chat', port: 0, tls: false }],
      // Signing keys are beside the file, also where the database is elsewhere.
      store: url ? { file: path.join(folder.path, 'keys.db'), url } : store,
      accounts: { registrationsPerAddress: 1_000 },
      limits: {
        requestsPerMinute: 100_000,
        requestBurst: 10_000,
        messagesPerSecond: 10_000,
        messageBurst: 10_000,
      },
    });
    const server = await ServerProcess.start(config);
    const line = await server.says(/serves chat alone at (?<url>\S+)/);
    return new ChatProcess(server, line.groups?.['url'] ?? '');
  }

  /** Sends a request, with a body as JSON. */
  ask(
    method: string,
    resource: string,
    body?: object,
    token?: string,
  ): Promise<JsonAnswer> {
    return askJson(new URL(resource, this.#url), method, body, token);
  }

  /** Starts a connection to the socket of a room. */
  dial(roomId: number, token: string): ChatClient {
    return new ChatClient(new URL(`ws/chat/${roomId}/`, this.#url), token, []);
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    await this.server.end('SIGKILL');
    await this.server.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
