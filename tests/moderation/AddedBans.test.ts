import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { AddedBans } from '../../lib/moderation/AddedBans.ts';
import type { BanPage, ListedBan } from '../../lib/store/ModerationStore.ts';

function banAt(place: number): ListedBan {
  return {
    id: `ban-${place}`,
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
    place,
  };
}

describe('bans that appear in the store', () => {
  /** Looks at a store, whenever a test says so. */
  async function watch(t: TestContext, places: number[]) {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const reported: number[] = [];
    const looks: BanPage[] = [];
    const store = { away: false };
    const bans = new AddedBans(
      {
        lastPlace: () => Promise.resolve(Math.max(0, ...places)),
        list(page) {
          looks.push(page);
          const { after = 0, limit } = page;
          const found = places.toSorted((a, b) => a - b);
          return store.away
            ? Promise.reject(new Error('the store is away'))
            : Promise.resolve(
                found
                  .filter((place) => place > after)
                  .slice(0, limit)
                  .map(banAt),
              );
        },
      },
      ({ place }) => reported.push(place),
    );
    await turn();
    const look = async (): Promise<number[]> => {
      t.mock.timers.tick(5_000);
      await turn();
      return reported.splice(0);
    };
    return { bans, look, looks, store };
  }

  test('are reported, also those that take an earlier place a while later', async (t) => {
    const places = [7];
    const { bans, look, looks } = await watch(t, places);
    assert.deepEqual(await look(), []);
    places.push(9);
    assert.deepEqual(await look(), [9]);
    places.push(8);
    assert.deepEqual(await look(), [8, 9]);
    for (let again = 0; again < 20; again += 1) {
      await look();
    }
    // Those from long before are not read any more.
    assert.equal(looks.at(-1)?.after, 9);
    places.push(10);
    assert.deepEqual(await look(), [10]);
    await bans.close();
    places.push(11);
    assert.deepEqual(await look(), []);
  });

  test('are reported later if there are many, or the store is away', async (t) => {
    const places = [0];
    const { bans, look, store } = await watch(t, places);
    places.push(...Array.from({ length: 1_500 }, (_, index) => index + 1));
    store.away = true;
    assert.deepEqual(await look(), []);
    store.away = false;
    assert.equal((await look()).length, 1_000);
    const others = await look();
    assert.deepEqual([others.length, others[0]], [500, 1_001]);
    await bans.close();
  });
});
