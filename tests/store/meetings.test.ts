import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import type {
  MeetingRecord,
  TicketLogin,
} from '../../lib/store/MeetingStore.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { onEachEngine } from '../support/stores.ts';
import { newUser } from './records.ts';

const NEVER = new Date(0);

function newMeeting(changes: Partial<MeetingRecord> = {}): MeetingRecord {
  return {
    id: randomUUID(),
    title: 'Stand-up ☕',
    host: 'ada',
    hostId: undefined,
    project: undefined,
    passwordHash: undefined,
    createdAt: new Date(),
    ...changes,
  };
}

onEachEngine('meetings in the store', (engine) => {
  let store: Store;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });

  after(() => store.close());

  /** Creates a meeting as it is given. */
  async function create(changes: Partial<MeetingRecord> = {}) {
    const meeting = newMeeting(changes);
    const bounds = { most: 1_000, emptySince: NEVER };
    assert.ok(await store.meetings.create(meeting, bounds));
    return meeting;
  }

  /** Creates a ticket, and returns its hash. */
  async function createTicket(
    meetingId: string,
    {
      most = 1_000,
      expiresAt = new Date(Date.now() + 60_000),
      login,
    }: Partial<{ most: number; expiresAt: Date; login: TicketLogin }> = {},
  ): Promise<{ hash: string; outcome: string }> {
    const hash = randomUUID();
    const person = {
      meetingId,
      peerId: 'ada',
      name: 'Ada',
      login,
      issuedAt: new Date(2_000),
    };
    const outcome = await store.meetings.createTicket(hash, person, {
      most,
      expiresAt,
    });
    return { hash, outcome };
  }

  test('are returned as they were created', async () => {
    const full = await create({
      hostId: '7',
      project: 'acme',
      passwordHash: '$hash',
    });
    assert.deepEqual(await store.meetings.get(full.id, NEVER), full);
    const bare = await create();
    assert.deepEqual(await store.meetings.get(bare.id, NEVER), bare);
    assert.equal(await store.meetings.get(randomUUID(), NEVER), undefined);
  });

  test('have ended once they were empty for too long', async () => {
    const createdAt = new Date(1_000);
    const meeting = await create({ createdAt });
    const { id } = meeting;
    assert.equal(await store.meetings.get(id, createdAt), undefined);
    assert.ok(await store.meetings.get(id, new Date(999)));
    const ids = [id, randomUUID()];
    assert.deepEqual(await store.meetings.occupy(ids, new Date(5_000)), [id]);
    assert.ok(await store.meetings.get(id, new Date(4_999)));
    await store.meetings.deleteEnded(new Date(5_000));
    assert.equal(await store.meetings.get(id, NEVER), undefined);
  });

  test('are noted as occupied however many there are', async () => {
    const known = [await create(), await create()].map(({ id }) => id);
    const strangers = Array.from({ length: 1_100 }, () => randomUUID());
    const ids = [known[0] ?? '', ...strangers, known[1] ?? ''];
    const found = await store.meetings.occupy(ids, new Date());
    assert.deepEqual(found.toSorted(), known.toSorted());
    await store.meetings.renewTickets(strangers, new Date());
  });

  for (const [owner, other] of [
    ['hostId', 'project'],
    ['project', 'hostId'],
  ] as const) {
    test(`are bounded for each ${owner}, even if created at once`, async () => {
      const bounds = { most: 3, emptySince: new Date(2_000) };
      const owned = { [owner]: randomUUID() };
      // Those that have ended do not count.
      await create({ ...owned, createdAt: new Date(1_000) });
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () =>
          store.meetings.create(newMeeting(owned), bounds),
        ),
      );
      assert.equal(outcomes.filter(Boolean).length, 3);
      const others = newMeeting({ [other]: owned[owner] });
      assert.ok(await store.meetings.create(others, bounds));
    });
  }

  test('are deleted once, with their tickets', async () => {
    const { id } = await create();
    const { hash, outcome } = await createTicket(id);
    assert.equal(outcome, 'created');
    assert.equal(await store.meetings.delete(id), true);
    assert.equal(await store.meetings.delete(id), false);
    assert.equal((await createTicket(id)).outcome, 'missing');
    const later = new Date(Date.now() + 60_000);
    assert.equal(await store.meetings.takeTicket(hash, later), undefined);
  });

  test('have tickets that last as long as they are used', async () => {
    const { id } = await create();
    const login = { accountId: '7', loginId: randomUUID() };
    const person = {
      meetingId: id,
      peerId: 'ada',
      name: 'Ada',
      login,
      issuedAt: new Date(2_000),
    };
    const { hash } = await createTicket(id, { login });
    const past = new Date(1_000);
    assert.deepEqual(await store.meetings.takeTicket(hash, past), person);
    const later = new Date(Date.now() + 60_000);
    assert.equal(await store.meetings.takeTicket(hash, later), undefined);
    await store.meetings.renewTickets([hash], later);
    assert.deepEqual(await store.meetings.takeTicket(hash, past), person);
    await store.meetings.deleteEnded(NEVER);
    await store.meetings.renewTickets([hash], later);
    assert.equal(await store.meetings.takeTicket(hash, later), undefined);
  });

  test('lose the tickets of an account that is erased', async () => {
    const user = await store.users.create(newUser(`${randomUUID()}@a.example`));
    assert.ok(user);
    const { id } = await create();
    const login = { accountId: String(user.id), loginId: randomUUID() };
    const [{ hash }, other] = await Promise.all([
      createTicket(id, { login }),
      createTicket(id),
    ]);
    await store.users.erase(user.id, 'keep');
    const later = new Date(Date.now() + 60_000);
    assert.equal(await store.meetings.takeTicket(hash, later), undefined);
    assert.ok(await store.meetings.takeTicket(other.hash, later));
  });

  test('have so many valid tickets, even if issued at once', async () => {
    const { id } = await create();
    await createTicket(id, { expiresAt: new Date(1_000) });
    const issued = await Promise.all(
      Array.from({ length: 8 }, () => createTicket(id, { most: 3 })),
    );
    const outcomes = issued.map(({ outcome }) => outcome).toSorted();
    assert.deepEqual(outcomes, [
      ...Array.from({ length: 3 }, () => 'created'),
      ...Array.from({ length: 5 }, () => 'full'),
    ]);
  });

  describe('usernames', () => {
    test('are found in any case, and belong to one account', async () => {
      const username = `Ada-${randomUUID()}`;
      const user = await store.users.create({
        ...newUser(''),
        username,
      });
      assert.ok(user);
      assert.deepEqual([user.username, user.email], [username, '']);
      const found = await store.users.findByUsername(username.toUpperCase());
      assert.equal(found?.id, user.id);
      const other = { ...newUser(''), username: username.toLowerCase() };
      assert.equal(await store.users.create(other), undefined);
      // Any number of accounts are without one, and without an address.
      assert.ok(await store.users.create(newUser('')));
      assert.ok(await store.users.create(newUser('')));
      assert.equal(await store.users.findByUsername(''), undefined);
      assert.equal(await store.users.findByEmail(''), undefined);
    });

    test('stay when the rest changes, as a whole or not at all', async () => {
      const email = `${randomUUID()}@example.com`;
      await store.users.create(newUser(email));
      const username = randomUUID();
      const user = await store.users.create({ ...newUser(''), username });
      assert.ok(user);
      const taken = { name: 'Other', email: email.toUpperCase() };
      assert.equal(await store.users.update(user.id, taken), 'taken');
      assert.deepEqual(await store.users.get(user.id), user);
      assert.deepEqual(await store.users.update(user.id, {}), user);
      const login = randomUUID();
      await store.logins.create(login, user.id, new Date(Date.now() + 60_000));
      const own = `${randomUUID()}@example.com`;
      const change = {
        name: 'Other',
        email: own,
        role: 'admin',
        passwordHash: '$new',
      };
      const changed = await store.users.update(user.id, change);
      const expected = { ...user, name: 'Other', email: own, role: 'admin' };
      assert.deepEqual(changed, expected);
      const credentials = await store.users.findByUsername(username);
      assert.equal(credentials?.passwordHash, '$new');
      assert.equal((await store.logins.get(login))?.ended, true);
      await store.users.erase(user.id, 'keep');
      assert.equal(await store.users.update(user.id, change), undefined);
      assert.equal(await store.users.findByUsername(username), undefined);
    });
  });
});
