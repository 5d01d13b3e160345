import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import type {
  ClaimedDelivery,
  DeliveryOutcome,
  OutboxEvent,
} from '../../lib/store/WebhookStore.ts';
import { onEachEngine } from '../support/stores.ts';
import { createRoom, createUser } from './records.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

onEachEngine('the outbox', (engine) => {
  let store: Store;
  /** An endpoint of one test. */
  let endpointId: string;

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
  });
  after(() => store.close());

  function newEvent(changes: Partial<OutboxEvent> = {}): OutboxEvent {
    return {
      id: `msg_${randomUUID()}`,
      type: 'peer.joined',
      roomId: 'lounge',
      at: new Date(),
      data: { peer: { name: 'Ä' } },
      userIds: [],
      endpointIds: [endpointId],
      ...changes,
    };
  }

  const claim = (
    limit = 10,
    { now = new Date(), orderedSince = new Date(0), until = HOUR } = {},
  ): Promise<ClaimedDelivery[]> =>
    store.webhooks.claim({
      endpointId,
      now,
      until: new Date(now.getTime() + until),
      orderedSince,
      limit,
    });

  const settle = (
    { id, attempts }: Pick<ClaimedDelivery, 'id' | 'attempts'>,
    changes: Partial<DeliveryOutcome> = {},
  ): Promise<void> =>
    store.webhooks.settle({
      id,
      attempts,
      status: 'delivered',
      at: new Date(),
      nextAt: new Date(),
      responseStatus: 200,
      error: undefined,
      ...changes,
    });

  const list = () => store.webhooks.list({ endpointId }, { limit: 100 });

  const eventIds = (found: readonly ClaimedDelivery[]): string[] =>
    found.map(({ event }) => event.id);

  /** Runs a test with an endpoint of its own. */
  function testOutbox(title: string, run: () => Promise<void>): void {
    test(title, async () => {
      endpointId = randomUUID();
      await run();
    });
  }

  testOutbox(
    'keeps events as they were, and numbers those of a room',
    async () => {
      const rooms = [randomUUID(), randomUUID()];
      const events = [0, 1, 0, undefined, 0].map((index) =>
        newEvent({ roomId: index === undefined ? undefined : rooms[index] }),
      );
      await store.webhooks.add(events.slice(0, 2));
      await store.webhooks.add(events.slice(2));
      const listed = (await list()).toReversed();
      assert.deepEqual(
        listed.map(({ event }) => event.sequence),
        [1, 1, 2, undefined, 3],
      );
      for (const [index, { event, status, attempts }] of listed.entries()) {
        const {
          endpointIds: _endpointIds,
          userIds: _userIds,
          ...expected
        } = events[index] ?? newEvent();
        assert.deepEqual(
          { ...event, sequence: undefined },
          {
            ...expected,
            sequence: undefined,
          },
        );
        assert.deepEqual([status, attempts], ['pending', 0]);
      }
    },
  );

  testOutbox('keeps an event with the same id once', async () => {
    const event = newEvent();
    await store.webhooks.add([event]);
    await store.webhooks.add([event]);
    assert.equal((await list()).length, 1);
  });

  testOutbox('hands out what is due once, until the claim ends', async () => {
    const events = [undefined, undefined, undefined].map((roomId) =>
      newEvent({ roomId }),
    );
    await store.webhooks.add(events);
    const first = await claim(2);
    const second = await claim(2);
    assert.deepEqual(
      eventIds([...first, ...second]),
      events.map(({ id }) => id),
    );
    assert.deepEqual(await claim(), []);
    const later = new Date(Date.now() + 2 * HOUR);
    const again = await claim(10, { now: later });
    assert.deepEqual(
      eventIds(again),
      events.map(({ id }) => id),
    );
    assert.deepEqual(
      again.map(({ attempts }) => attempts),
      [2, 2, 2],
    );
  });

  testOutbox(
    'holds up later events of a room, and not those of others',
    async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      const events = [one, one, two].map((roomId) => newEvent({ roomId }));
      await store.webhooks.add(events);
      const [first, other] = await claim();
      assert.ok(first && other);
      assert.deepEqual(eventIds([first, other]), [
        events[0]?.id,
        events[2]?.id,
      ]);
      assert.deepEqual(await claim(), []);
      await settle(first);
      assert.deepEqual(eventIds(await claim()), [events[1]?.id]);
    },
  );

  testOutbox('holds them up for a time only', async () => {
    const roomId = randomUUID();
    const events = [newEvent({ roomId }), newEvent({ roomId })];
    await store.webhooks.add(events);
    const now = new Date();
    const orderedSince = new Date(now.getTime() - MINUTE);
    const [first] = await claim(10, { now, orderedSince });
    assert.ok(first);
    const next = await store.webhooks.nextDue(endpointId, now);
    assert.ok(next !== undefined && next.getTime() <= now.getTime() + MINUTE);
    const nextAt = new Date(now.getTime() + 2 * HOUR);
    await settle(first, { status: 'pending', nextAt });
    assert.deepEqual(
      eventIds(
        await claim(10, {
          now: new Date(now.getTime() + HOUR),
          orderedSince: new Date(now.getTime() + HOUR - MINUTE),
        }),
      ),
      [events[1]?.id],
    );
  });

  testOutbox('finds what is due behind many that are held up', async () => {
    const [busy, other] = [randomUUID(), randomUUID()];
    const held = Array.from({ length: 1_200 }, () =>
      newEvent({ roomId: busy }),
    );
    const last = newEvent({ roomId: other });
    await store.webhooks.add([...held, last]);
    assert.deepEqual(eventIds(await claim()), [held[0]?.id, last.id]);
    assert.deepEqual(await claim(), []);
  });

  testOutbox('notes outcomes, and when an event is due again', async () => {
    await store.webhooks.add([newEvent()]);
    const [claimed] = await claim();
    assert.ok(claimed);
    const nextAt = new Date(Date.now() + HOUR);
    const failure = {
      status: 'pending',
      nextAt,
      responseStatus: 500,
      error: 'the receiver answered 500',
    } as const;
    await settle(claimed, failure);
    assert.deepEqual(
      await store.webhooks.nextDue(endpointId, new Date()),
      nextAt,
    );
    assert.equal(await store.webhooks.nextDue(endpointId, nextAt), undefined);
    const [waiting] = await list();
    assert.deepEqual(
      [
        waiting?.status,
        waiting?.nextAt,
        waiting?.responseStatus,
        waiting?.error,
      ],
      ['pending', nextAt, 500, failure.error],
    );
    const [again] = await claim(1, { now: nextAt });
    assert.ok(again);
    // The outcome of the first attempt comes too late.
    await settle(claimed, { ...failure, nextAt: new Date() });
    assert.deepEqual(await claim(), []);
    await settle(again);
    const [delivered] = await list();
    assert.deepEqual(
      [delivered?.status, delivered?.nextAt, delivered?.error],
      ['delivered', undefined, undefined],
    );
  });

  testOutbox('takes attempts back that were broken off', async () => {
    await store.webhooks.add([newEvent()]);
    const claimed = await claim();
    await store.webhooks.release(claimed);
    assert.deepEqual(
      (await claim()).map(({ attempts }) => attempts),
      [1],
    );
  });

  testOutbox('begins deliveries anew', async () => {
    await store.webhooks.add([newEvent()]);
    const [claimed] = await claim();
    assert.ok(claimed);
    await settle(claimed, { status: 'failed' });
    await store.webhooks.replay(claimed.id);
    const replayed = await store.webhooks.get(claimed.id);
    assert.deepEqual([replayed?.status, replayed?.attempts], ['pending', 0]);
    assert.deepEqual(eventIds(await claim()), [claimed.event.id]);
    assert.equal(await store.webhooks.get(claimed.id + 1_000), undefined);
  });

  testOutbox('is searched, and read page by page', async () => {
    const roomId = randomUUID();
    await store.webhooks.add([
      newEvent({ roomId }),
      newEvent({ roomId, type: 'peer.left' }),
      newEvent({ roomId: randomUUID() }),
    ]);
    const all = await list();
    assert.equal(all.length, 3);
    const [newest] = all;
    assert.ok(newest);
    const found = (filter: object, page: object = {}) =>
      store.webhooks
        .list({ endpointId, ...filter }, { limit: 10, ...page })
        .then((it) =>
          it.map(({ id }) => all.findIndex((one) => one.id === id)),
        );
    assert.deepEqual(await found({ roomId }), [1, 2]);
    assert.deepEqual(await found({ type: 'peer.left' }), [1]);
    assert.deepEqual(await found({ status: 'failed' }), []);
    assert.deepEqual(await found({ endpointId: 'other' }), []);
    assert.deepEqual(await found({}, { limit: 1 }), [0]);
    assert.deepEqual(await found({}, { before: newest.id, limit: 1 }), [1]);
  });

  testOutbox(
    'gives up what waits for an endpoint that is switched off',
    async () => {
      await store.webhooks.add([newEvent(), newEvent()]);
      const [claimed] = await claim(1);
      assert.ok(claimed);
      const endpoint = { id: endpointId, url: 'https://app.example/' };
      await store.webhooks.disable(endpoint, 'gone');
      assert.deepEqual(
        (await list()).map(({ status, error }) => [status, error]),
        [
          ['failed', 'gone'],
          ['failed', 'gone'],
        ],
      );
      // One that has arrived meanwhile has.
      await settle(claimed);
      assert.equal((await store.webhooks.get(claimed.id))?.status, 'delivered');
      const find = async () =>
        (await store.webhooks.disabled()).filter(({ id }) => id === endpointId);
      assert.deepEqual(await find(), [endpoint]);
      const moved = { ...endpoint, url: 'https://other.example/' };
      await store.webhooks.disable(moved, 'gone');
      assert.deepEqual(await find(), [moved]);
      await store.webhooks.enable(endpointId);
      assert.deepEqual(await find(), []);
    },
  );

  testOutbox('gives up the oldest of too many', async () => {
    await store.webhooks.add([newEvent(), newEvent(), newEvent()]);
    const most = 2;
    const before = await store.webhooks.state();
    assert.ok(before.size >= 3);
    assert.equal(
      (await store.webhooks.giveUpBeyond(most, 'too many')) > 0,
      true,
    );
    assert.deepEqual(
      (await list()).map(({ status, error }) => [status, error]),
      [
        ['pending', undefined],
        ['pending', undefined],
        ['failed', 'too many'],
      ],
    );
  });

  testOutbox(
    'forgets events that have not changed for long, and rooms',
    async () => {
      const roomId = randomUUID();
      await store.webhooks.add([newEvent({ roomId, at: new Date(0) })]);
      await store.webhooks.deleteOld(new Date(Date.now() - HOUR));
      assert.equal((await list()).length, 1);
      const [claimed] = await claim();
      assert.ok(claimed);
      await settle(claimed);
      assert.ok(
        (await store.webhooks.deleteOld(new Date(Date.now() + HOUR))) > 0,
      );
      assert.deepEqual(await list(), []);
      await store.webhooks.add([newEvent({ roomId })]);
      assert.deepEqual(
        (await list()).map(({ event }) => event.sequence),
        [1],
      );
      assert.deepEqual(Object.keys(await store.webhooks.state()).toSorted(), [
        'oldest',
        'size',
      ]);
    },
  );

  testOutbox('has the event of a message if it has the message', async () => {
    const author = await createUser(store);
    const room = await createRoom(store, author);
    const message = await store.messages.add(
      room.id,
      author.id,
      'Hello',
      ({ id, content }) => [
        newEvent({ type: 'chat.message', data: { id, content } }),
      ],
    );
    assert.deepEqual(
      (await list()).map(({ event }) => event.data),
      [{ id: message?.id, content: 'Hello' }],
    );
    await assert.rejects(
      store.messages.add(room.id, author.id, 'Lost', () => [
        newEvent(),
        // The database takes no such time.
        newEvent({ at: new Date(Number.NaN) }),
      ]),
    );
    assert.equal((await list()).length, 1);
    const kept = await store.messages.list(room.id, {});
    assert.deepEqual(
      kept.map(({ content }) => content),
      ['Hello'],
    );
  });

  testOutbox('erases the events about an account, and no others', async () => {
    const { id } = await createUser(store);
    const userId = String(id);
    const roomId = randomUUID();
    const [first, between, last] = [[userId, 'eve'], ['eve'], [userId]].map(
      (userIds) => newEvent({ roomId, userIds }),
    );
    assert.ok(first && between && last);
    await store.webhooks.add([first, between, last]);
    const [claimed] = await claim();
    assert.ok(claimed);
    // The next one waits for the first, which is tried again in an hour.
    await claim();
    await store.users.erase(id, 'keep');
    assert.deepEqual(eventIds(await list()), [between.id]);
    assert.deepEqual(eventIds(await claim()), [between.id]);
    // The outcome of an attempt that was under way no longer counts.
    await settle(claimed);
    assert.deepEqual(eventIds(await list()), [between.id]);
  });

  testOutbox('erases what is told of an account once it is gone', async () => {
    const { id } = await createUser(store);
    await store.users.erase(id, 'keep');
    await store.webhooks.add([newEvent({ userIds: [String(id)] })]);
    const since = new Date(Date.now() - HOUR);
    // A backend is to know that the person has left.
    await store.webhooks.eraseDeletedAccounts(since, since);
    assert.equal((await list()).length, 1);
    await store.webhooks.eraseDeletedAccounts(since, new Date(Date.now() + 1));
    assert.deepEqual(await list(), []);
  });

  testOutbox('numbers events that are added at the same time', async () => {
    const roomId = randomUUID();
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.webhooks.add([newEvent({ roomId })]),
      ),
    );
    assert.deepEqual(
      (await list()).map(({ event }) => event.sequence).toReversed(),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });
});
