import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { Broadcast } from '../../lib/rooms/Broadcast.ts';
import type { Recipient } from '../../lib/rooms/Broadcast.ts';
import type { RoomEvent } from '../../lib/rooms/events.ts';

/** A member that keeps what it receives. */
class Member implements Recipient {
  readonly events: RoomEvent[] = [];
  readonly userId: string;

  constructor(userId: string) {
    this.userId = userId;
  }

  notify(event: RoomEvent): void {
    this.events.push(event);
  }
}

const event: RoomEvent = { type: 'message', from: 'ada', data: 1 };

describe('a broadcast', () => {
  let ada: Member;
  let bob: Member;
  let eve: Member;
  let members: Map<string, Member>;
  let broadcast: Broadcast;

  beforeEach(() => {
    ada = new Member('u1');
    bob = new Member('u2');
    eve = new Member('u2');
    members = new Map([
      ['ada', ada],
      ['bob', bob],
      ['eve', eve],
    ]);
    broadcast = new Broadcast(members);
  });

  /** The number of events that each member has received. */
  function received(): number[] {
    return [ada, bob, eve].map(({ events }) => events.length);
  }

  test('reaches observers with all that goes to every member, until they end', () => {
    const ended: string[] = [];
    const observers = ['u2', 'u3', 'u4'].map((userId) =>
      Object.assign(new Member(userId), {
        ended: () => {
          ended.push(userId);
        },
      }),
    );
    const [first, ...others] = observers.map((it) => broadcast.observe(it));
    const counts = (): number[] => observers.map((it) => it.events.length);
    broadcast.toAll(event, bob);
    broadcast.to(['ada'], event);
    broadcast.toWatchers(event, bob);
    assert.deepEqual(
      [counts(), received()],
      [
        [1, 1, 1],
        [2, 0, 1],
      ],
    );
    first?.[Symbol.dispose]();
    broadcast.endObserversOf('u3');
    broadcast.toAll(event);
    assert.deepEqual([counts(), ended], [[1, 1, 2], ['u3']]);
    broadcast.close();
    broadcast.toAll(event);
    for (const other of others) {
      other[Symbol.dispose]();
    }
    assert.deepEqual(
      [counts(), ended],
      [
        [1, 1, 2],
        ['u3', 'u4'],
      ],
    );
  });

  test('reaches every member at the time, except the one given', () => {
    broadcast.toAll(event);
    broadcast.toAll(event, ada);
    members.delete('eve');
    broadcast.toAll(event);
    assert.equal(broadcast.size, 2);
    assert.deepEqual(received(), [2, 3, 2]);
    assert.equal(bob.events[0], event);
  });

  test('reaches the members of one user, except the one given', () => {
    broadcast.toUser('u2', event, ada);
    broadcast.toUser('u2', event, eve);
    broadcast.toUser('u3', event, ada);
    assert.deepEqual(received(), [0, 2, 1]);
  });

  test('reaches the members given, each once', () => {
    broadcast.to(['bob', 'eve', 'bob'], event);
    assert.deepEqual(received(), [0, 1, 1]);
  });

  test('reaches no member if one of those given is not in the room', () => {
    assert.throws(() => broadcast.to(['bob', 'dave'], event), {
      code: 'PEER_NOT_FOUND',
      message:
        'to: there is no peer "dave" in this room; the message was not sent',
    });
    assert.deepEqual(received(), [0, 0, 0]);
  });

  test('reaches watchers until they are removed, except the one given', () => {
    broadcast.addWatcher(ada);
    broadcast.addWatcher(bob);
    broadcast.toWatchers(event, eve);
    broadcast.toWatchers(event, ada);
    broadcast.removeWatcher(bob);
    broadcast.toWatchers(event, eve);
    assert.deepEqual(received(), [2, 2, 0]);
  });

  test('reaches no one once it is closed', () => {
    broadcast.addWatcher(ada);
    broadcast.close();
    broadcast.toAll(event);
    broadcast.to(['bob'], event);
    broadcast.toWatchers(event, eve);
    assert.deepEqual(received(), [0, 0, 0]);
  });
});
