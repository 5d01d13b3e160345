import type { Identity } from '../auth/Identity.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import type { ErrorSpec } from '../core/errors.ts';
import type { CallRecord, Conversation } from '../store/CallStore.ts';
import { belongsTo } from './ConversationDirectory.ts';
import { callErrors } from './errors.ts';
import type { Participant } from './Participant.ts';
import type { Caller } from './types.ts';

function isAdmin({ role }: Caller): boolean {
  return role === 'admin';
}

function denied(message: string): AppError {
  return new AppError(callErrors.PERMISSION_DENIED, message);
}

/** @throws {AppError} The error, for someone outside the conversation. */
export function requireMember(
  conversation: Conversation,
  caller: Caller,
  error: ErrorSpec = callErrors.PERMISSION_DENIED,
): void {
  if (!belongsTo(conversation, caller)) {
    throw new AppError(error, 'the user is not a member of the conversation');
  }
}

/** @throws {AppError} PERMISSION_DENIED unless someone was in the call. */
export function requireParticipation(
  caller: Caller,
  { participants }: CallRecord,
): void {
  const { userId, guestId } = caller;
  const took = participants.some((it) =>
    userId === undefined ? it.guestId === guestId : it.userId === userId,
  );
  if (!took && !isAdmin(caller)) {
    throw denied('the call is shown to its participants only');
  }
}

/** @throws {AppError} PERMISSION_DENIED unless it is the initiator or an admin. */
export function requireAuthority(
  caller: Caller,
  { initiator }: CallRecord,
  action: string,
): void {
  if (caller.userId !== initiator.userId && !isAdmin(caller)) {
    throw denied(`only the initiator of a call and admins can ${action}`);
  }
}

/** @throws {AppError} PERMISSION_DENIED unless it is a moderator or an admin. */
export function requireModerator(caller: Caller): void {
  if (caller.role !== 'moderator' && !isAdmin(caller)) {
    throw denied('only moderators and admins can switch the mode of a call');
  }
}

/** @throws {AppError} PERMISSION_DENIED for a participant who is another. */
export function requireOwn(
  participant: Participant,
  participantId: string | undefined,
): void {
  if (participantId !== undefined && participantId !== participant.id) {
    throw denied(
      'participantId: expected that of the user, got that of another participant',
    );
  }
}

/** A person in a live room, as conversations know them. */
export type RoomClient = Pick<Caller, 'key' | 'userId' | 'conversationId'>;

/** A user or a guest by the identity in a live room. */
export function clientOf({ userId, conversationId }: Identity): RoomClient {
  return conversationId === undefined
    ? { key: `user:${userId}`, userId, conversationId }
    : { key: `guest:${userId}`, userId: undefined, conversationId };
}

/** @throws {AppError} FORBIDDEN unless a client of a room may join its call. */
export function requireMemberOf(
  conversation: Conversation | undefined,
  client: RoomClient,
): void {
  if (conversation === undefined || !belongsTo(conversation, client)) {
    throw new AppError(
      coreErrors.FORBIDDEN,
      'roomId: expected the room of a call that the user may join, got that of another',
    );
  }
}
