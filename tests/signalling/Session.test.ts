import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { z } from 'zod';

import { openGrants } from '../../lib/auth/Grants.ts';
import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import { Logger } from '../../lib/core/logger.ts';
import { OpenRequests } from '../../lib/core/OpenRequests.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { SampledLog } from '../../lib/limits/SampledLog.ts';
import type { Joined } from '../../lib/rooms/Room.ts';
import { handshakeLimits } from '../../lib/signalling/handshakeLimits.ts';
import { Session } from '../../lib/signalling/Session.ts';
import type { SessionContext } from '../../lib/signalling/Session.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { MemoryLink } from '../support/MemoryLink.ts';
import { peerOptions, Rooms } from '../support/rooms.ts';

const ROOM = 'r';

/** A session of no contract, with the methods of the others. */
class BareSession extends Session {
  override readonly gateway = 'bare';
  override readonly grants;
  declare readonly link: MemoryLink;

  constructor(context: SessionContext, id: string, expiresAt?: number) {
    super(new MemoryLink(), context);
    this.grants = {
      ...openGrants(id),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }

  begin(): void {
    this.startEvents();
  }

  register(): void {
    this.registerUser();
  }

  /** Joins by way of the registry, which creates the room if necessary. */
  async enter(): Promise<void> {
    const { userId } = this.grants.identity;
    await this.join(ROOM, (client, enter) =>
      this.context.registry.join(
        ROOM,
        { ...peerOptions(userId), resumeTimeout: 60_000, ...client },
        enter,
      ),
    );
  }
}

describe('a session', () => {
  let rooms: Rooms;
  let context: SessionContext;
  let log: SampledLog;

  before(async () => {
    rooms = await Rooms.open();
    const { view } = new LiveConfig(testConfig());
    log = new SampledLog(new Logger('test'), () => 1);
    context = {
      registry: rooms.registry,
      presence: rooms.server.presence,
      config: view,
      log,
      metrics: new Metrics(),
      requests: new OpenRequests(),
      ...handshakeLimits(view.limits),
    };
  });

  after(async () => {
    log.close();
    await rooms.close();
  });

  beforeEach(() => {
    assert.equal(rooms.registry.rooms.size, 0);
    assert.equal(context.pending.use.used, 0);
  });

  const gone = {
    code: 'PEER_CLOSED',
    message: 'the connection closed while joining',
  };

  test('leaves no room behind when its link closes while the room is created', async () => {
    const session = new BareSession(context, 'ada');
    const joining = session.enter();
    session.link.end(true);
    await assert.rejects(joining, gone);
    assert.equal(session.joined, false);
    assert.equal(rooms.registry.rooms.size, 0);
  });

  test('is not seen by members when its link closes while it joins', async () => {
    const { peer: host, events } = await rooms.join(ROOM, 'host');
    const session = new BareSession(context, 'ada');
    const joining = session.enter();
    session.link.end(false);
    await assert.rejects(joining, gone);
    assert.deepEqual(events, []);
    host.close('left');
  });

  test('takes no way into a room that it finds at once when its link has closed', async () => {
    const { peer: host, events } = await rooms.join(ROOM, 'host');
    const session = new BareSession(context, 'ada');
    session.link.end(false);
    const joining = session.join(ROOM, (client, enter) =>
      enter(() =>
        rooms.registry.get(ROOM).join({ ...peerOptions('ada'), ...client }),
      ),
    );
    await assert.rejects(joining, gone);
    assert.deepEqual(events, []);
    host.close('left');
  });

  test('counts a request for the server and for its peer until it is answered', async () => {
    const session = new BareSession(context, 'ada');
    await session.enter();
    const order: string[] = [];
    const request = session.beginRequest();
    const waits = [
      context.requests.answered().then(() => order.push('server')),
      session.link.requests.answered().then(() => order.push('link')),
      session.peer.answered().then(() => order.push('peer')),
    ];
    await session.enter().catch(() => order.push('refused'));
    request[Symbol.dispose]();
    await Promise.all(waits);
    assert.deepEqual(order.toSorted(), ['link', 'peer', 'refused', 'server']);
    assert.equal(order[0], 'refused');
    session.link.end(false);
  });

  test('has its peer in the same turn in which the peer joins', async () => {
    const { peer: host } = await rooms.join(ROOM, 'host');
    const session = new BareSession(context, 'ada');
    let joined: Joined | undefined;
    await session.join(ROOM, (client, enter) => {
      joined = enter(() =>
        rooms.registry.get(ROOM).join({ ...peerOptions('ada'), ...client }),
      );
      // The link closes before anything that waits for the peer can run.
      session.link.end(false);
      return joined;
    });
    assert.equal(joined?.peer.closed, true);
    assert.deepEqual(Array.from(rooms.registry.get(ROOM).peers.keys()), [
      'host',
    ]);
    host.close('left');
  });

  test('permits outside of a room what needs none, and what needs a user while the token lasts', async () => {
    const spec = { summary: '', data: z.object({}), reply: z.object({}) };
    const [open, users, members] = (['public', 'user', 'member'] as const).map(
      (requires) => ({ ...spec, requires }),
    );
    assert.ok(open && users && members);
    const session = new BareSession(context, 'ada');
    session.permit('a', open);
    session.permit('a', users);
    assert.throws(() => session.permit('a', members), { code: 'NOT_JOINED' });
    const late = new BareSession(context, 'bob', Date.now() - 3_600_000);
    late.permit('a', open);
    assert.throws(() => late.permit('a', users), { code: 'TOKEN_EXPIRED' });
    await late.enter();
    for (const it of [open, users, members]) {
      late.permit('a', it);
    }
    session.link.end(false);
    late.link.end(false);
  });

  test('joins one room at a time, and again after a refusal', async () => {
    const session = new BareSession(context, 'ada');
    const refused = session.join(ROOM, () => {
      throw new Error('refused');
    });
    await assert.rejects(refused, /refused/);
    const joining = session.enter();
    await assert.rejects(session.enter(), { code: 'ALREADY_JOINED' });
    await joining;
    await assert.rejects(session.enter(), { code: 'ALREADY_JOINED' });
    session.leave();
    await session.enter();
    session.link.end(false);
  });

  test('does not count as one without a room while it waits in a lobby', () => {
    const session = new BareSession(context, 'ada');
    assert.equal(context.pending.use.used, 1);
    session.beginWait();
    assert.equal(context.pending.use.used, 0);
    session.endWait();
    assert.equal(context.pending.use.used, 1);
    session.beginWait();
    session.link.end(false);
    session.endWait();
    assert.equal(context.pending.use.used, 0);
  });

  test('is listed with its user until its link closes, and not after', () => {
    const { presence } = context;
    const session = new BareSession(context, 'ada');
    session.register();
    session.register();
    assert.equal(presence.users, 1);
    session.link.end(false);
    assert.equal(presence.users, 0);
    session.register();
    assert.equal(presence.users, 0);
  });

  test('opens no room that its grants do not permit', async () => {
    const session = new BareSession(context, 'ada');
    Object.assign(session.grants, { rooms: ['elsewhere'] });
    await assert.rejects(session.enter(), { code: 'FORBIDDEN' });
    assert.equal(rooms.registry.rooms.size, 0);
    session.link.end(false);
  });

  test('is closed when its deadline has passed, unless it joins before', async (t) => {
    const { joinTimeout } = context.config.signalling;
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const late = new BareSession(context, 'late');
    const early = new BareSession(context, 'early');
    late.startDeadline('no room was joined');
    early.startDeadline('no room was joined');
    await early.enter();
    t.mock.timers.tick(joinTimeout - 1);
    assert.equal(late.link.closed, false);
    t.mock.timers.tick(1);
    assert.deepEqual(late.link.sent, [
      `joinTimeout: no room was joined within ${joinTimeout} ms`,
    ]);
    assert.equal(early.link.closed, false);
    early.link.end(false);
  });

  test('makes a used resume token worthless with the first request after the reply', async () => {
    const first = new BareSession(context, 'ada');
    await first.enter();
    first.begin();
    const { peer } = first;
    const used = peer.connection.resumeToken ?? assert.fail();
    first.link.end(true);
    const second = new BareSession(context, 'ada');
    await second.join(ROOM, (_client, enter) =>
      enter(() => ({ peer: rooms.registry.resume(ROOM, 'ada', used, 0) })),
    );
    // Sent together with the join, before the client can have the new token.
    second.beginRequest()[Symbol.dispose]();
    second.begin();
    second.link.end(true);
    const third = new BareSession(context, 'ada');
    const resume = () =>
      third.join(ROOM, (_client, enter) =>
        enter(() => ({ peer: rooms.registry.resume(ROOM, 'ada', used, 0) })),
      );
    await resume();
    third.begin();
    third.beginRequest()[Symbol.dispose]();
    assert.equal(peer.connection.resume(used, 0), false);
    third.link.end(false);
    assert.equal(peer.closed, true);
  });

  test('keeps the events of its peer until a probe after them has arrived', async () => {
    const session = new BareSession(context, 'ada');
    await session.enter();
    session.begin();
    const { peer, link } = session;
    const message = { type: 'message', from: 'eve', data: 'x' } as const;
    peer.notify(message);
    const one = peer.connection.queuedBytes;
    assert.ok(one > 0);
    link.delivery?.onProbe();
    peer.notify({ ...message });
    link.delivery?.onArrived();
    assert.equal(peer.connection.queuedBytes, one);
    link.delivery?.onProbe();
    link.delivery?.onArrived();
    assert.equal(peer.connection.queuedBytes, 0);
    link.end(false);
  });
});
