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
  /** The places that it was told of. */
  readonly moves: number[] = [];

  waits(place: LobbyPlace): void {
    this.place = place;
  }

  moved(position: number): void {
    this.moves.push(position);
  }

  admitted(): void {
    this.isAdmitted = true;
  }

  ended(reason: LobbyEnd): void {
    this.end = reason;
  }
}

/** A lobby that is switched on. */
function openLobby({
  elects = false,
  most = 100,
  emptied = () => undefined,
}: {
  elects?: boolean;
  most?: number;
  emptied?: () => void;
}): Lobby {
  const limits = liveLimits({ waiting: 100, waitingPerAddress: 100 }).view;
  const lobby = new Lobby(
    { elects, locked: false, emptied, observe: () => undefined },
    {
      perRoom: () => most,
      inAll: new PerNetworkLimit(
        limits,
        { inAll: 'waiting', perNetwork: 'waitingPerAddress' },
        'clients in lobbies',
      ),
    },
  );
  lobby.set(true);
  return lobby;
}

/** Clients that have come to a lobby one after the other, and wait. */
function line(lobby: Lobby, ...ids: string[]): Outsider[] {
  return ids.map((id) => {
    const client = new Outsider();
    assert.throws(() => ask(lobby, id, client), { code: 'IN_LOBBY' });
    return client;
  });
}

/** A guest asks to join. */
function ask(lobby: Lobby, id: string, client?: LobbyClient): void {
  const grants = grantsWith();
  lobby.require({ id, network: 'n', grants, lobby: client }, { userId: id });
}

/** A room with a lobby, as the members and the clients before it see it. */
class Scene {
  readonly #elects: boolean;
  readonly #lobby: Lobby;
  readonly #members = new Map<string, Member>();
  readonly #outside = new Map<string, Outsider>();

  constructor(elects: boolean) {
    this.#elects = elects;
    this.#lobby = openLobby({ elects });
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

describe('the clients in a lobby', () => {
  test('learn their places a second after others have left', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const lobby = openLobby({});
    const [ada, bob, cem] = line(lobby, 'ada', 'bob', 'cem');
    assert.deepEqual(
      [ada, bob, cem].map((it) => it?.place?.position),
      [1, 2, 3],
    );
    lobby.admit('ada');
    assert.equal(ada?.place?.position, 0);
    bob?.place?.leave();
    t.mock.timers.tick(999);
    assert.deepEqual(cem?.moves, []);
    t.mock.timers.tick(1);
    assert.deepEqual([ada?.moves, bob?.moves, cem.moves], [[], [], [1]]);
    lobby.reject('cem');
    lobby.close('closed');
    t.mock.timers.tick(1_000);
  });

  test('give their place up to a newer connection, at the end of the line', () => {
    const lobby = openLobby({});
    const [old] = line(lobby, 'ada', 'bob');
    const [renewed] = line(lobby, 'ada');
    assert.equal(old?.end, 'replaced');
    assert.equal(renewed?.place?.position, 2);
    old.place?.leave();
    const { id, network, grants } = {
      id: 'ada',
      network: 'n',
      grants: grantsWith(),
    };
    lobby.joined({ id, network, grants, lobby: old });
    assert.deepEqual(
      lobby.waiting.map(({ peerId }) => peerId),
      ['bob', 'ada'],
    );
    lobby.close('closed');
  });

  test('of an open room are let in one at a time while it has no moderator', () => {
    const lobby = openLobby({ elects: true });
    const host = new Member(grantsWith('lobby'));
    lobby.memberChanged(host);
    const [ada, bob] = line(lobby, 'ada', 'bob');
    host.closed = true;
    lobby.memberChanged(host);
    lobby.review();
    assert.deepEqual([ada?.isAdmitted, bob?.isAdmitted], [true, false]);
    const [renewed] = line(lobby, 'ada');
    assert.deepEqual([bob?.isAdmitted, renewed?.isAdmitted], [true, false]);
    lobby.close('closed');
  });

  test('are limited in number, except for those that replace one', () => {
    const lobby = openLobby({ most: 1 });
    line(lobby, 'ada');
    assert.throws(() => ask(lobby, 'bob', new Outsider()), {
      code: 'ROOM_FULL',
      message: /^rooms\.maxWaiting: expected at most 1 clients/,
    });
    line(lobby, 'ada');
    lobby.close('closed');
  });

  test('need a contract that has words for it', () => {
    const lobby = openLobby({});
    assert.throws(() => ask(lobby, 'ada'), { code: 'ROOM_HAS_LOBBY' });
    assert.equal(lobby.occupied, false);
  });

  test('are all let in when it is switched off', () => {
    const lobby = openLobby({});
    const clients = line(lobby, 'ada', 'bob');
    lobby.set(false);
    assert.ok(clients.every(({ isAdmitted }) => isAdmitted));
    assert.throws(() => lobby.admit('ada'), { code: 'PEER_NOT_FOUND' });
    ask(lobby, 'cem');
    lobby.close('closed');
  });

  test('are turned away by a ban, and by a removal', () => {
    let emptied = 0;
    const lobby = openLobby({ emptied: () => (emptied += 1) });
    const [ada, bob] = line(lobby, 'ada', 'bob');
    const ban = {
      id: 'ban',
      roomId: 'room',
      spared: [],
      peerId: '',
      displayName: '',
      bannedBy: 'mia',
      expiresAt: undefined,
    };
    lobby.enforce({ ...ban, userId: 'eve' });
    assert.deepEqual([ada?.end, bob?.end], [undefined, undefined]);
    lobby.enforce({ ...ban, userId: 'ada' });
    assert.equal(ada?.end, 'banned');
    assert.equal(emptied, 0);
    lobby.enforce({ ...ban, network: 'n', issuedUntil: new Date() });
    assert.equal(bob?.end, undefined, 'it is on no network');
    lobby.enforce({ ...ban, userId: 'bob' });
    assert.equal(bob?.end, 'banned');
    assert.equal(emptied, 1);
    lobby.close('closed');
  });

  test('leave the room empty when the last has left or is turned away', () => {
    let emptied = 0;
    const lobby = openLobby({ emptied: () => (emptied += 1) });
    const [ada] = line(lobby, 'ada', 'bob');
    ada?.place?.leave();
    ada?.place?.leave();
    assert.equal(emptied, 0);
    lobby.reject('bob');
    assert.equal(emptied, 1);
    const [cem] = line(lobby, 'cem');
    cem?.place?.leave();
    assert.equal(emptied, 2);
  });

  test('are told the reason for which the room closes', () => {
    const lobby = openLobby({});
    const clients = line(lobby, 'ada', 'bob');
    lobby.close('shutdown');
    assert.deepEqual(
      clients.map(({ end }) => end),
      ['shutdown', 'shutdown'],
    );
    assert.equal(lobby.occupied, false);
  });
});
