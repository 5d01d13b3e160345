import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { RoomEvent } from '../../lib/rooms/events.ts';
import { Mailbox } from '../../lib/rooms/Mailbox.ts';

/** Events that differ by who has something to say. */
function message(number: number): RoomEvent {
  return { type: 'message', from: String(number), data: undefined };
}

/** Listens, and returns the numbers of what is heard. */
function listenTo(mailbox: Mailbox): number[] {
  const heard: number[] = [];
  mailbox.listen((event) => {
    heard.push(event.type === 'message' ? Number(event.from) : -1);
  });
  return heard;
}

describe('a mailbox', () => {
  test('lets events wait until somebody listens, and then flow', () => {
    const mailbox = new Mailbox();
    mailbox.put(message(1));
    mailbox.put(message(2));
    assert.equal(mailbox.sent, 0);
    const heard = listenTo(mailbox);
    mailbox.put(message(3));
    assert.deepEqual(heard, [1, 2, 3]);
    assert.equal(mailbox.sent, 3);
  });

  test('goes back to what arrived, and on from there', () => {
    const mailbox = new Mailbox();
    const before = listenTo(mailbox);
    for (const number of [1, 2, 3]) {
      mailbox.put(message(number));
    }
    mailbox.hold();
    mailbox.put(message(4));
    assert.equal(mailbox.rewind(1), true);
    assert.deepEqual(listenTo(mailbox), [2, 3, 4]);
    assert.deepEqual(before, [1, 2, 3]);
    assert.equal(mailbox.sent, 4);
  });

  test('cannot go back to what has surely arrived, nor ahead', () => {
    const mailbox = new Mailbox();
    listenTo(mailbox);
    for (const number of [1, 2, 3]) {
      mailbox.put(message(number));
    }
    mailbox.confirm(2);
    assert.equal(mailbox.rewind(1), false);
    assert.equal(mailbox.rewind(4), false);
    assert.equal(mailbox.rewind(2), true);
    assert.deepEqual(listenTo(mailbox), [3]);
  });

  test('says its last word to whoever listened, and to nobody else', () => {
    const mailbox = new Mailbox();
    const before = listenTo(mailbox);
    mailbox.dismiss(message(1));
    mailbox.put(message(2));
    assert.deepEqual(before, [1]);
    assert.deepEqual(listenTo(mailbox), [2]);
    assert.equal(mailbox.sent, 1);
  });

  test('keeps so much and no more, and does not pretend otherwise', () => {
    const mailbox = new Mailbox();
    listenTo(mailbox);
    mailbox.hold();
    for (let number = 1; number <= 10_001; number += 1) {
      mailbox.put(message(number));
    }
    assert.equal(mailbox.rewind(0), false);
  });
});
