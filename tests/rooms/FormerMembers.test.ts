import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ALL_PERMISSIONS } from '../../lib/auth/Permissions.ts';
import { rolesSection } from '../../lib/auth/roles.ts';
import { FormerMembers } from '../../lib/rooms/FormerMembers.ts';
import { MemberRights } from '../../lib/rooms/MemberRights.ts';

const eve = { userId: 'eve' };

/** The rights of a member, who may send no messages and has powers. */
function givenPowers(): MemberRights {
  const identity = { ...eve, role: 'member' };
  const rights = new MemberRights(
    { ...ALL_PERMISSIONS, identity, rooms: [] },
    { roles: rolesSection.parse({}) },
  );
  rights.change({ chat: false, moderate: ['lock', 'mute'] });
  return rights;
}

describe('a member that comes back', () => {
  test('has the permissions that it was given, and may enter a locked room by them', () => {
    const members = new FormerMembers(() => 0);
    members.note(eve, givenPowers(), 'left');
    assert.deepEqual(members.rightsOf(eve), {
      role: undefined,
      changes: { chat: false, moderate: ['lock', 'mute'] },
    });
    assert.equal(members.mayReturn(eve), true);
  });

  test('has no powers if it was removed, and no more than before', () => {
    const members = new FormerMembers(() => 0);
    members.note(eve, givenPowers(), 'removed');
    const given = members.rightsOf(eve);
    assert.deepEqual(given, {
      role: undefined,
      changes: { chat: false, moderate: false },
    });
    assert.equal(members.mayReturn(eve), false);
    const back = givenPowers();
    back.restore(given);
    assert.deepEqual([back.grants.chat, back.grants.moderate], [false, []]);
  });
});
