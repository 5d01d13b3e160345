import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { signedHeaders } from '../../lib/webhooks/signature.ts';
import { newSecret } from '../../tools/webhooks/receiver.ts';
import { codeBlock } from '../support/codeBlock.ts';
import { freePort } from '../support/freePort.ts';
import { until } from '../support/until.ts';

test('a signature is the HMAC of id, time and body', () => {
  const at = new Date(1_795_680_000_500);
  const secrets = [newSecret(), newSecret()];
  const body = '{"type":"peer.joined","data":{"name":"Ä"}}';
  const expected = secrets.map((secret) =>
    createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
      .update(`msg_1.1795680000.${body}`)
      .digest('base64'),
  );
  assert.deepEqual(signedHeaders('msg_1', at, body, secrets), {
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1795680000',
    'webhook-signature': `v1,${expected[0]} v1,${expected[1]}`,
  });
});

test('the program of the page takes events of the server, and no others', async () => {
  const secret = newSecret();
  const port = await freePort();
  const program = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      codeBlock('docs/webhooks.md', 'Verifying signatures'),
    ],
    {
      cwd: PROJECT_ROOT,
      env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface(program.stdout);
  const printed = once(lines, 'line');
  const url = `http://127.0.0.1:${port}/`;
  const body = JSON.stringify({
    type: 'peer.joined',
    data: { roomId: 'lounge' },
  });
  const post = (headers: Record<string, string>) =>
    fetch(url, { method: 'POST', headers, body });
  const { status: unsigned } = await until('the program', () =>
    post({}).catch(() => undefined),
  );
  assert.equal(unsigned, 401);
  const now = new Date();
  const wrong = signedHeaders('msg_1', now, body, [newSecret()]);
  assert.equal((await post({ ...wrong })).status, 401);
  const right = signedHeaders('msg_1', now, body, [secret]);
  assert.equal((await post({ ...right })).status, 204);
  assert.deepEqual(await printed, ['peer.joined lounge']);
  const exited = once(program, 'exit');
  program.kill();
  await exited;
});
