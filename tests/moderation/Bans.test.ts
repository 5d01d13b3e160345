import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { LiveOptions } from '../../lib/core/Live.ts';
import { Bans } from '../../lib/moderation/Bans.ts';
import { moderationSection } from '../../lib/moderation/options.ts';
import type { Ban } from '../../lib/rooms/RoomBans.ts';
import type { BanRecord, StoredBans } from '../../lib/store/ModerationStore.ts';

const ban: Ban = {
  id: 'ban',
  roomId: 'hall',
  userId: 'eve',
  spared: [],
  peerId: 'eve',
  displayName: 'Eve',
  bannedBy: 'ada',
  expiresAt: undefined,
};

describe('the bans of all rooms', () => {
  test('are those of a room as well that are noted while it is read', async () => {
    const { promise, resolve } = Promise.withResolvers<BanRecord[]>();
    const unused = () => Promise.reject(new Error('it is not used'));
    const store: StoredBans = {
      add: unused,
      get: unused,
      list: unused,
      lastPlace: unused,
      ofRoom: () => promise,
      delete: unused,
      deleteExpired: unused,
    };
    const { view } = new LiveOptions(moderationSection.parse({}));
    const bans = new Bans(store, view, () => 10);
    const announced: string[] = [];
    bans.onChange((change) => announced.push(change.type));
    const [hall, yard] = [bans.ofRoom('hall'), bans.ofRoom('yard')];
    bans.noteStored(ban);
    bans.noteStored(ban);
    // What was read is from before.
    resolve([]);
    assert.deepEqual(await hall, [ban]);
    assert.deepEqual(await yard, []);
    assert.deepEqual(announced, ['added']);
    await bans.close();
  });
});
