import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { keyOf } from '../../../client/src/chat/Entry.ts';
import type { Entry } from '../../../client/src/chat/Entry.ts';
import { MessageLog } from '../../../client/src/chat/MessageLog.ts';

function entry(id: string, at: number, more: Partial<Entry> = {}): Entry {
  return {
    id,
    peerId: 'ada',
    name: 'Ada',
    text: `text of ${id}`,
    at,
    self: false,
    firstHand: true,
    ...more,
  };
}

describe('the log of a chat', () => {
  let log: MessageLog;
  /** The ids on display, as a listener keeps them. */
  let shown: string[];
  let changed: string[];

  beforeEach(() => {
    shown = [];
    changed = [];
    log = new MessageLog({
      added: ({ id }, next) => {
        const place = next ? shown.indexOf(next.id) : shown.length;
        shown.splice(place, 0, id);
      },
      changed: ({ id }) => changed.push(id),
      removed: ({ id }) => {
        shown = shown.filter((it) => it !== id);
      },
    });
  });

  test('has messages in the order of their times', () => {
    for (const [id, at] of [
      ['b', 2],
      ['d', 4],
      ['a', 1],
      ['c', 2],
    ] as const) {
      assert.equal(log.add(entry(id, at)), true);
    }
    assert.deepEqual(shown, ['a', 'b', 'c', 'd']);
    assert.deepEqual(
      log.entries.map(({ id }) => id),
      shown,
    );
    assert.deepEqual(
      log.after(2).map(({ id }) => id),
      ['a', 'c'],
    );
    assert.equal(log.last, 4);
  });

  test('has each message once, and tells authors apart', () => {
    log.add(entry('a', 1));
    assert.equal(log.add(entry('a', 2)), false);
    assert.equal(log.add(entry('a', 2, { peerId: 'bob' })), true);
    assert.deepEqual(shown, ['a', 'a']);
  });

  test('takes the word of the author for that of others, not the reverse', () => {
    const told = entry('a', 1, {
      name: 'Eve',
      text: 'forged',
      via: 'Eve',
      firstHand: false,
    });
    log.add(told);
    assert.equal(log.add(entry('a', 9)), false);
    assert.deepEqual(changed, ['a']);
    log.add(entry('a', 1, { text: 'again', firstHand: false, via: 'Eve' }));
    const [only] = log.entries;
    assert.deepEqual(
      [only?.text, only?.name, only?.via, only?.at],
      ['text of a', 'Ada', undefined, 1],
    );
  });

  test('keeps the last messages', () => {
    for (let at = 0; at < 250; at += 1) {
      log.add(entry(String(at), at));
    }
    assert.equal(log.entries.length, 200);
    assert.equal(shown[0], '50');
  });

  test('does not have again what was cleared', () => {
    log.add(entry('a', 1));
    log.clear();
    assert.deepEqual(shown, []);
    assert.equal(log.add(entry('a', 2, { firstHand: false })), false);
    assert.equal(log.add(entry('b', 3)), true);
    assert.deepEqual(log.cleared, [keyOf(entry('a', 1))]);
  });

  test('removes what others say was cleared, except what authors wrote since', () => {
    log.add(entry('a', 1, { firstHand: false }));
    log.add(entry('b', 2));
    log.removeCleared(['a', 'b', 'c'].map((id) => keyOf(entry(id, 0))));
    assert.deepEqual(shown, ['b']);
    assert.equal(log.add(entry('c', 3, { firstHand: false })), false);
  });

  test('remembers a bounded number of messages that were cleared', () => {
    log.removeCleared(Array.from({ length: 1_000 }, (_, id) => String(id)));
    assert.equal(log.cleared.length, 200);
    assert.equal(log.cleared.at(-1), '999');
  });

  test('sets the fate of messages of the user alone', () => {
    log.add(entry('a', 1, { self: true }));
    log.add(entry('b', 1));
    const fate = { state: 'undelivered', missing: ['Bob'] } as const;
    log.setFate('ada', 'a', fate);
    log.setFate('ada', 'b', fate);
    log.setFate('ada', 'c', fate);
    assert.deepEqual(changed, ['a']);
    assert.deepEqual(
      log.entries.map((it) => it.fate),
      [fate, undefined],
    );
  });
});
