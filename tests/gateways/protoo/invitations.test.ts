import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { rtpCapabilities } from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { shakeHands } from '../../support/handshake.ts';
import { get } from '../../support/http.ts';
import { Exposition } from '../../support/prometheus.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { joinRoom } from '../../support/protooMembers.ts';

const DAY = 86_400;

/** The error in the answer to a handshake that was refused. */
function errorIn(body: string): { code: string; message: string } {
  return (JSON.parse(body) as { error: { code: string; message: string } })
    .error;
}

describe('an invitation by a moderator', () => {
  let server: Server;

  before(async () => {
    server = await startServer({
      auth: {
        ...tokensOnly.auth,
        roomTokenLifetime: 3 * DAY,
        clockTolerance: 0,
        roles: { guest: { publish: false }, member: { moderate: ['mute'] } },
      },
    });
  });

  after(() => server.close());

  const enter = (token: string, peerId: string, room = 'garden') =>
    joinRoom(server, { roomId: room, peerId, rtpCapabilities }, bearing(token));

  /** Joins with a token that someone else has made. */
  const arrive = (peerId: string, role: string, grants = {}, room = 'garden') =>
    enter(peerToken(peerId, { room, role, grants }), peerId, room);

  test('lets one new person into the room, in the role it names', async () => {
    const ada = await arrive('ada', 'moderator');
    for (const [role, publish, moderate] of [
      ['guest', [], []],
      ['member', ['mic', 'camera', 'screen', 'screen-audio'], ['mute']],
      [
        'moderator',
        ['mic', 'camera', 'screen', 'screen-audio'],
        ada.joined.self.permissions.moderate,
      ],
    ] as const) {
      const asked = Date.now();
      const { token, peerId, expiresAt } = await ada.request(
        'createInvitation',
        { role },
      );
      assert.ok(expiresAt >= asked + DAY * 1_000);
      assert.ok(expiresAt <= Date.now() + DAY * 1_000);
      const guest = await enter(token, peerId);
      const { self } = guest.joined;
      assert.deepEqual(
        [self.role, self.permissions.publish, self.permissions.moderate],
        [role, publish, moderate],
      );
      await guest.close();
    }
    await ada.close();
  });

  test('opens no other room, and no other id', async () => {
    const ada = await arrive('ada', 'moderator');
    const { token, peerId } = await ada.request('createInvitation', {
      role: 'guest',
    });
    for (const [room, id, message] of [
      ['cellar', peerId, /^roomId: expected a room that the token grants/],
      ['garden', 'eve', /^peerId: expected/],
    ] as const) {
      const { status, body } = await shakeHands(
        server.url,
        `/?roomId=${room}&peerId=${id}`,
        { 'Sec-WebSocket-Protocol': 'protoo', ...bearing(token).headers },
      );
      assert.equal(status, 403);
      assert.match(errorIn(body).message, message);
    }
    await ada.close();
  });

  test('expires when it was to, at the latest when the server lets it', async () => {
    const ada = await arrive('ada', 'moderator');
    await assert.rejects(
      ada.request('createInvitation', { role: 'guest', ttl: 3 * DAY + 1 }),
      {
        code: 400,
        message: `ttl: expected at most auth.roomTokenLifetime, ${3 * DAY} s, got ${3 * DAY + 1}`,
      },
    );
    const { token, peerId } = await ada.request('createInvitation', {
      role: 'guest',
      ttl: 10,
    });
    const now = Date.now;
    Date.now = () => now() + 11_000;
    try {
      const { status, body } = await shakeHands(
        server.url,
        `/?roomId=garden&peerId=${peerId}`,
        { 'Sec-WebSocket-Protocol': 'protoo', ...bearing(token).headers },
      );
      assert.equal(status, 401);
      assert.equal(errorIn(body).code, 'TOKEN_EXPIRED');
    } finally {
      Date.now = now;
    }
    await ada.close();
  });

  test('needs the power to invite, and all that it gives', async () => {
    const bob = await arrive('bob', 'member');
    await assert.rejects(bob.request('createInvitation', { role: 'guest' }), {
      code: 403,
      message:
        'permissions: expected moderate of "invite", which the client does not have',
    });
    const eve = await arrive('eve', 'member', {
      moderate: ['invite', 'mute', 'promote'],
    });
    await eve.request('createInvitation', { role: 'member' });
    await assert.rejects(
      eve.request('createInvitation', { role: 'moderator' }),
      {
        code: 403,
        message:
          'permissions: expected moderate of "stop", which the client does not have',
      },
    );
    const zoe = await arrive('zoe', 'member', {
      chat: false,
      moderate: ['invite', 'mute'],
    });
    await assert.rejects(zoe.request('createInvitation', { role: 'member' }), {
      code: 403,
      message: 'permissions: expected chat, which the client does not have',
    });
    await Promise.all([bob, eve, zoe].map((it) => it.close()));
  });

  test('names no room whose id is more than one in a token', async () => {
    const ada = await arrive('ada', 'moderator', {}, 'gar*');
    await assert.rejects(ada.request('createInvitation', { role: 'guest' }), {
      code: 403,
      message:
        'roomId: expected a room that tokens can name, not one of another contract or with "*", got "gar*"',
    });
    await ada.close();
  });

  test('is counted', async () => {
    const ada = await arrive('ada', 'moderator');
    const count = async () => {
      const { body } = await get(server.url, '/metrics');
      return new Exposition(body).sum('atrium_moderations_total', {
        power: 'invite',
      });
    };
    const before = await count();
    await ada.request('createInvitation', { role: 'guest' });
    assert.equal((await count()) - before, 1);
    await ada.close();
  });
});
