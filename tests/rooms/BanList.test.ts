import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { BanList } from '../../lib/rooms/BanList.ts';
import type { Ban } from '../../lib/rooms/RoomBans.ts';

const NOW = Date.UTC(2026, 0, 1);
const LATER = new Date(NOW + 1_000);

function banOf(changes: Partial<Ban>): Ban {
  return {
    id: 'ban',
    roomId: 'room',
    spared: [],
    peerId: 'eve',
    displayName: 'Eve',
    bannedBy: 'ada',
    expiresAt: undefined,
    ...changes,
  };
}

function listOf(...bans: Ban[]): BanList {
  const list = new BanList();
  list.replace(bans);
  return list;
}

describe('the bans of a room', () => {
  test('keep out the person on any network, by user, account or secret', () => {
    const list = listOf(
      banOf({ id: 'one', userId: 'eve' }),
      banOf({ id: 'two', secretHash: 'hash', expiresAt: LATER }),
    );
    for (const client of [{ userId: 'eve' }, { accountId: 'eve' }]) {
      assert.throws(
        () => list.requireAdmission({ ...client, network: 'elsewhere' }),
        {
          code: 'BANNED',
          message: 'a moderator has banned the client from the room',
        },
      );
    }
    list.requireAdmission({ userId: 'ada', network: 'elsewhere' });
    list.requireAdmission({});
  });

  test('keep out others on the network, except those that were there', () => {
    const list = listOf(
      banOf({ userId: 'eve', network: 'hotel', spared: ['user:ada'] }),
    );
    assert.throws(
      () => list.requireAdmission({ userId: 'bob', network: 'hotel' }),
      {
        code: 'BANNED',
        message: "a moderator has banned the client's network from the room",
      },
    );
    list.requireAdmission({ userId: 'ada', network: 'hotel' });
    list.requireAdmission({ userId: 'bob', network: 'home' });
  });

  test('end at their time', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: NOW });
    const list = listOf(banOf({ userId: 'eve', expiresAt: LATER }));
    t.mock.timers.setTime(LATER.getTime() - 1);
    assert.throws(() => list.requireAdmission({ userId: 'eve' }), {
      code: 'BANNED',
      message:
        'a moderator has banned the client from the room until 2026-01-01T00:00:01.000Z',
      until: LATER,
    });
    t.mock.timers.setTime(LATER.getTime());
    list.requireAdmission({ userId: 'eve' });
    t.mock.timers.setTime(NOW);
    list.requireAdmission({ userId: 'eve' });
  });

  test('tell the end of the one that lasts longest', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: NOW });
    const soon = banOf({ id: '1', userId: 'eve', expiresAt: LATER });
    const later = new Date(NOW + 2_000);
    const last = banOf({ id: '2', userId: 'eve', expiresAt: later });
    const forGood = banOf({ id: '3', userId: 'eve' });
    const endOf = (...bans: Ban[]) =>
      listOf(...bans).find({ userId: 'eve' })?.id;
    assert.equal(endOf(soon, last), '2');
    assert.equal(endOf(last, soon), '2');
    assert.equal(endOf(soon, forGood, last), '3');
  });

  test('keep out tokens that are no newer than a removal', () => {
    const list = listOf(banOf({ userId: 'eve', issuedUntil: LATER }));
    const issuedAt = LATER.getTime();
    assert.throws(() => list.requireAdmission({ userId: 'eve', issuedAt }), {
      code: 'REMOVED',
      message: /expected a token issued after 2026-01-01T00:00:01\.000Z/,
    });
    list.requireAdmission({ userId: 'eve', issuedAt: issuedAt + 1 });
    list.requireAdmission({ userId: 'eve' });
  });

  test('keep out the network of a removal, except those with an account', () => {
    const list = listOf(
      banOf({
        userId: 'eve',
        network: 'hotel',
        issuedUntil: LATER,
        spared: ['user:ada'],
      }),
    );
    const network = 'hotel';
    const issuedAt = LATER.getTime() + 1;
    for (const time of [0, issuedAt]) {
      const bob = { userId: 'bob', network, issuedAt: time };
      assert.throws(() => list.requireAdmission(bob), {
        code: 'REMOVED',
        message: "a moderator has removed the client's network from the room",
      });
    }
    list.requireAdmission({ userId: 'ada', network, issuedAt });
    list.requireAdmission({ accountId: '7', network, issuedAt });
    assert.throws(
      () =>
        list.requireAdmission({ userId: 'eve', accountId: '7', issuedAt: 0 }),
      { code: 'REMOVED' },
    );
  });

  test('are replaced by others, which are told apart from those known', () => {
    const [one, two] = [
      banOf({ id: 'one', userId: 'eve' }),
      banOf({ id: 'two', userId: 'max' }),
    ];
    const list = listOf(one);
    assert.deepEqual(list.replace([one, two]), [two]);
    assert.throws(() => list.requireAdmission({ userId: 'max' }));
    assert.deepEqual(list.replace([two]), []);
    list.requireAdmission({ userId: 'eve' });
    list.delete('two');
    list.requireAdmission({ userId: 'max' });
    list.add(one);
    assert.throws(() => list.requireAdmission({ userId: 'eve' }));
  });
});
