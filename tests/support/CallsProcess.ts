import assert from 'node:assert/strict';
import path from 'node:path';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { StoreOptions } from '../../lib/store/options.ts';
import { CallsClient } from '../gateways/calls/CallsClient.ts';
import { tokenOf } from '../gateways/calls/CallsSite.ts';
import { withTokens } from './JsonClient.ts';
import { askJson } from './askJson.ts';
import type { ConfigFolder } from './ServerProcess.ts';
import { ServerProcess } from './ServerProcess.ts';

/**
 * A server in a process of its own, with the calls API over plain HTTP. Disposing
 * of it kills the process.
 */
export class CallsProcess implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly url: string;

  private constructor(server: ServerProcess, url: string) {
    this.server = server;
    this.url = url;
  }

  /** Starts a server and waits until it serves. */
  static async start(
    folder: ConfigFolder,
    { url }: Pick<StoreOptions, 'url'> = { url: undefined },
    calls: ConfigInput['calls'] = {},
  ): Promise<CallsProcess> {
    const config = await folder.add({
      ...withTokens,
      calls,
      listeners: [{ contract: 'calls', port: 0, tls: false }],
      store: { file: path.join(folder.path, 'atrium.db'), url },
    });
    const server = await ServerProcess.start(config);
    const line = await server.says(/serves calls alone at (?<url>\S+)/);
    return new CallsProcess(server, line.groups?.['url'] ?? '');
  }

  /** Sends a request as a user; returns the data of the answer. */
  async get(userId: string, method: string, resource: string, body?: object) {
    const url = new URL(resource, this.url);
    const answer = await askJson(url, method, body, tokenOf(userId));
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return answer.body.data;
  }

  /** Connects a user's device. */
  device(userId: string): Promise<CallsClient> {
    return CallsClient.of(this, userId);
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
