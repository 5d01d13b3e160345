import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';

import type { Accounts } from '../../lib/accounts/Accounts.ts';
import { createAccounts } from '../../lib/accounts/createAccounts.ts';
import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { openStore } from '../../lib/store/openStore.ts';
import { storeSection } from '../../lib/store/options.ts';
import type { StoreOptions } from '../../lib/store/options.ts';
import type { Store } from '../../lib/store/Store.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { onEachEngine } from '../support/stores.ts';

const TOOL = path.join(PROJECT_ROOT, 'tools', 'user.ts');
const SECRET = 'a secret of the tests that is long enough';
const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'staple of another horse';
const ADD = ['add', 'Ada@Example.com', '--name', 'Ada Lovelace'];

/** The environment in which the command opens a store. */
function environmentOf({ file, url }: Partial<StoreOptions>) {
  return {
    ...process.env,
    ATRIUM_CONFIG: 'config.example.ts',
    ATRIUM_STORE_FILE: file,
    ATRIUM_STORE_URL: url,
  };
}

/** Runs the command. */
function user(
  store: Partial<StoreOptions>,
  args: readonly string[],
  input = '',
) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [TOOL, ...args],
    { encoding: 'utf8', env: environmentOf(store), input },
  );
  return { status, stdout, stderr };
}

describe('npm run user', () => {
  const { view } = new LiveConfig(
    testConfig({ auth: { keys: [{ algorithm: 'HS256', secret: SECRET }] } }),
  );
  let folder: string;
  let options: StoreOptions;
  /** Open while the command runs, as that of a server is. */
  let store: Store;
  let accounts: Accounts;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'atrium-user-'));
    const file = path.join(folder, 'atrium.db');
    options = storeSection.parse({ file });
    store = await openStore(options, '/');
    accounts = createAccounts(store, view);
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs the command, which has to succeed without a warning. */
  function run(args: readonly string[], input?: string): string {
    const { status, stdout, stderr } = user(options, args, input);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    return stdout;
  }

  /** Runs the command, which has to fail, and returns what it says. */
  function refused(args: readonly string[], input?: string): string {
    const { status, stdout, stderr } = user(options, args, input);
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
    return stderr;
  }

  function login(password: string) {
    return accounts.login('ada@example.com', password, 'here');
  }

  test('adds an account, which can log in', async () => {
    assert.equal(
      run(ADD, `${PASSWORD}\n`),
      'created account 1: Ada@Example.com, user\n',
    );
    await login(PASSWORD);
    assert.equal((await store.users.get(1))?.name, 'Ada Lovelace');
    await assert.rejects(login(`${PASSWORD}\n`), { code: 'CREDENTIALS_WRONG' });
  });

  test('adds accounts where registration is closed, with a role', async () => {
    run([...ADD, '--role', 'moderator'], PASSWORD);
    assert.equal((await store.users.get(1))?.role, 'moderator');
  });

  test('names each rule that a new account breaks', () => {
    run(ADD, PASSWORD);
    assert.equal(
      refused(ADD, '1234567'),
      'email: expected an address without an account; password: expected at least 8 characters; password: expected one that is not common; password: expected not only digits\n',
    );
    assert.match(
      refused(['add', 'b@example.com', '--name', 'Ada Lovelace'], 'lovelace1'),
      /^password: expected one that is not like the address or the name$/m,
    );
  });

  test('lists accounts, one a line, with names that cannot break it', async () => {
    const email = 'eve@example.com';
    const name = 'Eve\n\u001B[2J\u202E';
    run(ADD, PASSWORD);
    await accounts.create({ email, name, password: PASSWORD }, 'admin');
    const today = (await store.users.get(1))?.joinedAt.toISOString();
    const date = today?.slice(0, 10);
    assert.equal(
      run(['list']),
      [
        `1\tAda@Example.com\tuser\t${date}\tAda Lovelace\n`,
        `2\teve@example.com\tadmin\t${date}\tEve  [2J\\u{202e}\n`,
      ].join(''),
    );
  });

  test('lists more accounts than it reads at once', async () => {
    for (let index = 0; index < 501; index += 1) {
      const email = `${index}@example.com`;
      const passwordHash = '$hash';
      await store.users.create({
        email,
        name: 'A',
        passwordHash,
        role: 'user',
      });
    }
    assert.equal(run(['list']).trimEnd().split('\n').length, 501);
  });

  test('replaces a password, which ends all logins', async () => {
    run(ADD, PASSWORD);
    const { refresh } = await login(PASSWORD);
    assert.equal(
      run(['set-password', 'ADA@example.com'], OTHER_PASSWORD),
      'replaced the password of Ada@Example.com; all logins of the account have ended\n',
    );
    await assert.rejects(login(PASSWORD), { code: 'CREDENTIALS_WRONG' });
    await login(OTHER_PASSWORD);
    const [, claims = ''] = refresh.split('.');
    const { sid } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    assert.equal((await store.logins.get(sid))?.ended, true);
    assert.match(
      refused(['set-password', 'ada@example.com'], 'password'),
      /^password: expected one that is not common$/m,
    );
  });

  test('gives an account another role', async () => {
    run(ADD, PASSWORD);
    assert.equal(
      run(['set-role', 'ada@example.com', 'admin']),
      'Ada@Example.com is admin from now on\n',
    );
    assert.equal((await store.users.get(1))?.role, 'admin');
  });

  test('knows accounts by their usernames as well', async () => {
    assert.equal(
      run(['add', 'ada', '--role', 'admin'], PASSWORD),
      'created account 1: ada, admin\n',
    );
    const { name, role } = (await store.users.get(1)) ?? {};
    assert.deepEqual([name, role], ['ada', 'admin']);
    await accounts.login('ada', PASSWORD, 'here');
    assert.match(run(['list']), /^1\t\tadmin\t[\d-]+\tada\tada\n$/);
    assert.equal(run(['set-role', 'ADA', 'user']), 'ada is user from now on\n');
    run(['set-password', 'ada'], OTHER_PASSWORD);
    await accounts.login('ada', OTHER_PASSWORD, 'here');
    assert.match(run(['delete', 'ada']), /^deleted account 1: ada; /);
  });

  test('deletes an account, whose address is free again', async () => {
    run(ADD, PASSWORD);
    assert.equal(
      run(['delete', 'ada@example.com']),
      'deleted account 1: Ada@Example.com; messages are kept\n',
    );
    await assert.rejects(login(PASSWORD), { code: 'CREDENTIALS_WRONG' });
    assert.equal(run(['list']), '');
    assert.equal(
      run(ADD, PASSWORD),
      'created account 2: Ada@Example.com, user\n',
    );
  });

  for (const command of ['set-password', 'set-role', 'delete']) {
    test(`finds no account to ${command} for an address without one`, () => {
      const role = command === 'set-role' ? ['user'] : [];
      assert.equal(
        refused([command, 'ada@example.com', ...role], PASSWORD),
        'WHO: expected the address or the username of an account, got "ada@example.com"; npm run user -- list shows them\n',
      );
    });
  }

  const wrong: Record<string, [args: string[], RegExp, input?: string]> = {
    'no command': [[], /^expected a command, got ""\nUsage: npm run user/],
    'an unknown command': [['ad'], /^expected a command, got "ad"/],
    'an unknown option': [[...ADD, '--admin'], /Unknown option '--admin'/],
    'a password as an argument': [
      ['set-password', 'ada@example.com', PASSWORD],
      /^expected 1 arguments, got 2/,
    ],
    'neither address nor username': [
      ['add', 'ada lovelace'],
      /^WHO: expected an email address, or a username of 1 to 64 letters, .*, got "ada lovelace"/,
    ],
    'no name': [
      ['add', 'ada@example.com'],
      /^--name: expected 1 to 100 characters, got 0/,
      PASSWORD,
    ],
    'an unknown role': [
      [...ADD, '--role', 'king'],
      /^role: expected user, moderator, admin, got "king"/,
      PASSWORD,
    ],
    'no password': [
      ADD,
      /^password: expected one at the terminal or on standard input, got nothing/,
      '\n',
    ],
    'two lines': [ADD, /^password: expected one line, got several/, 'a\nb\n'],
    'an endless password': [
      ADD,
      /^password: expected at most 4096 bytes, got more/,
      'x'.repeat(100_000),
    ],
  };
  for (const [what, [args, message, input]] of Object.entries(wrong)) {
    test(`says what is expected instead of ${what}`, () => {
      const said = refused(args, input);
      assert.match(said, message);
      assert.doesNotMatch(said, /^ {4}at /m);
    });
  }

  test('creates no database of its own', () => {
    const file = path.join(folder, 'none.db');
    assert.deepEqual(user({ file }, ['list']), {
      status: 1,
      stdout: '',
      stderr: `store.file: expected the database of a server, got none at ${file}; start the server once, which creates it\n`,
    });
    assert.equal(existsSync(file), false);
  });

  const skip = existsSync('/usr/bin/script')
    ? false
    : 'script is not installed';

  test(
    'shows no password at the terminal, and asks for it twice',
    { skip },
    async () => {
      /** Types answers at a terminal; returns all that it showed. */
      async function type(...answers: string[]): Promise<string> {
        const line = [process.execPath, TOOL, ...ADD.slice(0, 3), 'Ada'];
        const child = spawn(
          'script',
          ['--quiet', '--return', '--command', line.join(' '), '/dev/null'],
          { env: environmentOf(options) },
        );
        let shown = '';
        child.stdout.on('data', (text) => {
          shown += String(text);
          child.emit('shown');
        });
        const ended = once(child, 'close');
        const early = ended.then(() => assert.fail(shown));
        early.catch(() => undefined);
        for (const [index, answer] of answers.entries()) {
          while (shown.split('Password').length < index + 2) {
            await Promise.race([once(child, 'shown'), early]);
          }
          child.stdin.write(answer);
        }
        await ended;
        return shown.replaceAll('\r', '');
      }

      assert.equal(
        await type(`${PASSWORD}\r`, `${OTHER_PASSWORD}\r`),
        'Password: \nPassword, again: \npassword: expected the same one twice\n',
      );
      assert.equal(
        await type('\u0003'),
        'Password: \npassword: expected one, got none\n',
      );
      assert.equal(
        await type(
          `wrong\u007F\u007F\u007F\u007F\u007F${PASSWORD}\r`,
          `${PASSWORD}\r`,
        ),
        'Password: \nPassword, again: \ncreated account 1: Ada@Example.com, user\n',
      );
      const added = await store.users.findByEmail('ada@example.com');
      assert.equal(added?.id, 1);
    },
  );
});

onEachEngine('npm run user', (engine) => {
  test('makes the first admin in the database of a service', async () => {
    const { file, url } = await engine.emptyStore();
    await (await openStore(storeSection.parse({ file, url }), '/')).close();
    const { ATRIUM_STORE_URL: _, ...env } = environmentOf({ file });
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [TOOL, '--service', 'users-service', 'add', 'ada', '--role', 'admin'],
      {
        encoding: 'utf8',
        input: PASSWORD,
        env: {
          ...env,
          ATRIUM_STORE_FILE: file,
          ...(url !== undefined && { DB_URL: url }),
        },
      },
    );
    assert.deepEqual(
      { status, stderr, stdout },
      { status: 0, stderr: '', stdout: 'created account 1: ada, admin\n' },
    );
  });

  test('works on the database of a server', async () => {
    const options = await engine.emptyStore();
    await (await openStore(options, '/')).close();
    for (const [args, input, expected] of [
      [ADD, PASSWORD, /^created account 1: /],
      [['set-role', 'ada@example.com', 'admin'], '', /^Ada@\S+ is admin /],
      [['list'], '', /^1\tAda@Example\.com\tadmin\t/],
      [['delete', 'ada@example.com'], '', /^deleted account 1: /],
    ] as const) {
      const { stderr, stdout } = user(options, args, input);
      assert.equal(stderr, '');
      assert.match(stdout, expected);
    }
  });
});
