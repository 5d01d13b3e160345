import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { openStore } from '../../lib/store/openStore.ts';
import { storeSection } from '../../lib/store/options.ts';

const WRITER = path.join(PROJECT_ROOT, 'tests', 'store', 'writer.ts');

describe('npm run backup', () => {
  let folder: string;
  let file: string;
  let copy: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'atrium-backup-'));
    file = path.join(folder, 'atrium.db');
    copy = path.join(folder, 'copy.db');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the command in the folder, as npm does from there. */
  async function backup(
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ) {
    const child = execFile(process.execPath, ['tools/backup.ts', ...args], {
      cwd: PROJECT_ROOT,
      env: {
        ...process.env,
        INIT_CWD: folder,
        ATRIUM_CONFIG: 'config.example.ts',
        ATRIUM_STORE_FILE: file,
        ...environment,
      },
    });
    assert.ok(child.stdout && child.stderr);
    const [[status], stdout, stderr] = await Promise.all([
      once(child, 'close') as Promise<[number]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { status, stdout, stderr };
  }

  function open(at: string) {
    return openStore(storeSection.parse({ file: at }), '/');
  }

  /** Creates a database with one account. */
  async function createDatabase(): Promise<void> {
    const store = await open(file);
    await store.users.create({
      email: 'ada@example.com',
      name: 'Ada',
      passwordHash: '$hash',
      role: 'user',
    });
    await store.close();
  }

  test('copies what was acknowledged before, while others write', async () => {
    const writer = spawn(process.execPath, [WRITER, JSON.stringify({ file })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(writer, 'exit');
    const acknowledged: string[] = [];
    const lines = createInterface({ input: writer.stdout });
    lines.on('line', (line) => acknowledged.push(line));
    while (acknowledged.length < 300) {
      await once(lines, 'line');
    }
    const before = [...acknowledged];
    const { status, stdout, stderr } = await backup(['copy.db']);
    const written = acknowledged.length;
    writer.kill('SIGKILL');
    await ended;
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.equal(
      stdout,
      `copied ${file} to ${copy}, ${statSync(copy).size} bytes\n`,
    );
    assert.ok(written > before.length, 'the writer was not held up');

    assert.equal(statSync(copy).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('copy')),
      ['copy.db'],
    );
    const store = await open(copy);
    try {
      const [room] = await store.rooms.list({});
      assert.ok(room);
      const messages = await store.messages.list(room.id, {});
      const kept = new Set(
        messages.map(({ id }) => `message ${room.id} ${id}`),
      );
      for (const line of before) {
        const [kind, email = ''] = line.split(' ');
        const found =
          kind === 'user'
            ? (await store.users.findByEmail(email)) !== undefined
            : kept.has(line);
        assert.ok(found, `${line} is missing`);
      }
    } finally {
      await store.close();
    }
  });

  test('copies the database of a server that does not run', async () => {
    await createDatabase();
    assert.equal((await backup(['copy.db'])).status, 0);
    const store = await open(copy);
    const found = await store.users.findByEmail('ada@example.com');
    await store.close();
    assert.equal(found?.name, 'Ada');
    assert.deepEqual(readdirSync(folder).toSorted(), ['atrium.db', 'copy.db']);
  });

  test('overwrites nothing', async () => {
    await createDatabase();
    writeFileSync(copy, 'precious');
    assert.deepEqual(await backup([copy]), {
      status: 1,
      stdout: '',
      stderr: `FILE: expected the name of a new file, got ${copy}, which exists\n`,
    });
    assert.equal(readFileSync(copy, 'utf8'), 'precious');
  });

  test('reports a damaged database, and leaves no copy', async () => {
    await createDatabase();
    const bytes = readFileSync(file);
    // All pages after the first, which says what the others are.
    bytes.fill(0x5a, 4_096);
    writeFileSync(file, bytes);
    const { status, stderr } = await backup(['copy.db']);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^(?:the database is damaged: |cannot copy .*malformed)/,
    );
    assert.deepEqual(readdirSync(folder), ['atrium.db']);
  });

  const wrong: Record<
    string,
    [args: string[], message: RegExp, environment?: NodeJS.ProcessEnv]
  > = {
    'no file': [[], /^FILE: expected one file, got 0\nUsage: /],
    'two files': [['a', 'b'], /^FILE: expected one file, got 2\nUsage: /],
    'an option': [['--all'], /^Unknown option '--all'/],
    'no database': [
      ['copy.db'],
      /^store\.file: expected the database of a server, got none at .*none\.db/,
      { ATRIUM_STORE_FILE: '/nowhere/none.db' },
    ],
    'a database of PostgreSQL': [
      ['copy.db'],
      /^store\.url: expected an SQLite database .* copy it with pg_dump/,
      { ATRIUM_STORE_URL: 'postgres://localhost/atrium' },
    ],
    'a folder that is not there': [
      ['none/copy.db'],
      /^cannot copy .*atrium\.db to .*copy\.db: ENOENT/,
    ],
  };
  for (const [what, [args, message, environment]] of Object.entries(wrong)) {
    test(`says what is expected instead of ${what}`, async () => {
      await createDatabase();
      const { status, stdout, stderr } = await backup(args, environment);
      assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^ {4}at /m);
    });
  }
});
