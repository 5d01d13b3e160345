import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { EventFeed } from '../../lib/feed/EventFeed.ts';
import type { FeedEvent } from '../../lib/feed/FeedEvent.ts';
import { liveLimits } from '../support/limits.ts';

const started = { type: 'roomStarted', openedAt: 0 } as const;

function feedWith(changes: Parameters<typeof liveLimits>[0] = {}): EventFeed {
  return new EventFeed(liveLimits(changes).view);
}

/** The rooms of the events that a new listener is sent at once. */
function replayed(feed: EventFeed, after: string | undefined): string[] {
  const events: FeedEvent[] = [];
  feed.listen((event) => events.push(event), after)();
  return events.map(({ data }) => String(data.roomId));
}

describe('the feed of events', () => {
  test('hands the same event to all who listen, until they end it', () => {
    const feed = feedWith();
    const [one, other]: [FeedEvent[], FeedEvent[]] = [[], []];
    const end = feed.listen((event) => one.push(event), undefined);
    feed.listen((event) => other.push(event), undefined);
    feed.observe('a', started);
    end();
    feed.observe('b', { type: 'roomFinished', reason: 'empty' });
    assert.equal(one.length, 1);
    assert.equal(one[0], other[0]);
    assert.deepEqual(
      other.map(({ name, data }) => [name, data.roomId, data.reason]),
      [
        ['room.started', 'a', undefined],
        ['room.finished', 'b', 'empty'],
      ],
    );
  });

  test('describes a peer as it was', () => {
    const feed = feedWith();
    const events: FeedEvent[] = [];
    feed.listen((event) => events.push(event), undefined);
    const peer = {
      id: 'ada',
      userId: 'u1',
      displayName: 'Ada',
      client: { userId: 'u1' },
      gateway: 'protoo',
      joinedAt: 0,
      rights: { role: 'member' },
    };
    feed.observe('a', { type: 'peerJoined', peer });
    peer.displayName = 'Eve';
    assert.deepEqual(events[0]?.data.peer, {
      peerId: 'ada',
      userId: 'u1',
      displayName: 'Ada',
      contract: 'protoo',
      role: 'member',
    });
  });

  test('gives a listener that comes back what it missed', () => {
    const feed = feedWith({ keptEvents: 3 });
    const ids: string[] = [];
    feed.listen(({ id }) => ids.push(id), undefined);
    for (const room of ['a', 'b', 'c', 'd', 'e']) {
      feed.observe(room, started);
    }
    assert.deepEqual(replayed(feed, ids[3]), ['e']);
    assert.deepEqual(replayed(feed, ids[4]), []);
    // It is no longer kept, as is one of another run of the server.
    assert.deepEqual(replayed(feed, ids[0]), ['c', 'd', 'e']);
    assert.deepEqual(replayed(feed, 'other-1'), ['c', 'd', 'e']);
    assert.deepEqual(replayed(feed, undefined), []);
  });

  test('bounds its listeners', () => {
    const feed = feedWith({ eventListeners: 1 });
    const end = feed.listen(() => undefined, undefined);
    assert.deepEqual(feed.limitUse, {
      option: 'eventListeners',
      limit: 1,
      used: 1,
    });
    assert.throws(() => feed.listen(() => undefined, undefined), {
      code: 'LIMIT_REACHED',
      option: 'limits.eventListeners',
    });
    end();
    feed.listen(() => undefined, undefined);
  });
});
