/**
 * Writes messages and accounts until it is killed, and prints each one once it
 * was acknowledged. Run by `durability.test.ts`.
 */
import assert from 'node:assert/strict';

import { openStore } from '../../lib/store/openStore.ts';
import { storeSection } from '../../lib/store/options.ts';

const store = await openStore(
  storeSection.parse(JSON.parse(process.argv[2] ?? '{}')),
  '/',
);
const created = await store.users.create({
  email: 'writer@example.com',
  name: 'Writer',
  passwordHash: '$hash',
  role: 'user',
});
assert.ok(created);
const author = created;
const room = await store.rooms.create(
  { name: 'Room', description: '', type: 'chat', creatorId: author.id },
  1,
);
assert.ok(room);
const roomId = room.id;

async function writeMessages(): Promise<void> {
  for (let index = 0; ; index += 1) {
    const message = await store.messages.add(roomId, author.id, `${index}`);
    process.stdout.write(`message ${roomId} ${message?.id}\n`);
  }
}

async function register(): Promise<void> {
  for (let index = 0; ; index += 1) {
    const email = `user${index}@example.com`;
    await store.users.create({
      email,
      name: 'User',
      passwordHash: '$hash',
      role: 'user',
    });
    process.stdout.write(`user ${email}\n`);
  }
}

await Promise.all([writeMessages(), writeMessages(), register()]);
