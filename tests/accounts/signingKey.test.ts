import assert from 'node:assert/strict';
import {
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';

import {
  loadSigningKey,
  ownSigningKey,
} from '../../lib/accounts/signingKey.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { testConfig } from '../../tools/fixtures/server.ts';

describe('the signing key', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-key-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('is created once, for its account alone, and read from then on', async () => {
    const file = path.join(folder, 'data', 'key');
    const key = await loadSigningKey(file);
    assert.match(key, /^[\w-]{64}$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(await loadSigningKey(file), key);
  });

  test('is the same for servers that start together', async () => {
    const file = path.join(folder, 'together', 'key');
    const keys = await Promise.all(
      Array.from({ length: 10 }, () => loadSigningKey(file)),
    );
    assert.equal(new Set(keys).size, 1);
    assert.deepEqual(readdirSync(path.dirname(file)), ['key']);
  });

  test('is not created where other machines can connect', async () => {
    const auth = { allowOpen: true };
    const listener = { contract: 'chat', port: 0 } as const;
    const cases: [config: ConfigInput, isCreated: boolean][] = [
      [{}, true],
      [{ auth: { mode: 'token' } }, true],
      [{ listeners: [listener] }, true],
      [{ auth, listen: { host: '0.0.0.0' } }, false],
      [{ auth, listeners: [{ ...listener, host: '0.0.0.0' }] }, false],
    ];
    for (const [config, isCreated] of cases) {
      const key = await ownSigningKey(testConfig(config));
      assert.equal(key !== undefined, isCreated, JSON.stringify(config));
    }
  });

  test('fails where it cannot be stored', async () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    await assert.rejects(loadSigningKey(path.join(file, 'key')), {
      code: 'ENOTDIR',
    });
  });
});
