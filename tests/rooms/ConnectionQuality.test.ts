import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { Broadcast } from '../../lib/rooms/Broadcast.ts';
import { ConnectionQuality } from '../../lib/rooms/ConnectionQuality.ts';
import type { RoomEvent } from '../../lib/rooms/events.ts';

const INTERVAL = 5_000;

/** A peer and one other, with the qualities that each is told of. */
function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const listener = (told: string[]) => ({
    userId: 'user',
    notify(event: RoomEvent): void {
      if (event.type === 'connectionQuality') {
        told.push(`${event.peerId} ${event.quality}`);
      }
    },
  });
  const own: string[] = [];
  const others: string[] = [];
  const owner = { ...listener(own), id: 'ada', mediaDisconnected: false };
  const members = new Map([
    ['ada', owner],
    ['bob', listener(others)],
  ]);
  const quality = new ConnectionQuality(owner, {
    broadcast: new Broadcast(members),
    qualityInterval: INTERVAL,
  });
  return { quality, owner, own, others, listener };
}

describe('ConnectionQuality', () => {
  test('tells a change to the peer and to the others', (t) => {
    const { quality, own, others } = setUp(t);
    quality.report('weak');
    assert.deepEqual(own, ['ada weak']);
    assert.deepEqual(others, ['ada weak']);
  });

  test('tells of no more than one change in an interval, and of the last one', (t) => {
    const { quality, others } = setUp(t);
    quality.report('weak');
    quality.report('good');
    quality.report('weak');
    quality.report('good');
    assert.deepEqual(others, ['ada weak']);
    t.mock.timers.tick(INTERVAL - 1);
    assert.deepEqual(others, ['ada weak']);
    t.mock.timers.tick(1);
    assert.deepEqual(others, ['ada weak', 'ada good']);
    t.mock.timers.tick(INTERVAL);
    assert.deepEqual(others, ['ada weak', 'ada good']);
  });

  test('is weak while a stream has a low score, and not for one that rests', (t) => {
    const { quality, others } = setUp(t);
    const [camera, mic] = [{}, {}];
    quality.setScore(mic, 10);
    quality.setScore(camera, 7);
    quality.setScore(camera, 0);
    assert.deepEqual(others, []);
    quality.setScore(camera, 6);
    quality.setScore(mic, 1);
    t.mock.timers.tick(INTERVAL);
    quality.setScore(camera, 10);
    assert.deepEqual(others, ['ada weak']);
    quality.setWeak(mic, false);
    assert.deepEqual(others, ['ada weak', 'ada good']);
  });

  test('is weak while a transport is', (t) => {
    const { quality, others } = setUp(t);
    const [one, other] = [{}, {}];
    quality.setWeak(one, true);
    quality.setWeak(other, true);
    quality.setWeak(one, false);
    t.mock.timers.tick(INTERVAL);
    assert.deepEqual(others, ['ada weak']);
    quality.setWeak(other, false);
    assert.deepEqual(others, ['ada weak', 'ada good']);
  });

  test('is the worst of all views', (t) => {
    const { quality, owner, others } = setUp(t);
    owner.mediaDisconnected = true;
    quality.update();
    quality.report('weak');
    t.mock.timers.tick(INTERVAL);
    owner.mediaDisconnected = false;
    quality.update();
    assert.deepEqual(others, ['ada lost', 'ada weak']);
  });

  test('is told to a new member unless it is good', (t) => {
    const { quality, listener } = setUp(t);
    const told: string[] = [];
    quality.announceTo(listener(told));
    assert.deepEqual(told, []);
    quality.report('lost');
    quality.announceTo(listener(told));
    assert.deepEqual(told, ['ada lost']);
  });

  test('tells nothing once it is closed', (t) => {
    const { quality, others } = setUp(t);
    quality.report('weak');
    quality.report('good');
    quality.close();
    t.mock.timers.tick(INTERVAL);
    assert.deepEqual(others, ['ada weak']);
  });
});
