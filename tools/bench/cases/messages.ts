import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { PasswordHasher } from '../../../lib/accounts/PasswordHasher.ts';
import { chatSection } from '../../../lib/chat/options.ts';
import { Server } from '../../../lib/Server.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import type { MessageRange, Store } from '../../../lib/store/Store.ts';
import { CHEAP_HASHES } from '../../fixtures/cheapHashes.ts';
import { testConfig } from '../../fixtures/server.ts';
import type { BenchCase, Outcome, Round, Subject } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import { percentile } from '../statistics.ts';

/** Messages on a page. */
const PAGE = 50;

/** Reads of each kind in a round. */
const READS = 100;

/** Messages are so far apart, ms. */
const PACE = 1_000;

const START = Date.UTC(2024, 0, 1);

const { searchedMessages } = chatSection.parse({});

/** A room with many messages. */
interface LongRoom {
  id: number;
  /** The id of a message in the middle, and its time. */
  middle: number;
  middleAt: number;
}

/** Places in a room, of which none is read twice. */
const READ_AT: Record<string, (room: LongRoom, read: number) => MessageRange> =
  {
    newest: () => ({}),
    before: ({ middle }, read) => ({ before: { id: middle + read } }),
    after: ({ middle }, read) => ({ after: { id: middle + read } }),
    time: ({ middleAt }, read) => ({
      after: { time: new Date(middleAt + read * PACE) },
    }),
  };

const ACCOUNT = { email: 'ada@example.com', password: 'of the benchmark' };

/** The history of a lasting room. */
export const messages: BenchCase = {
  letter: 'j',
  name: 'messages',
  summary: `Pages of ${PAGE} messages are read from a room in SQLite, from the store itself and over HTTP by a client in the same process, each over a connection of its own; then a text that is nowhere is searched for. Other rooms lie in between: every third message is of one.`,
  baseline: '',
  sizeName: 'messages',
  sizes: { full: [10_000, 1_000_000], quick: [100_000], smoke: [1_000] },
  figures: {
    newest: { what: 'the newest, from the store, p50', unit: 'ms' },
    newestP95: { what: 'the newest, from the store, p95', unit: 'ms' },
    before: { what: 'before one in the middle, p50', unit: 'ms' },
    beforeP95: { what: 'before one in the middle, p95', unit: 'ms' },
    after: { what: 'after one in the middle, p50', unit: 'ms' },
    afterP95: { what: 'after one in the middle, p95', unit: 'ms' },
    time: { what: 'after a time in the middle, p50', unit: 'ms' },
    timeP95: { what: 'after a time in the middle, p95', unit: 'ms' },
    cpu: { what: 'CPU to read the newest over HTTP', unit: 'ms' },
    http: { what: 'the newest, over HTTP, p50', unit: 'ms' },
    httpP95: { what: 'the newest, over HTTP, p95', unit: 'ms' },
    search: {
      what: `a search that finds nothing in ${searchedMessages.toLocaleString('en')}, p50`,
      unit: 'ms',
    },
  },
  work: () => ({ pages: READS * 5 }),
  targets: [
    {
      what: 'time to read the newest from the store in the largest room, p95 (ms)',
      atMost: 5,
      measured: (sizes) => figureOf(largest(sizes), 'newestP95').subject.median,
    },
    {
      what: 'CPU to read the newest over HTTP in the largest room (ms)',
      atMost: 5,
      measured: (sizes) => figureOf(largest(sizes), 'cpu').subject.median,
    },
  ],
  open: () => History.open(),
};

/** A server with rooms that have a long history. */
class History implements Subject {
  readonly #folder: string;
  readonly #file: string;
  readonly #server: Server;
  readonly #store: Store;
  readonly #token: string;
  readonly #rooms = new Map<number, LongRoom>();

  private constructor(
    folder: string,
    file: string,
    server: Server,
    store: Store,
    token: string,
  ) {
    this.#folder = folder;
    this.#file = file;
    this.#server = server;
    this.#store = store;
    this.#token = token;
  }

  static async open(): Promise<History> {
    const folder = mkdtempSync(path.join(tmpdir(), 'atrium-history-'));
    const file = path.join(folder, 'atrium.db');
    const config = testConfig({
      store: { file },
      auth: {
        keys: [
          { algorithm: 'HS256', secret: randomBytes(48).toString('base64') },
        ],
      },
      listeners: [{ contract: 'chat', port: 0, tls: false }],
    });
    const server = await Server.start(config);
    const store = await openStore(config.store, '/');
    const { email, password } = ACCOUNT;
    const hasher = new PasswordHasher(() => ({
      ...CHEAP_HASHES,
      hashesAtOnce: 1,
      hashesWaiting: 1,
    }));
    const passwordHash = await hasher.hash(password);
    await store.users.create({
      email,
      name: 'Ada',
      passwordHash,
      role: 'user',
    });
    const reply = await fetch(new URL('/auth/login/', server.ownUrls[0]), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify(ACCOUNT),
    });
    const { access } = (await reply.json()) as { access: string };
    return new History(folder, file, server, store, access);
  }

  async round({ size }: Round): Promise<Outcome> {
    const room = this.#rooms.get(size) ?? (await this.#fill(size));
    this.#rooms.set(size, room);
    const figures: Outcome['figures'] = {};
    let pages = 0;
    const note = (name: string, times: readonly number[]): void => {
      figures[name] = percentile(times, 0.5);
      figures[`${name}P95`] = percentile(times, 0.95);
    };
    for (const [name, rangeAt] of Object.entries(READ_AT)) {
      const times: number[] = [];
      for (let read = 0; read < READS; read += 1) {
        const range = { ...rangeAt(room, read), limit: PAGE };
        const begin = performance.now();
        const page = await this.#store.messages.list(room.id, range);
        times.push(performance.now() - begin);
        pages += page.length === PAGE ? 1 : 0;
      }
      note(name, times);
    }
    const times: number[] = [];
    const used = process.cpuUsage();
    for (let read = 0; read < READS; read += 1) {
      const begin = performance.now();
      const page = await this.#newest(room.id);
      times.push(performance.now() - begin);
      pages += page.length === PAGE ? 1 : 0;
    }
    const { user, system } = process.cpuUsage(used);
    figures['cpu'] = (user + system) / 1_000 / READS;
    note('http', times);
    const begin = performance.now();
    await this.#store.messages.list(room.id, {
      limit: PAGE,
      search: 'nowhere',
      searched: searchedMessages,
    });
    figures['search'] = performance.now() - begin;
    return { figures, done: { pages } };
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#store.close();
    rmSync(this.#folder, { recursive: true });
  }

  async #newest(roomId: number): Promise<unknown[]> {
    const path = `/api/rooms/${roomId}/messages/?limit=${PAGE}`;
    const reply = await fetch(new URL(path, this.#server.ownUrls[0]), {
      headers: {
        Authorization: `Bearer ${this.#token}`,
        Connection: 'close',
      },
    });
    return (await reply.json()) as unknown[];
  }

  /** Creates a room with so many messages, and half as many in others. */
  async #fill(size: number): Promise<LongRoom> {
    const ids: number[] = [];
    for (const name of ['Long', 'Other']) {
      const room = await this.#store.rooms.create(
        { name, description: '', type: 'chat', creatorId: 1 },
        100,
      );
      ids.push(room?.id ?? NaN);
    }
    const [id = NaN, other = NaN] = ids;
    const database = new DatabaseSync(this.#file);
    const { lastInsertRowid } = database
      .prepare(
        `with recursive numbers(n) as
           (select 1 union all select n + 1 from numbers where n < ?)
         insert into messages (room_id, user_id, content, created_at)
         select iif(n % 3 = 0, ?, ?), 1,
           'Message ' || n || ', about as long as people write them.', ? + n * ?
         from numbers`,
      )
      .run(size * 1.5, other, id, START, PACE);
    database.close();
    return {
      id,
      middle: Number(lastInsertRowid) - size * 0.75,
      middleAt: START + size * 0.75 * PACE,
    };
  }
}
