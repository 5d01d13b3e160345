import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { mayEnter, openGrants } from '../../lib/auth/Grants.ts';
import { rolesSection } from '../../lib/auth/roles.ts';
import type { Grants } from '../../lib/auth/Grants.ts';
import { peerGrants, userGrants } from '../../lib/auth/jwt.ts';
import { SECRET, userToken } from '../support/JsonClient.ts';
import { peerToken } from '../support/peerToken.ts';

const auth = {
  keys: [{ algorithm: 'HS256' as const, secret: SECRET }],
  clockTolerance: 10,
  roles: rolesSection.parse({}),
};

const kinds: Record<string, Grants> = {
  'of an open server': openGrants('ada'),
  'of the token of a peer': peerGrants(peerToken('ada', { room: 'a-*' }), auth),
  'of the token of a named peer': peerGrants(
    peerToken('ada', { name: 'Ada', grants: { publish: ['mic'] } }),
    auth,
  ),
  'of the token of a user': userGrants(userToken('ada'), auth),
  'of the token of a user whose name is invisible': userGrants(
    userToken('ada', { full_name: '\u200b' }),
    auth,
  ),
};

describe('grants', () => {
  for (const [kind, grants] of Object.entries(kinds)) {
    test(`${kind} survive a round trip through JSON`, () => {
      const sent = JSON.parse(JSON.stringify(grants)) as Grants;
      assert.deepEqual(sent, grants);
      assert.deepEqual(structuredClone(grants), grants);
      assert.equal(mayEnter(sent, 'a-room'), mayEnter(grants, 'a-room'));
    });
  }

  test('permit a room that matches one of the patterns', () => {
    const grants = { ...openGrants('ada'), rooms: ['blue', 'team-*'] };
    assert.ok(mayEnter(grants, 'blue'));
    assert.ok(mayEnter(grants, 'team-red'));
    assert.ok(!mayEnter(grants, 'red'));
    assert.ok(!mayEnter({ ...grants, rooms: [] }, 'blue'));
  });

  for (const roomId of ['chat-1', 'call-1', 'session-1', 'chat-']) {
    test(`permit the reserved room ${roomId} only by a pattern for such rooms`, () => {
      for (const rooms of [['*'], [roomId], ['c*', 's*']]) {
        assert.ok(!mayEnter({ ...openGrants('ada'), rooms }, roomId));
      }
      const reserved = [`${roomId.split('-')[0]}-*`];
      const grants = { ...openGrants('ada'), rooms: [], reserved };
      assert.ok(mayEnter(grants, roomId));
      assert.ok(!mayEnter({ ...grants, reserved: ['other-*'] }, roomId));
    });
  }

  test('permit no ordinary room by a pattern for reserved ones', () => {
    const grants = { ...openGrants('ada'), rooms: [], reserved: ['*'] };
    for (const roomId of ['blue', 'chat', 'Chat-1', 'my-chat-1']) {
      assert.ok(!mayEnter(grants, roomId), roomId);
      assert.ok(mayEnter({ ...grants, rooms: ['*'] }, roomId), roomId);
    }
  });
});
