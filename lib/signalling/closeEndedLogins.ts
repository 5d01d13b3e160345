import type { Presence } from '../presence/Presence.ts';
import type { Accounts } from '../accounts/Accounts.ts';

/** Closes the sessions of users who log out or delete their accounts. */
export function closeEndedLogins(accounts: Accounts, presence: Presence): void {
  accounts.on('loginEnded', ({ userId, loginId }) => {
    presence.deliver(String(userId), { type: 'loginEnded', loginId });
  });
  accounts.on('userDeleted', (userId) => {
    presence.deliver(String(userId), { type: 'accountDeleted' });
  });
}
