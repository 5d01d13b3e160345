/**
 * Copies the SQLite database of the config into a new file, while the server
 * runs or not. The copy has all that was acknowledged before, and is complete in
 * itself: no other files belong to it.
 *
 * Usage: npm run backup -- FILE
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';

import { loadConfig } from '../lib/config/load.ts';
import type { Config } from '../lib/config/schema.ts';
import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';
import { StartError } from '../lib/core/StartError.ts';

const USAGE = 'npm run backup -- FILE';

/** Copies all pages in one step, so that writers cannot make it start again. */
const ALL_PAGES = 2_147_483_647;

/** A backup that cannot be made; the message says why. */
class BackupError extends Error {}

try {
  await run();
} catch (error) {
  if (!(error instanceof BackupError) && !(error instanceof StartError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const target = targetOf(process.argv.slice(2));
  const source = sourceOf(await loadConfig());
  if (existsSync(target)) {
    throw taken(target);
  }
  // The file has its name once it is whole.
  const draft = `${target}.${randomUUID()}`;
  try {
    await create(draft);
    try {
      await copy(source, draft);
      verify(draft);
      await flush(draft);
      await link(draft, target);
    } finally {
      await unlink(draft);
    }
  } catch (error) {
    throw explained(error, source, target);
  }
  const { size } = await stat(target);
  console.log(`copied ${source} to ${target}, ${size} bytes`);
}

/** npm changes the folder; the file is meant relative to that of the caller. */
function targetOf(args: string[]): string {
  let words: string[];
  try {
    words = parseArgs({ args, allowPositionals: true }).positionals;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new BackupError(`${message}\nUsage: ${USAGE}`, { cause: error });
  }
  const [file] = words;
  if (file === undefined || words.length > 1) {
    throw new BackupError(
      `FILE: expected one file, got ${words.length}\nUsage: ${USAGE}`,
    );
  }
  return path.resolve(process.env['INIT_CWD'] ?? '.', file);
}

function sourceOf({ store }: Config): string {
  if (store.url !== undefined) {
    throw new BackupError(
      'store.url: expected an SQLite database in store.file, got one of PostgreSQL; copy it with pg_dump --format=custom',
    );
  }
  const file = path.resolve(PROJECT_ROOT, store.file);
  if (!existsSync(file)) {
    throw new BackupError(
      `store.file: expected the database of a server, got none at ${file}`,
    );
  }
  return file;
}

/** Addresses and password hashes are private from the first byte on. */
async function create(file: string): Promise<void> {
  const created = await open(file, 'wx', 0o600);
  await created.close();
}

async function copy(source: string, target: string): Promise<void> {
  // Opened for reading alone, it would leave the files of its log behind.
  using database = new DatabaseSync(source);
  await backup(database, target, { rate: ALL_PAGES });
}

/** @throws {BackupError} When the copy is damaged, as its source must be. */
function verify(file: string): void {
  using database = new DatabaseSync(file);
  // Without a log of its own, one file is all of it.
  database.exec('pragma journal_mode = delete');
  const found = database.prepare('pragma integrity_check').all();
  const problems = found
    .map(({ integrity_check: it }) => String(it))
    .filter((it) => it !== 'ok');
  if (problems.length > 0) {
    throw new BackupError(
      `the database is damaged: ${problems.slice(0, 3).join('; ')}; restore an older backup`,
    );
  }
}

async function flush(file: string): Promise<void> {
  const written = await open(file, 'r+');
  try {
    await written.sync();
  } finally {
    await written.close();
  }
}

function explained(error: unknown, source: string, target: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') {
    return taken(target);
  }
  return error instanceof Error && code !== undefined
    ? new BackupError(`cannot copy ${source} to ${target}: ${message}`, {
        cause: error,
      })
    : error;
}

function taken(target: string): BackupError {
  return new BackupError(
    `FILE: expected the name of a new file, got ${target}, which exists`,
  );
}
