import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { LiveOptions } from '../../lib/core/Live.ts';
import { Bans } from '../../lib/moderation/Bans.ts';
import { moderationSection } from '../../lib/moderation/options.ts';
import type { BanRecord, StoredBans } from '../../lib/store/ModerationStore.ts';

const ban: BanRecord = {
  id: 'ban',
  roomId: 'hall',
  userId: 'eve',
  issuedUntil: undefined,
  secretHash: undefined,
  network: undefined,
  spared: [],
  peerId: 'eve',
  displayName: 'Eve',
  bannedBy: 'ada',
  createdAt: new Date(0),
  expiresAt: undefined,
};

const unused = () => Promise.reject(new Error('the test does not use it'));

/** The bans of a store of which only some methods are used, and their changes. */
function bansOf(store: Partial<StoredBans>) {
  const bans = new Bans(
    {
      add: unused,
      get: unused,
      list: unused,
      lastPlace: unused,
      ofRoom: unused,
      delete: unused,
      deleteExpired: unused,
      ...store,
    },
    new LiveOptions(moderationSection.parse({})).view,
    () => 10,
  );
  const announced: string[] = [];
  bans.onChange(({ type }) => announced.push(type));
  return { bans, announced };
}

describe('the bans of all rooms', () => {
  test('are those of a room as well that are noted while it is read', async () => {
    const { promise, resolve } = Promise.withResolvers<BanRecord[]>();
    const { bans, announced } = bansOf({ ofRoom: () => promise });
    const [hall, yard] = [bans.ofRoom('hall'), bans.ofRoom('yard')];
    bans.noteStored(ban);
    bans.noteStored(ban);
    // The store answers with what it had before the ban.
    resolve([]);
    assert.deepEqual(await hall, [ban]);
    assert.deepEqual(await yard, []);
    assert.deepEqual(announced, ['added']);
    await bans.close();
  });

  test('are not announced any more once they are lifted', async () => {
    const { bans, announced } = bansOf({ delete: () => Promise.resolve(ban) });
    assert.equal(await bans.lift(ban.id), true);
    bans.noteStored(ban);
    assert.deepEqual(announced, ['lifted']);
    await bans.close();
  });
});
