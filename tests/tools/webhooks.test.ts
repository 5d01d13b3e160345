import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { signedHeaders } from '../../lib/webhooks/signature.ts';
import { newSecret } from '../../tools/webhooks/receiver.ts';

const TOOL = path.join(PROJECT_ROOT, 'tools', 'webhooks.ts');

const env = { ...process.env, ATRIUM_CONFIG: 'config.example.ts' };

/** The command at work, with the lines that it prints. */
class Listening implements AsyncDisposable {
  readonly #child;
  readonly #lines;

  constructor(...args: string[]) {
    this.#child = spawn(
      process.execPath,
      [TOOL, 'listen', '--port', '0', ...args],
      { env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    return String(value);
  }

  async url(): Promise<string> {
    return (await this.line()).replace('listens at ', '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers();
    this.#child.once('exit', resolve);
    this.#child.kill();
    await promise;
  }
}

/** Sends an event, as the server does. */
function post(url: string, secret: string): Promise<Response> {
  const body = JSON.stringify({ type: 'peer.joined' });
  return fetch(url, {
    method: 'POST',
    headers: { ...signedHeaders('msg_1', new Date(), body, [secret]) },
    body,
  });
}

describe('npm run webhooks', () => {
  test('prints events with a word on their signatures', async () => {
    const secrets = [newSecret(), newSecret()];
    const [first = '', second = ''] = secrets;
    await using tool = new Listening('--secret', first, '--secret', second);
    const url = await tool.url();
    for (const [secret, verdict] of [
      [first, /^msg_1 at \d+: the signature is right$/],
      [second, /^msg_1 at \d+: the signature is right$/],
      [newSecret(), /: the signature is wrong: No matching signature found$/],
    ] as const) {
      assert.equal((await post(url, secret)).status, 204);
      assert.match(await tool.line(), verdict);
      const printed = [
        await tool.line(),
        await tool.line(),
        await tool.line(),
      ].join('\n');
      assert.deepEqual(JSON.parse(printed), { type: 'peer.joined' });
    }
  });

  test('makes a secret, and prints the options to try it with', async () => {
    await using tool = new Listening();
    const options = await tool.line();
    const url = await tool.url();
    const secret = /'(whsec_[^']+)'/.exec(options)?.[1] ?? '';
    assert.equal(
      options,
      `webhooks: { allowPrivate: true, endpoints: [{ id: 'here', url: '${url}', secrets: ['${secret}'] }] }`,
    );
    parseConfig({
      webhooks: { endpoints: [{ id: 'here', url, secrets: [secret] }] },
    });
    assert.equal((await post(url, secret)).status, 204);
    assert.match(await tool.line(), /the signature is right$/);
  });

  for (const [args, problem] of [
    [[], /^expected the command listen, got none\./],
    [['send'], /^expected the command listen, got send\./],
    [['listen', '--port', 'x'], /^--port: expected a number up to 65535/],
    [['listen', '--secret', 'x'], /^--secret: expected whsec_ and Base64$/m],
    [['listen', '--other'], /^Unknown option '--other'/],
  ] as const) {
    test(`refuses ${JSON.stringify(args)}`, () => {
      const { status, stderr } = spawnSync(process.execPath, [TOOL, ...args], {
        env,
        encoding: 'utf8',
      });
      assert.equal(status, 1);
      assert.match(stderr, problem);
    });
  }
});
