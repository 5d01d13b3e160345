import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, test } from 'node:test';

import type { Accounts } from '../../lib/accounts/Accounts.ts';
import { Presence } from '../../lib/presence/Presence.ts';
import type { UserEvent } from '../../lib/presence/Presence.ts';
import { closeEndedLogins } from '../../lib/signalling/closeEndedLogins.ts';
import { endOfLogin } from '../../lib/signalling/endOfLogin.ts';

describe('a login', () => {
  const logout: UserEvent = { type: 'loginEnded', loginId: 'one' };
  const erasure: UserEvent = { type: 'accountDeleted' };
  const cases: [event: UserEvent, login: string | undefined, end?: string][] = [
    [logout, 'one', 'the user has logged out'],
    [logout, 'other'],
    [logout, undefined],
    [erasure, 'one', 'the account was deleted'],
    [erasure, undefined],
  ];
  for (const [event, loginId, end] of cases) {
    test(`${end === undefined ? 'goes on' : 'ends'} with ${event.type} for the login ${loginId}`, () => {
      assert.equal(endOfLogin(event, loginId), end);
    });
  }

  test('of a user is told of its end, and those of others are not', () => {
    const accounts = new EventEmitter();
    const presence = new Presence();
    const told: [user: string, event: UserEvent][] = [];
    for (const user of ['7', '8']) {
      presence.register(user, { deliver: (event) => told.push([user, event]) });
    }
    closeEndedLogins(accounts as Accounts, presence);
    accounts.emit('loginEnded', { userId: 7, loginId: 'one' });
    accounts.emit('userDeleted', 8);
    assert.deepEqual(told, [
      ['7', logout],
      ['8', erasure],
    ]);
  });
});
