import path from 'node:path';

import type { StoreOptions } from '../../lib/store/options.ts';
import { MeetingClient } from '../gateways/meetings/MeetingClient.ts';
import { askJson } from './askJson.ts';
import type { JsonAnswer } from './askJson.ts';
import type { ConfigFolder } from './ServerProcess.ts';
import { ServerProcess } from './ServerProcess.ts';

/** One contract in a process of its own. Disposing of it kills the process. */
export class ServiceProcess implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly #url: string;

  private constructor(server: ServerProcess, url: string) {
    this.server = server;
    this.#url = url;
  }

  /**
   * Starts a service and waits until it serves.
   *
   * @param store - Those of other processes as well, if they share a database.
   */
  static async start(
    name: 'signalling-server' | 'users-service',
    folder: ConfigFolder,
    store: StoreOptions,
    env: NodeJS.ProcessEnv = {},
  ): Promise<ServiceProcess> {
    const config = await folder.add({
      // Those of the server have no place in a service.
      listeners: [{ contract: 'chat', port: 0, tls: false }],
      store: { file: path.join(folder.path, 'services.db') },
    });
    const server = ServerProcess.launch(
      config,
      [],
      {
        PORT: '0',
        ...(store.url !== undefined && { DB_URL: store.url }),
        ...env,
      },
      ['--service', name],
    );
    const line = await server.says(/^Atrium is at (?<url>http:.+)$/);
    return new ServiceProcess(server, line.groups?.['url'] ?? '');
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

  /** Connects to a ticket or a session. */
  dial(address: string): Promise<MeetingClient> {
    return new MeetingClient(new URL(`/ws/${address}`, this.#url)).opened();
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
