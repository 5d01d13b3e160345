import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import * as fc from 'fast-check';

import { openGrants } from '../../lib/auth/Grants.ts';
import type { Grants } from '../../lib/auth/Grants.ts';
import type { Power } from '../../lib/auth/Permissions.ts';
import { AppError } from '../../lib/core/errors.ts';
import { PerNetworkLimit } from '../../lib/limits/PerNetworkLimit.ts';
import type { RoomEvent } from '../../lib/rooms/events.ts';
import { Lobby } from '../../lib/rooms/Lobby.ts';
import type {
  LobbyClient,
  LobbyEnd,
  LobbyPlace,
} from '../../lib/rooms/LobbyClient.ts';
import { liveLimits } from '../support/limits.ts';
import { chooseSeed } from '../support/seed.ts';

const RUNS = 2_000;

const MODERATORS = ['mia', 'max'];
const GUESTS = ['ada', 'bob', 'cem'];
/** A client with a power other than that over the lobby. */
const HELPER = 'hal';

function grantsWith(...moderate: Power[]): Grants {
  return { ...openGrants('p'), moderate };
}

/** A member, and the waiting clients that it was told about. */
class Member {
  readonly waiting = new Set<string>();
  closed = false;
  grants: Grants;

  constructor(grants: Grants) {
    this.grants = grants;
  }

  notify(event: RoomEvent): void {
    if (event.type === 'peerWaiting') {
      assert.ok(!this.waiting.has(event.waiting.peerId));
      this.waiting.add(event.waiting.peerId);
    } else if (event.type === 'peerWaitingLeft') {
      assert.ok(this.waiting.delete(event.peerId));
    }
  }
}

/** A client outside of the room. */
class Outsider implements LobbyClient {
  place: LobbyPlace | undefined;
  isAdmitted = false;
  end: LobbyEnd | undefined;

  waits(place: LobbyPlace): void {
    this.place = place;
  }

  moved(): void {}

  admitted(): void {
    this.isAdmitted = true;
  }

  ended(reason: LobbyEnd): void {
    this.end = reason;
  }
}

/** A room with a lobby, as the members and the clients before it see it. */
class Scene {
  readonly #elects: boolean;
  readonly #lobby: Lobby;
  readonly #members = new Map<string, Member>();
  readonly #outside = new Map<string, Outsider>();

  constructor(elects: boolean) {
    const limits = liveLimits({ waiting: 100, waitingPerAddress: 100 }).view;
    this.#elects = elects;
    this.#lobby = new Lobby(
      { elects, emptied: () => undefined, observe: () => undefined },
      {
        perRoom: () => 100,
        inAll: new PerNetworkLimit(
          limits,
          { inAll: 'waiting', perNetwork: 'waitingPerAddress' },
          'clients in lobbies',
        ),
      },
    );
    this.#lobby.set(true);
  }

  /** A client tries to join, and is a member or waits. */
  come(id: string): void {
    if (this.#members.has(id)) {
      return;
    }
    const grants = MODERATORS.includes(id)
      ? grantsWith('lobby')
      : id === HELPER
        ? grantsWith('mute')
        : grantsWith();
    const client = this.#outside.get(id) ?? new Outsider();
    const wasAdmitted = client.isAdmitted;
    const hosts = this.#hosts.length;
    const others = this.#outside.size - (this.#outside.has(id) ? 1 : 0);
    try {
      const newcomer = { id, network: 'n', grants, lobby: client };
      this.#lobby.require(newcomer, {});
      // Without an admission, a client enters only by a power, or if no member has the power.
      assert.ok(
        wasAdmitted ||
          MODERATORS.includes(id) ||
          (hosts === 0 && (this.#elects ? others === 0 : id === HELPER)),
        `${id} entered`,
      );
      this.#outside.delete(id);
      this.#lobby.joined(newcomer);
      const member = new Member(grants);
      if (this.#elects && this.#members.size === 0) {
        member.grants = grantsWith('lobby');
      }
      this.#members.set(id, member);
      this.#changed(member);
    } catch (error) {
      assert.ok(error instanceof AppError && error.code === 'IN_LOBBY');
      this.#outside.set(id, client);
    }
  }

  /** A member or a waiting client leaves. */
  go(id: string): void {
    const member = this.#members.get(id);
    if (member !== undefined) {
      member.closed = true;
      this.#members.delete(id);
      this.#lobby.memberChanged(member);
      this.#elect();
      this.#lobby.review();
      return;
    }
    const client = this.#outside.get(id);
    this.#outside.delete(id);
    client?.place?.leave();
  }

  /** A member becomes a moderator, or a moderator loses the power. */
  promote(id: string): void {
    const member = this.#members.get(id);
    if (member !== undefined) {
      const hasPower = member.grants.moderate.includes('lobby');
      member.grants = hasPower ? grantsWith() : grantsWith('lobby');
      this.#changed(member);
    }
  }

  admit(id: string): void {
    if (this.#waits(id) && this.#hosts.length > 0) {
      this.#lobby.admit(id);
    }
  }

  reject(id: string): void {
    if (this.#waits(id) && this.#hosts.length > 0) {
      this.#lobby.reject(id);
      assert.equal(this.#outside.get(id)?.end, 'rejected');
      this.#outside.delete(id);
    }
  }

  assertSound(): void {
    const waiting = Array.from(this.#outside)
      .filter(([, { isAdmitted }]) => !isAdmitted)
      .map(([id]) => id);
    assert.deepEqual(
      this.#lobby.waiting.map(({ peerId }) => peerId),
      waiting,
    );
    for (const host of this.#hosts) {
      assert.deepEqual(Array.from(host.waiting).toSorted(), waiting.toSorted());
    }
    if (this.#hosts.length === 0 && this.#outside.size > 0) {
      // Without a moderator, clients that can join without one do not wait.
      if (this.#elects) {
        assert.ok(waiting.length < this.#outside.size, 'one is let in');
      } else {
        assert.ok(!waiting.includes(HELPER));
      }
    }
  }

  close(): void {
    this.#lobby.close('closed');
  }

  get #hosts(): Member[] {
    return Array.from(this.#members.values()).filter(({ grants }) =>
      grants.moderate.includes('lobby'),
    );
  }

  #waits(id: string): boolean {
    return this.#outside.get(id)?.isAdmitted === false;
  }

  /** An open room gives the power to the member that has been there longest. */
  #elect(): void {
    const [oldest] = this.#members.values();
    if (this.#elects && this.#hosts.length === 0 && oldest !== undefined) {
      oldest.grants = grantsWith('lobby');
      this.#changed(oldest);
    }
  }

  #changed(member: Member): void {
    if (!member.grants.moderate.includes('lobby')) {
      member.waiting.clear();
    }
    this.#lobby.memberChanged(member);
    this.#elect();
    this.#lobby.review();
  }
}

const step = fc.record({
  act: fc.constantFrom('come', 'come', 'go', 'promote', 'admit', 'reject'),
  who: fc.constantFrom(...MODERATORS, ...GUESTS, HELPER),
});

function check(t: TestContext, elects: boolean): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const scene = new Scene(elects);
      try {
        for (const { act, who } of steps) {
          scene[act](who);
          scene.assertSound();
        }
      } finally {
        scene.close();
      }
    }),
    { seed: chooseSeed(t), numRuns: RUNS },
  );
}

describe('a lobby', () => {
  test('lets in the clients that a moderator admits, while moderators come, go and are appointed', (t) => {
    check(t, false);
  });

  test('of an open room is never without a way in', (t) => {
    check(t, true);
  });
});
