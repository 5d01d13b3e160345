import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';

import { databaseFolder } from '../../tools/fixtures/databaseFolder.ts';
import { freePort } from './freePort.ts';

const run = promisify(execFile);

/** Debian keeps the server's programs apart, by version. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';

/** The database of a whole run's cluster that has the schema, and no rows. */
export const MIGRATED = 'migrated';

/** The account that the server runs as, because it refuses to run as root. */
const ACCOUNT = 'postgres';

const STARTED = 'database system is ready to accept connections';

/** The reason why tests with PostgreSQL cannot run here; false where they can. */
export const noPostgres: string | false = reasonAgainst();

if (noPostgres) {
  console.error(`NOT TESTED WITH POSTGRESQL: ${noPostgres}`);
}

/**
 * A private PostgreSQL server on a free port of the loopback, in a temporary
 * folder, with as little durability as SIGKILL needs.
 */
export class PostgresCluster implements AsyncDisposable {
  readonly #folder: string;
  readonly #port: number;
  readonly #bin: string;
  #process: ChildProcess;

  private constructor(
    folder: string,
    port: number,
    bin: string,
    child: ChildProcess,
  ) {
    this.#folder = folder;
    this.#port = port;
    this.#bin = bin;
    this.#process = child;
  }

  /** Creates and starts a cluster; the caller disposes of it. */
  static async start(): Promise<PostgresCluster> {
    const bin = newestPrograms();
    const { uid, gid } = account();
    const folder = await mkdtemp(path.join(databaseFolder, 'atrium-postgres-'));
    await chown(folder, uid, gid);
    await run(
      path.join(bin, 'initdb'),
      [
        '--pgdata',
        folder,
        '--auth',
        'trust',
        '--no-sync',
        '--locale',
        'C.UTF-8',
      ],
      { uid, gid, cwd: folder },
    );
    const port = await freePort();
    const child = await serve(bin, folder, port);
    return new PostgresCluster(folder, port, bin, child);
  }

  /** The URL of its database for administration. */
  get url(): string {
    return `postgres://${ACCOUNT}@127.0.0.1:${this.#port}/postgres`;
  }

  /** Creates an empty database and returns its URL. */
  createDatabase(): Promise<string> {
    return createDatabase(this.url);
  }

  /** Stops the server at once, as a crash would. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGINT');
      await once(this.#process, 'exit');
    }
  }

  /** Starts the server again after {@link stop}. */
  async restart(): Promise<void> {
    this.#process = await serve(this.#bin, this.#folder, this.#port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Creates a database in the cluster with this URL, empty unless it is the copy of
 * another, and returns its URL.
 */
export async function createDatabase(
  cluster: string,
  {
    name = `test_${randomUUID().replaceAll('-', '')}`,
    template = 'template1',
  } = {},
): Promise<string> {
  await administer(cluster, `create database ${name} template ${template}`);
  const url = new URL(cluster);
  url.pathname = name;
  return url.href;
}

/** Removes a database of the cluster with this URL, with its connections. */
export async function dropDatabase(
  cluster: string,
  database: string,
): Promise<void> {
  const name = new URL(database).pathname.slice(1);
  await administer(cluster, `drop database ${name} with (force)`);
}

async function administer(cluster: string, statement: string): Promise<void> {
  const client = new Client(cluster);
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function serve(
  bin: string,
  folder: string,
  port: number,
): Promise<ChildProcess> {
  const { uid, gid } = account();
  const child = spawn(
    path.join(bin, 'postgres'),
    [
      '-D',
      folder,
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      '-k',
      folder,
      '-c',
      'fsync=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'autovacuum=off',
      '-c',
      'max_connections=200',
    ],
    { uid, gid, stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
  );
  let log = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    if (log.includes(STARTED)) {
      resolve();
    }
  });
  child.once('error', reject);
  child.once('exit', () => reject(new Error(`PostgreSQL ended:\n${log}`)));
  await promise;
  return child;
}

function reasonAgainst(): string | false {
  if (process.getuid?.() !== 0) {
    return 'only root can start it as another account.';
  }
  try {
    newestPrograms();
    account();
    return false;
  } catch {
    return 'Debian\'s package "postgresql" is not installed.';
  }
}

function newestPrograms(): string {
  const versions = readdirSync(DEBIAN_FOLDER);
  const newest = versions.map(Number).toSorted((one, other) => other - one)[0];
  if (newest === undefined) {
    throw new Error(`${DEBIAN_FOLDER} is empty`);
  }
  return path.join(DEBIAN_FOLDER, String(newest), 'bin');
}

function account(): { uid: number; gid: number } {
  const idOf = (flag: string): number =>
    Number(
      execFileSync('id', [flag, ACCOUNT], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  return { uid: idOf('-u'), gid: idOf('-g') };
}
