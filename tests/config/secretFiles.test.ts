import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { loadConfig } from '../../lib/config/load.ts';
import { withSecretFiles } from '../../lib/config/secretFiles.ts';
import { unknownVariables } from '../../lib/config/warnings.ts';
import { newSecret } from '../../tools/webhooks/receiver.ts';
import { wrong } from '../support/config.ts';

const SECRET = 'a secret of the tests that is long enough';

describe('a secret in a file', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-secrets-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function add(name: string, text: string): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return file;
  }

  test('is the value of its variable, without the last newline', async () => {
    const password = await add('password', 'two\nlines \n');
    const secret = await add('secret', SECRET);
    const environment = {
      OTHER: 'stays',
      DB_PASSWORD_FILE: password,
      ATRIUM_TURN_SECRET_FILE: secret,
    };
    assert.deepEqual(withSecretFiles(environment, true), {
      ...environment,
      DB_PASSWORD: 'two\nlines ',
      ATRIUM_TURN_SECRET: SECRET,
    });
    // Those of services are no variables of the server.
    assert.deepEqual(withSecretFiles(environment, false), {
      ...environment,
      ATRIUM_TURN_SECRET: SECRET,
    });
  });

  test('reaches the options of the server and of a service', async () => {
    const file = await add('reaches', `${SECRET}\n`);
    const plain = await add('plain.ts', 'export default { log: {} };');
    const keys = [{ algorithm: 'HS256', secret: SECRET }];
    const { auth } = await loadConfig({
      ATRIUM_CONFIG: plain,
      ATRIUM_AUTH_SECRET_FILE: file,
    });
    assert.deepEqual(auth.keys, keys);
    const secrets = [newSecret(), newSecret()];
    const url = 'https://app.example/hooks';
    const { webhooks } = await loadConfig({
      ATRIUM_CONFIG: plain,
      ATRIUM_WEBHOOK_URL: url,
      ATRIUM_WEBHOOK_SECRET_FILE: await add('webhook', secrets.join(',')),
    });
    assert.deepEqual(webhooks.endpoints, [{ id: 'default', url, secrets }]);
    const service = await loadConfig(
      {
        ATRIUM_CONFIG: plain,
        JWT_SECRET_FILE: file,
        DB_HOST: 'db',
        DB_PASSWORD_FILE: file,
      },
      'users-service',
    );
    assert.deepEqual(service.auth.keys, keys);
    assert.equal(
      service.store.url,
      `postgres://root:${encodeURIComponent(SECRET)}@db:5432/vidchat`,
    );
  });

  test('is refused beside a value, without a file, and without a text', async () => {
    const empty = await add('empty', '\n');
    const missing = path.join(folder, 'missing');
    for (const [environment, problem] of [
      [
        { JWT_SECRET_FILE: empty },
        `JWT_SECRET_FILE: expected a file with a secret, got ${empty}, which is empty`,
      ],
      [
        { JWT_SECRET_FILE: missing },
        `JWT_SECRET_FILE: expected a file that this user can read, got ${missing}: ENOENT`,
      ],
      [
        { JWT_SECRET_FILE: empty, JWT_SECRET: SECRET },
        'JWT_SECRET: expected nothing, because JWT_SECRET_FILE is set, got a value',
      ],
    ] as const) {
      assert.throws(() => withSecretFiles(environment, true), {
        message: wrong(problem),
      });
    }
  });

  test('is named by variables that the server knows', () => {
    assert.deepEqual(
      unknownVariables({
        ATRIUM_AUTH_SECRET_FILE: '/run/secrets/auth',
        ATRIUM_TURN_SECRET_FILE: '/run/secrets/turn',
        ATRIUM_WEBHOOK_SECRET_FILE: '/run/secrets/webhook',
        ATRIUM_SECRET_FILE: '/run/secrets/other',
      }),
      ['ATRIUM_SECRET_FILE: there is no such environment variable'],
    );
  });
});
