import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { mayEnter, openGrants } from '../../lib/auth/Grants.ts';
import type { Grants } from '../../lib/auth/Grants.ts';
import { peerGrants, userGrants } from '../../lib/auth/jwt.ts';
import { SECRET, userToken } from '../support/JsonClient.ts';
import { peerToken } from '../support/peerToken.ts';

const auth = {
  keys: [{ algorithm: 'HS256' as const, secret: SECRET }],
  clockTolerance: 10,
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
});
