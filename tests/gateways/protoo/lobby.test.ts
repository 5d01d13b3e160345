import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { JsonClient } from '../../support/JsonClient.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';

const IN_LOBBY = { code: 423, errorName: 'IN_LOBBY' };

const REJECTED = {
  code: 4000,
  reason: 'rejected: a moderator did not let the peer in',
};

/** Clients of one server, which end with each test. */
class Clients {
  readonly #server: Server;
  readonly #all: ProtooClient[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  async connect(room: string, peerId: string, claims = {}) {
    const client = await ProtooClient.connect(
      this.#server.url,
      room,
      peerId,
      bearing(peerToken(peerId, { room, ...claims })),
    );
    this.#all.push(client);
    return client;
  }

  /** Connects and joins. */
  async join(room: string, peerId: string, claims = {}) {
    const client = await this.connect(room, peerId, claims);
    return Object.assign(client, { joined: await join(client) });
  }

  /** Connects, and waits in the lobby. */
  async wait(room: string, peerId: string, claims = {}) {
    const client = await this.connect(room, peerId, claims);
    await assert.rejects(join(client), IN_LOBBY);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.splice(0).map((it) => it.close()));
  }
}

function join(client: ProtooClient, displayName = client.peerId.toUpperCase()) {
  const { roomId, peerId } = client;
  return client.request('joinRoom', { roomId, peerId, displayName });
}

/** The notifications of some names, with the peer or the place that they tell. */
function all(client: ProtooClient, ...methods: string[]): unknown[] {
  return client.notifications
    .filter(({ method }) => methods.includes(method))
    .map(({ method, data }) => [
      method,
      data['peerId'] ?? data['position'],
      ...(data['reason'] === undefined ? [] : [data['reason']]),
    ]);
}

const MODERATOR = { role: 'moderator' };

describe('a lobby of a protoo room', () => {
  let server: Server;
  let clients: Clients;

  before(async () => {
    server = await startServer({
      ...tokensOnly,
      rooms: { maxWaiting: 3 },
      limits: { waiting: 5, waitingPerAddress: 4 },
    });
    clients = new Clients(server);
  });

  afterEach(() => clients.close());

  after(() => server.close());

  /** Opens a room with a lobby, and its moderator. */
  async function openLobby(room: string) {
    const ada = await clients.join(room, 'ada', MODERATOR);
    await ada.request('setLobby', { enabled: true });
    return ada;
  }

  test('is announced, and shown to those who join', async () => {
    const bob = await clients.join('announced', 'bob');
    assert.equal(bob.joined.lobby, false);
    await openLobby('announced');
    assert.deepEqual(await bob.notified('roomUpdated'), {
      lobby: true,
      by: 'ada',
    });
    const eve = await clients.join('announced', 'eve', MODERATOR);
    assert.equal(eve.joined.lobby, true);
  });

  test('holds a client back until it is let in, and no place of the room', async () => {
    const ada = await openLobby('admit');
    const bob = await clients.wait('admit', 'bob');
    assert.deepEqual(await bob.notified('lobby'), { position: 1 });
    const { waitingSince, ...waiting } = await ada.notified('peerWaiting');
    assert.deepEqual(waiting, {
      peerId: 'bob',
      displayName: 'BOB',
      device: {},
    });
    assert.ok(Math.abs(Date.now() - Number(waitingSince)) < 60_000);
    assert.deepEqual(Array.from(server.registry.get('admit').peers.keys()), [
      'ada',
    ]);
    await assert.rejects(
      bob.request('createWebRtcTransport', { direction: 'send' }),
      { errorName: 'NOT_JOINED' },
    );
    await assert.rejects(join(bob), IN_LOBBY);
    await ada.request('admitPeer', { peerId: 'bob' });
    assert.deepEqual(await bob.notified('admitted'), {});
    const { peers } = await join(bob);
    assert.deepEqual(
      peers?.map(({ peerId }) => peerId),
      ['ada'],
    );
    await ada.notified('peerJoined');
    assert.deepEqual(all(ada, 'peerWaiting', 'peerWaitingLeft', 'peerJoined'), [
      ['peerWaiting', 'bob'],
      ['peerWaitingLeft', 'bob', 'admitted'],
      ['peerJoined', 'bob'],
    ]);
    assert.equal(
      bob.frames.some((it) => it['method'] === 'admitted' && 'seq' in it),
      false,
    );
  });

  test('turns a client away for good', async () => {
    const ada = await openLobby('reject');
    const bob = await clients.wait('reject', 'bob');
    await ada.request('rejectPeer', { peerId: 'bob' });
    assert.deepEqual(await bob.closed, REJECTED);
    assert.deepEqual(await bob.notified('closing'), {
      ...REJECTED,
      name: 'rejected',
    });
    await ada.request('ping');
    assert.deepEqual(all(ada, 'peerWaitingLeft'), [
      ['peerWaitingLeft', 'bob', 'rejected'],
    ]);
    await assert.rejects(ada.request('admitPeer', { peerId: 'bob' }), {
      errorName: 'PEER_NOT_FOUND',
      message: 'peerId: no peer "bob" waits in the lobby',
    });
  });

  test('tells those behind one who goes that they have moved', async () => {
    const ada = await openLobby('places');
    const bob = await clients.wait('places', 'bob');
    const eve = await clients.wait('places', 'eve');
    const dan = await clients.wait('places', 'dan');
    assert.deepEqual(await dan.notified('lobby'), { position: 3 });
    await bob.close();
    await ada.notified('peerWaitingLeft');
    await ada.request('admitPeer', { peerId: 'eve' });
    await dan.notified('lobby', ({ position }) => position === 1);
    assert.deepEqual(all(dan, 'lobby'), [
      ['lobby', 3],
      ['lobby', 1],
    ]);
    assert.deepEqual(all(eve, 'lobby'), [['lobby', 2]]);
    assert.deepEqual(all(ada, 'peerWaitingLeft'), [
      ['peerWaitingLeft', 'bob', 'left'],
      ['peerWaitingLeft', 'eve', 'admitted'],
    ]);
  });

  test('lets in all at once, when asked to and when it is switched off', async () => {
    const ada = await openLobby('all');
    const bob = await clients.wait('all', 'bob');
    const eve = await clients.wait('all', 'eve');
    await ada.request('admitAll');
    await Promise.all([bob, eve].map((it) => it.notified('admitted')));
    await Promise.all([bob, eve].map((it) => join(it)));
    const dan = await clients.wait('all', 'dan');
    await ada.request('setLobby', { enabled: false });
    await dan.notified('admitted');
    await join(dan);
    const zoe = await clients.join('all', 'zoe');
    assert.equal(zoe.joined.lobby, false);
  });

  test('is shown to each moderator, however it became one', async () => {
    const ada = await openLobby('moderators');
    const bob = await clients.join('moderators', 'bob', MODERATOR);
    const member = { grants: { moderate: [] } };
    await ada.request('setLobby', { enabled: false });
    const eve = await clients.join('moderators', 'eve', member);
    await ada.request('setLobby', { enabled: true });
    await clients.wait('moderators', 'dan');
    await clients.wait('moderators', 'zoe');
    await bob.notified('peerWaiting', ({ peerId }) => peerId === 'zoe');
    await eve.request('ping');
    const both = [
      ['peerWaiting', 'dan'],
      ['peerWaiting', 'zoe'],
    ];
    assert.deepEqual(all(bob, 'peerWaiting'), both);
    assert.deepEqual(all(eve, 'peerWaiting'), []);
    await ada.request('setRole', { peerId: 'eve', role: 'moderator' });
    await eve.request('ping');
    assert.deepEqual(all(eve, 'peerWaiting'), both);
    const ivy = await clients.join('moderators', 'ivy', MODERATOR);
    await ivy.request('ping');
    assert.deepEqual(all(ivy, 'peerWaiting'), both);
    // The first leaves and the second loses its power; the others go on.
    await ada.close();
    await ivy.request('setRole', { peerId: 'bob', role: 'member' });
    await eve.request('rejectPeer', { peerId: 'dan' });
    await ivy.notified('peerWaitingLeft');
    await bob.request('ping');
    assert.deepEqual(all(bob, 'peerWaitingLeft'), []);
  });

  test('lets in those with other powers once no one is there to do it', async () => {
    const ada = await openLobby('abandoned');
    const bob = await clients.wait('abandoned', 'bob');
    const eve = await clients.wait('abandoned', 'eve', {
      grants: { moderate: ['mute'] },
    });
    await ada.close();
    await eve.notified('admitted');
    await join(eve);
    await assert.rejects(join(bob), IN_LOBBY);
    // A moderator does not wait, and is told about the client that still does.
    const dan = await clients.join('abandoned', 'dan', MODERATOR);
    await dan.request('ping');
    assert.deepEqual(all(dan, 'peerWaiting'), [['peerWaiting', 'bob']]);
  });

  test('of a locked room lets in only those who may enter it', async () => {
    const ada = await openLobby('deserted');
    // Keeps the room open, without any power.
    const member = await clients.connect('deserted', 'max');
    await assert.rejects(join(member), IN_LOBBY);
    await ada.request('admitPeer', { peerId: 'max' });
    await join(member);
    const bob = await clients.wait('deserted', 'bob', {
      grants: { moderate: ['mute'] },
    });
    const eve = await clients.wait('deserted', 'eve', {
      grants: { moderate: ['lock'] },
    });
    await ada.request('lockRoom', { locked: true });
    await ada.close();
    await eve.notified('admitted');
    await join(eve);
    await bob.request('ping');
    assert.deepEqual(all(bob, 'admitted'), []);
    await eve.request('lockRoom', { locked: false });
    await bob.notified('admitted');
    await join(bob);
  });

  test('outlasts the last member for those who wait, and not longer', async () => {
    const ada = await openLobby('empty');
    const bob = await clients.wait('empty', 'bob');
    await ada.close();
    await assert.rejects(join(bob), IN_LOBBY);
    const again = await clients.join('empty', 'ada', MODERATOR);
    await again.request('ping');
    assert.deepEqual(all(again, 'peerWaiting'), [['peerWaiting', 'bob']]);
    await again.request('rejectPeer', { peerId: 'bob' });
    await again.request('leaveRoom');
    assert.equal(server.registry.rooms.has('empty'), false);
  });

  test('ends with the room', async () => {
    const ada = await openLobby('closed');
    const bob = await clients.wait('closed', 'bob');
    await ada.request('closeRoom');
    assert.deepEqual(await bob.closed, {
      code: 4000,
      reason: 'closed: a moderator closed the room',
    });
  });

  test('ends for those whom a ban keeps out, and for no one else', async () => {
    const ada = await openLobby('banned');
    const bob = await clients.wait('banned', 'bob');
    const eve = await clients.wait('banned', 'eve');
    const ban = {
      roomId: 'banned',
      spared: [],
      peerId: '',
      displayName: '',
      bannedBy: 'root',
      expiresAt: undefined,
    };
    server.bans.add({ ...ban, userId: 'bob' });
    assert.equal((await bob.closed).code, 4000);
    assert.equal((await bob.notified('closing'))['name'], 'banned');
    await eve.request('ping');
    await eve.notified('lobby', ({ position }) => position === 1);
    assert.deepEqual(all(ada, 'peerWaitingLeft'), [
      ['peerWaitingLeft', 'bob', 'rejected'],
    ]);
    await assert.rejects(clients.join('banned', 'bob'), {
      errorName: 'BANNED',
    });
    // Ada, who is in the room, is left alone by a ban of the network.
    server.bans.add({ ...ban, network: '127.0.0.1' });
    assert.equal((await eve.notified('closing'))['name'], 'banned');
    await ada.request('ping');
    const { waiting } = server.registry.get('banned').lobby;
    assert.deepEqual(waiting, []);
  });

  test('takes a newer connection in place of an older one of the same peer', async () => {
    const ada = await openLobby('twice');
    const older = await clients.wait('twice', 'bob');
    const newer = await clients.wait('twice', 'bob');
    assert.equal((await older.closed).code, 4000);
    assert.equal((await older.notified('closing'))['name'], 'replaced');
    await ada.request('admitPeer', { peerId: 'bob' });
    await newer.notified('admitted');
    await join(newer);
    assert.deepEqual(all(ada, 'peerWaitingLeft'), [
      ['peerWaitingLeft', 'bob', 'left'],
      ['peerWaitingLeft', 'bob', 'admitted'],
    ]);
  });

  test('keeps its room open for a newer connection of the only peer', async () => {
    const ada = await openLobby('alone');
    await clients.wait('alone', 'bob');
    await ada.close();
    await clients.wait('alone', 'bob');
    const again = await clients.join('alone', 'ada', MODERATOR);
    await again.request('ping');
    assert.deepEqual(all(again, 'peerWaiting'), [['peerWaiting', 'bob']]);
  });

  test('opens no locked room', async () => {
    const ada = await openLobby('locked');
    const bob = await clients.wait('locked', 'bob');
    await ada.request('lockRoom', { locked: true });
    const locked = { code: 423, errorName: 'ROOM_LOCKED' };
    await assert.rejects(clients.join('locked', 'eve'), locked);
    await assert.rejects(ada.request('admitPeer', { peerId: 'bob' }), locked);
    await assert.rejects(ada.request('admitAll'), locked);
    const off = { enabled: false };
    await assert.rejects(ada.request('setLobby', off), locked);
    await bob.request('ping').catch(() => undefined);
    assert.deepEqual(all(bob, 'admitted'), []);
    await ada.request('lockRoom', { locked: false });
    await ada.request('admitPeer', { peerId: 'bob' });
    await bob.notified('admitted');
    await join(bob);
    await ada.request('lockRoom', { locked: true });
    // Where no one waits, it is switched off in a locked room as well.
    await ada.request('setLobby', off);
    const { lobby } = server.registry.get('locked');
    assert.equal(lobby.enabled, false);
  });

  test('is bounded for a room, a network and the server', async () => {
    await openLobby('full');
    for (const peerId of ['bob', 'eve', 'dan']) {
      await clients.wait('full', peerId);
    }
    await assert.rejects(clients.join('full', 'zoe'), {
      code: 409,
      errorName: 'ROOM_FULL',
      message:
        'rooms.maxWaiting: expected at most 3 clients in the lobby, and that many wait; try again later',
    });
    await openLobby('full-2');
    await clients.wait('full-2', 'bob');
    await assert.rejects(clients.join('full-2', 'eve'), {
      errorName: 'LIMIT_REACHED',
    });
    // A newer connection of the same peer takes no second place.
    await clients.wait('full-2', 'bob');
  });

  test('refuses clients of other contracts, with a code', async () => {
    const room = 'other-contracts';
    await openLobby(room);
    const eve = await JsonClient.as(server.url, 'eve');
    await assert.rejects(eve.request('joinRoom', { roomId: room }), {
      error: 'ROOM_FULL',
      message:
        'the room has a lobby, and clients of this contract cannot wait in it',
    });
    await eve.close();
  });

  test('needs the power for each request, and any other power is none', async () => {
    const ada = await openLobby('needs');
    const bob = await clients.wait('needs', 'bob');
    const eve = await clients
      .join('needs', 'eve', {
        grants: { moderate: ['mute'] },
      })
      .catch((error: unknown) => error);
    assert.equal((eve as { errorName?: string }).errorName, 'IN_LOBBY');
    await ada.request('admitAll');
    await bob.notified('admitted');
    await join(bob);
    for (const [method, data] of [
      ['setLobby', { enabled: false }],
      ['admitPeer', { peerId: 'eve' }],
      ['admitAll', {}],
      ['rejectPeer', { peerId: 'eve' }],
    ] as const) {
      await assert.rejects(
        bob.request(method, data),
        {
          code: 403,
          message:
            'permissions: expected moderate of "lobby", which the client does not have',
        },
        method,
      );
    }
  });
});

describe('a client that waits', () => {
  test('may take longer than one that only connects, until it is let in', async () => {
    const server = await startServer({
      ...tokensOnly,
      signalling: { joinTimeout: 1_000 },
      limits: { pendingConnections: 2, pendingConnectionsPerAddress: 2 },
    });
    const clients = new Clients(server);
    const ada = await clients.join('patient', 'ada', MODERATOR);
    await ada.request('setLobby', { enabled: true });
    const bob = await clients.wait('patient', 'bob');
    const eve = await clients.wait('patient', 'eve');
    // Waiting clients take no places of connecting ones.
    const [dan, zoe] = await Promise.all([
      clients.connect('patient', 'dan'),
      clients.connect('patient', 'zoe'),
    ]);
    // These do not join, and show when the time is over.
    await Promise.all([dan.closed, zoe.closed]);
    await bob.request('ping');
    await ada.request('admitPeer', { peerId: 'bob' });
    await bob.notified('admitted');
    assert.deepEqual(await bob.closed, {
      code: 1008,
      reason: 'no room was joined within 1000 ms',
    });
    await eve.request('ping');
    await clients.close();
    await server.close();
  });

  test('is told when the server stops', async () => {
    const server = await startServer(tokensOnly);
    const clients = new Clients(server);
    const ada = await clients.join('stopping', 'ada', MODERATOR);
    await ada.request('setLobby', { enabled: true });
    const bob = await clients.wait('stopping', 'bob');
    void server.registry.drain(Date.now() + 60_000);
    await ada.close();
    assert.deepEqual(await bob.closed, {
      code: 1012,
      reason: 'the server has been drained and is stopping',
    });
    await clients.close();
    await server.close();
  });
});

describe('a lobby on an open server', () => {
  test('lets in the first that waits when no moderator is left', async () => {
    const server = await startServer();
    const clients = new Clients(server);
    const ada = await clients.join('open', 'ada');
    await ada.request('setLobby', { enabled: true });
    const bob = await clients.wait('open', 'bob');
    const eve = await clients.wait('open', 'eve');
    await ada.close();
    await bob.notified('admitted');
    const { self } = await join(bob);
    assert.equal(self.role, 'moderator');
    await bob.request('ping');
    assert.deepEqual(all(bob, 'peerWaiting'), [['peerWaiting', 'eve']]);
    assert.deepEqual(all(eve, 'admitted'), []);
    await bob.request('admitPeer', { peerId: 'eve' });
    await eve.notified('admitted');
    await clients.close();
    await server.close();
  });

  test('lets in the next if the first does not come', async () => {
    const server = await startServer();
    const clients = new Clients(server);
    const ada = await clients.join('open', 'ada');
    await ada.request('setLobby', { enabled: true });
    const bob = await clients.wait('open', 'bob');
    const eve = await clients.wait('open', 'eve');
    await ada.close();
    await bob.notified('admitted');
    await bob.close();
    await eve.notified('admitted');
    assert.equal((await join(eve)).self.role, 'moderator');
    await clients.close();
    await server.close();
  });

  test('lets in the next if the first comes again by a newer connection', async () => {
    const server = await startServer();
    const clients = new Clients(server);
    const ada = await clients.join('open', 'ada');
    await ada.request('setLobby', { enabled: true });
    const bob = await clients.wait('open', 'bob');
    const eve = await clients.wait('open', 'eve');
    await ada.close();
    await bob.notified('admitted');
    const again = await clients.wait('open', 'bob');
    await eve.notified('admitted');
    assert.deepEqual(all(again, 'admitted'), []);
    assert.equal((await join(eve)).self.role, 'moderator');
    await clients.close();
    await server.close();
  });

  test('lets in the only one by a newer connection as well', async () => {
    const server = await startServer();
    const clients = new Clients(server);
    const ada = await clients.join('open', 'ada');
    await ada.request('setLobby', { enabled: true });
    const bob = await clients.wait('open', 'bob');
    await ada.close();
    await bob.notified('admitted');
    const again = await clients.join('open', 'bob');
    assert.equal(again.joined.self.role, 'moderator');
    assert.equal((await bob.notified('closing'))['name'], 'replaced');
    const { peers } = server.registry.get('open');
    assert.deepEqual(Array.from(peers.keys()), ['bob']);
    await clients.close();
    await server.close();
  });
});
