import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { AccountTokens } from '../../lib/accounts/AccountTokens.ts';
import type { SigningKey } from '../../lib/auth/signingKey.ts';
import { accountsSection } from '../../lib/accounts/options.ts';
import { PasswordHasher } from '../../lib/accounts/PasswordHasher.ts';
import { liveRoomIdOf } from '../../lib/chat/liveRoomIds.ts';
import { openStore } from '../../lib/store/openStore.ts';
import { storeSection } from '../../lib/store/options.ts';
import type { Store } from '../../lib/store/Store.ts';
import { CHEAP_HASHES } from '../fixtures/cheapHashes.ts';
import type { Random } from '../fixtures/Random.ts';
import { ChatGuest } from './ChatGuest.ts';
import type { Crowd, Guest } from './Crowd.ts';
import { JsonGuest } from './JsonGuest.ts';
import type { MeasuredServer } from './MeasuredServer.ts';
import { ProtooGuest } from './ProtooGuest.ts';
import type { SoakScene } from './soak.ts';

const ACCOUNTS = 40;

const ROOMS = 8;

const PASSWORD = 'correct horse battery';

/** An account with the token of a login that lasts. */
interface Account {
  readonly id: number;
  readonly email: string;
  readonly token: string;
}

/**
 * Lasting rooms that clients of all contracts enter, most of them by the chat
 * API. Workers are killed, and every chat socket has to go on.
 */
export async function lastingRooms(): Promise<SoakScene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'atrium-soak-'));
  const file = path.join(folder, 'atrium.db');
  const key = {
    algorithm: 'HS256',
    secret: randomBytes(32).toString('hex'),
  } as const;
  const store = await openStore(storeSection.parse({ file }), '/');
  const accounts = await createAccounts(store, key);
  const roomIds = await createRooms(store, accounts);
  await store.close();

  return {
    options: { store: { file }, auth: { keys: [key] } },

    guest(url, number, random) {
      const account = oneOf(accounts, random);
      return guestOf(url, number, random, account, oneOf(roomIds, random));
    },

    async disturb(server: MeasuredServer, crowd: Crowd): Promise<void> {
      await Promise.all([server.loseWorker(), crowd.speak()]);
      await crowd.speak();
    },

    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function guestOf(
  url: string,
  number: number,
  random: Random,
  { id, email, token }: Account,
  roomId: number,
): Guest {
  const liveRoomId = liveRoomIdOf(roomId);
  switch (random.below(4)) {
    case 0: {
      const withToken = `${url}?token=${token}`;
      return new ProtooGuest(withToken, liveRoomId, `${id}-${number}`, random);
    }
    case 1:
      return new JsonGuest(url, liveRoomId, token, random);
    default:
      return new ChatGuest(url, roomId, { email, password: PASSWORD }, random);
  }
}

/** Writes accounts with hashes that cost little, each with a login. */
async function createAccounts(
  store: Store,
  key: SigningKey,
): Promise<Account[]> {
  const options = accountsSection.parse({});
  const hasher = new PasswordHasher(() => ({ ...options, ...CHEAP_HASHES }));
  const tokens = new AccountTokens(
    () => key,
    () => options,
  );
  const passwordHash = await hasher.hash(PASSWORD);
  const accounts: Account[] = [];
  for (let number = 1; number <= ACCOUNTS; number += 1) {
    const email = `guest-${number}@example.com`;
    const name = `Guest ${number}`;
    const user = await store.users.create({
      email,
      name,
      passwordHash,
      role: 'user',
    });
    if (user === undefined) {
      throw new Error(`${email} is taken in an empty database`);
    }
    const loginId = randomUUID();
    await store.logins.create(loginId, user.id, tokens.loginExpiry());
    const login = { loginId, since: Date.now() };
    const token = tokens.sign('access', user, login);
    accounts.push({ id: user.id, email, token });
  }
  return accounts;
}

async function createRooms(
  store: Store,
  accounts: readonly Account[],
): Promise<number[]> {
  const ids: number[] = [];
  for (const { id: creatorId } of accounts.slice(0, ROOMS)) {
    const room = { name: 'Room', description: '', type: 'chat' } as const;
    const created = await store.rooms.create({ ...room, creatorId }, 1);
    if (created !== undefined) {
      ids.push(created.id);
    }
  }
  return ids;
}

function oneOf<Item>(items: readonly Item[], random: Random): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) {
    throw new RangeError('expected at least one item');
  }
  return item;
}
