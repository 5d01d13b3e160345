import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Presence } from '../../lib/presence/Presence.ts';
import type { UserEvent, UserSession } from '../../lib/presence/Presence.ts';

/** A session that keeps what it receives. */
class Recorder implements UserSession {
  readonly received: UserEvent[] = [];

  deliver(event: UserEvent): void {
    this.received.push(event);
  }
}

const event = { type: 'loginEnded', loginId: 'another' } as const;

describe('presence', () => {
  test('delivers an event to every session of the user, and to no other', () => {
    const presence = new Presence();
    const [phone, laptop, other] = [1, 2, 3].map(() => new Recorder());
    assert.ok(phone && laptop && other);
    presence.register('ada', phone);
    presence.register('ada', laptop);
    presence.register('bob', other);
    assert.equal(presence.users, 2);
    assert.equal(presence.deliver('ada', event), 2);
    assert.deepEqual(phone.received, [event]);
    assert.deepEqual(laptop.received, [event]);
    assert.deepEqual(other.received, []);
  });

  test('tells that a user is not connected', () => {
    assert.equal(new Presence().deliver('ada', event), 0);
  });

  test('forgets a session that is released, and then its user', () => {
    const presence = new Presence();
    const [phone, laptop] = [new Recorder(), new Recorder()];
    const first = presence.register('ada', phone);
    const second = presence.register('ada', laptop);
    first[Symbol.dispose]();
    assert.equal(presence.deliver('ada', event), 1);
    assert.deepEqual(phone.received, []);
    second[Symbol.dispose]();
    assert.equal(presence.users, 0);
    assert.equal(presence.deliver('ada', event), 0);
  });

  test('keeps a later session when an earlier one is released twice', () => {
    const presence = new Presence();
    const session = new Recorder();
    const earlier = presence.register('ada', session);
    earlier[Symbol.dispose]();
    presence.register('ada', session);
    earlier[Symbol.dispose]();
    assert.equal(presence.deliver('ada', event), 1);
  });

  test('delivers to the sessions of that moment, though one opens another', () => {
    const presence = new Presence();
    const late = new Recorder();
    const opener: UserSession = {
      deliver: () => void presence.register('ada', late),
    };
    const closer = presence.register('ada', {
      deliver: () => closer[Symbol.dispose](),
    });
    presence.register('ada', opener);
    assert.equal(presence.deliver('ada', event), 2);
    assert.deepEqual(late.received, []);
    assert.equal(presence.deliver('ada', event), 2);
    assert.deepEqual(late.received, [event]);
  });
});
