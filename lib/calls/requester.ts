import { AppError } from '../core/errors.ts';
import type { Conversation } from '../store/CallStore.ts';
import { belongsTo } from './ConversationDirectory.ts';
import { callErrors } from './errors.ts';
import type { Caller } from './types.ts';

/** A person with a token, or the operator's own backend with its secret. */
export type Requester = Caller | 'backend';

/** Any client with a valid token: a requester, or a media server by its secret. */
export type Client = Requester | 'mediaServer';

/** A caller who is no guest. */
export type User = Caller & { readonly userId: string };

/** The roles that may do anything in any conversation. */
const STAFF: ReadonlySet<string> = new Set(['admin', 'moderator']);

/** Tells if someone may act in conversations of others. */
export function isStaff(requester: Requester): boolean {
  return requester === 'backend' || STAFF.has(requester.role);
}

/** Tells if someone came by a share link. */
export function isGuest(requester: Requester): boolean {
  return requester !== 'backend' && requester.userId === undefined;
}

/** @throws {AppError} CONVERSATION_DENIED. */
export function requireStaff(requester: Requester, action: string): void {
  if (!isStaff(requester)) {
    throw new AppError(
      callErrors.CONVERSATION_DENIED,
      `only administrators and moderators may ${action}`,
    );
  }
}

/** @throws {AppError} CONVERSATION_DENIED for guests and backends. */
export function requireUser(requester: Requester): User {
  if (requester === 'backend' || requester.userId === undefined) {
    throw new AppError(
      callErrors.CONVERSATION_DENIED,
      requester === 'backend'
        ? 'Authorization: expected the token of a user, got calls.secret'
        : 'guests have no conversations of their own, only the one that they came to',
    );
  }
  return { ...requester, userId: requester.userId };
}

/** @throws {AppError} NOT_A_MEMBER. */
export function requireMembership(
  requester: Requester,
  conversation: Conversation,
): void {
  if (requester === 'backend' || isStaff(requester)) {
    return;
  }
  if (!belongsTo(conversation, requester)) {
    throw new AppError(
      callErrors.NOT_A_MEMBER,
      `you are not a member of the conversation ${conversation.id}`,
    );
  }
}

/** @throws {AppError} CONVERSATION_DENIED for media servers. */
export function requesterOf(client: Client): Requester {
  if (client === 'mediaServer') {
    throw new AppError(
      callErrors.CONVERSATION_DENIED,
      'Authorization: expected the token of a user or a guest, or calls.secret, got calls.mediaServer.secret',
    );
  }
  return client;
}

/** @throws {AppError} PERMISSION_DENIED unless it is a user or a guest. */
export function callerOf(client: Client): Caller {
  if (typeof client === 'string') {
    throw new AppError(
      callErrors.PERMISSION_DENIED,
      'Authorization: expected the token of a user or a guest, got a secret of the server',
    );
  }
  return client;
}

/** @throws {AppError} PERMISSION_DENIED unless it is a media server. */
export function requireMediaServer(client: Client): void {
  if (client !== 'mediaServer') {
    throw new AppError(
      callErrors.PERMISSION_DENIED,
      'Authorization: expected calls.mediaServer.secret, got another token',
    );
  }
}
