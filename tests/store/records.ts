import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import type { RoomRecord, Store, UserRecord } from '../../lib/store/Store.ts';

/** An account with a name, as it is handed to the store. */
export function newUser(email: string) {
  return { email, name: 'Ada', passwordHash: '$hash', role: 'user' };
}

/** Creates an account with an address of its own. */
export async function createUser(store: Store): Promise<UserRecord> {
  const user = await store.users.create(newUser(`${randomUUID()}@example.com`));
  assert.ok(user);
  return user;
}

export async function createRoom(
  store: Store,
  creator: UserRecord,
  name = 'Room',
): Promise<RoomRecord> {
  const description = 'About it';
  const creatorId = creator.id;
  const room = await store.rooms.create(
    { name, description, type: 'chat', creatorId },
    1_000,
  );
  assert.ok(room);
  return room;
}
