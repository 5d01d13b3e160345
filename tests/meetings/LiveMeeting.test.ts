import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import * as fc from 'fast-check';

import { AppError } from '../../lib/core/errors.ts';
import { LOCAL_ROOMS } from '../../lib/cluster/RoomDirectory.ts';
import { LiveMeetings } from '../../lib/meetings/LiveMeetings.ts';
import type {
  MeetingEnd,
  MeetingEvent,
  MeetingSocket,
  PersonView,
} from '../../lib/meetings/types.ts';
import { chooseSeed } from '../support/seed.ts';

/** The number of random stories that are tried. */
const RUNS = 2_000;

const PEOPLE = ['ada', 'bob', 'cem', 'dee'];

const MOST = 3;

/** The entry of a person of whom nothing is known. */
const anyone = { name: '', known: {}, ticketHash: undefined };

/** A socket that knows of the others what it was told. */
class Listener implements MeetingSocket {
  readonly peerId: string;
  /** The others, by their ids. */
  readonly known = new Map<string, PersonView>();
  readonly signals: string[] = [];
  ended: MeetingEnd | undefined;

  constructor(peerId: string) {
    this.peerId = peerId;
  }

  deliver(event: MeetingEvent): void {
    assert.equal(this.ended, undefined, 'expected no event after the end');
    switch (event.type) {
      case 'joined': {
        const { peerId, name, sfu } = event;
        assert.notEqual(peerId, this.peerId);
        this.known.set(peerId, { peerId, name, sfu });
        break;
      }
      case 'left':
        assert.ok(this.known.delete(event.peerId), 'expected a known peer');
        break;
      case 'signal':
        this.signals.push(event.from);
    }
  }

  end(reason: MeetingEnd): void {
    assert.equal(this.ended, undefined, 'expected one end');
    this.ended = reason;
  }
}

type Step =
  | { act: 'enter' | 'leave' | 'enterRoom' | 'leaveRoom'; who: number }
  | { act: 'signal'; who: number; to: number }
  | { act: 'closeRoom' };

const who = fc.nat(PEOPLE.length - 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    act: fc.constantFrom('enter', 'leave', 'enterRoom', 'leaveRoom'),
    who,
  }) as fc.Arbitrary<Step>,
  fc.record({ act: fc.constant('signal'), who, to: who }) as fc.Arbitrary<Step>,
  fc.record({ act: fc.constant('closeRoom') }) as fc.Arbitrary<Step>,
);

/** The refusal of an action; undefined if it is done. */
function refusalOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error.code;
  }
}

/** A meeting, with what has to be so by all that was done. */
class Model {
  readonly meetings = new LiveMeetings(LOCAL_ROOMS);
  readonly sockets = new Map<string, Listener>();
  readonly inRoom = new Set<string>();

  get people(): Set<string> {
    return new Set([...this.sockets.keys(), ...this.inRoom]);
  }

  do(it: Step): void {
    const live = this.meetings.obtain('meeting');
    using _place = live.hold();
    if (it.act === 'closeRoom') {
      live.roomClosed();
      this.inRoom.clear();
      return;
    }
    const id = PEOPLE[it.who] ?? assert.fail();
    switch (it.act) {
      case 'enter':
        this.#enter(id);
        break;
      case 'leave': {
        const socket = this.sockets.get(id);
        live.leave(id, socket ?? new Listener(id));
        this.sockets.delete(id);
        break;
      }
      case 'enterRoom':
        live.enterRoom(id, `${id} in the room`);
        this.inRoom.add(id);
        break;
      case 'leaveRoom':
        live.leaveRoom(id);
        this.inRoom.delete(id);
        break;
      case 'signal':
        this.#signal(id, PEOPLE[it.to] ?? assert.fail());
    }
  }

  /** Asserts that each socket knows exactly the others who are there. */
  assertKnown(): void {
    for (const [id, socket] of this.sockets) {
      const others = Array.from(this.people).filter((it) => it !== id);
      const expected = others.map((peerId): [string, PersonView] => {
        const sfu = this.inRoom.has(peerId);
        return [
          peerId,
          { peerId, name: sfu ? `${peerId} in the room` : peerId, sfu },
        ];
      });
      const sorted = (entries: Iterable<[string, PersonView]>) =>
        Array.from(entries).toSorted(([a], [b]) => a.localeCompare(b));
      assert.deepEqual(sorted(socket.known), sorted(expected));
    }
    const { inRoom, bySocketAlone } = this.meetings.counts;
    assert.equal(inRoom, this.inRoom.size);
    assert.equal(inRoom + bySocketAlone, this.people.size);
    // One that nobody is in is not kept.
    const isKept = this.meetings.get('meeting') !== undefined;
    assert.equal(isKept, this.people.size > 0);
  }

  #enter(id: string): void {
    const older = this.sockets.get(id);
    const socket = new Listener(id);
    const isFull = this.people.size >= MOST && !this.people.has(id);
    const live = this.meetings.obtain('meeting');
    const refusal = refusalOf(() => {
      const entry = {
        socket,
        name: id,
        known: {},
        ticketHash: `ticket of ${id}`,
      };
      for (const other of live.enter(id, entry, MOST)) {
        socket.known.set(other.peerId, other);
      }
    });
    assert.equal(refusal, isFull ? 'SESSION_FULL' : undefined);
    if (refusal === undefined) {
      assert.equal(older?.ended, older && 'replaced');
      this.sockets.set(id, socket);
    }
  }

  #signal(from: string, to: string): void {
    const live = this.meetings.obtain('meeting');
    const target = this.sockets.get(to);
    const before = target?.signals.length ?? 0;
    const refusal = refusalOf(() =>
      live.signal(from, { kind: 'offer', to, fields: {} }),
    );
    if (from === to || !this.people.has(to)) {
      assert.equal(refusal, 'PEER_NOT_FOUND');
    } else if (target === undefined) {
      assert.equal(refusal, 'PEER_UNREACHABLE');
    } else {
      assert.equal(refusal, undefined);
      assert.deepEqual(target.signals.slice(before), [from]);
    }
  }
}

describe('a live meeting', () => {
  test('tells each socket of all others, whichever way they come and go', (t) => {
    const seed = chooseSeed(t);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const model = new Model();
        for (const it of steps) {
          model.do(it);
          model.assertKnown();
        }
      }),
      { seed, numRuns: RUNS },
    );
  });

  test('keeps the place of a person with a newer socket, if it is overfull', () => {
    const model = new Model();
    for (const who of [1, 2, 3]) {
      model.do({ act: 'enter', who });
    }
    model.do({ act: 'enterRoom', who: 0 });
    model.do({ act: 'enter', who: 1 });
    model.assertKnown();
  });

  test('admits nobody once it has ended, who was about to enter', () => {
    const meetings = new LiveMeetings(LOCAL_ROOMS);
    const live = meetings.obtain('meeting');
    const inside = new Listener('ada');
    using _place = live.hold();
    live.enter('ada', { socket: inside, ...anyone }, 9);
    meetings.end('meeting');
    assert.equal(inside.ended, 'ended');
    const late = new Listener('bob');
    const entry = { socket: late, ...anyone };
    assert.equal(
      refusalOf(() => live.enter('bob', entry, 9)),
      'SESSION_NOT_FOUND',
    );
    assert.equal(meetings.get('meeting'), undefined);
  });

  test('refuses an id that somebody else has', () => {
    const live = new LiveMeetings(LOCAL_ROOMS).obtain('meeting');
    const enter = (ticketHash: string | undefined) =>
      refusalOf(() =>
        live.enter(
          'ada',
          { ...anyone, socket: new Listener('ada'), ticketHash },
          9,
        ),
      );
    assert.equal(enter('one'), undefined);
    assert.equal(enter('two'), 'PEER_ID_TAKEN');
    assert.equal(enter(undefined), 'PEER_ID_TAKEN');
    assert.equal(enter('one'), undefined);
  });
});
