import type { UserEvent } from '../presence/Presence.ts';

/**
 * The reason for which an event closes the connections of a login.
 *
 * @param loginId - Undefined if the token is not one of an account of this
 *   server, whose events are those of another user.
 * @returns Undefined if the login goes on.
 */
export function endOfLogin(
  event: UserEvent,
  loginId: string | undefined,
): string | undefined {
  if (loginId === undefined) {
    return undefined;
  }
  if (event.type === 'accountDeleted') {
    return 'the account was deleted';
  }
  return event.loginId === loginId ? 'the user has logged out' : undefined;
}
