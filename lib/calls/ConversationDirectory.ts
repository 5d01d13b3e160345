import type { Conversation } from '../store/CallStore.ts';
import type { Caller } from './types.ts';

/** The place that knows conversations and their members. */
export interface ConversationDirectory {
  /**
   * The conversation with this id; undefined when there is none.
   *
   * @throws {AppError} STORE_UNAVAILABLE or DIRECTORY_UNAVAILABLE.
   */
  get(id: string): Promise<Conversation | undefined>;
}

/** Tells if someone belongs to a conversation, as a member or as its guest. */
export function belongsTo(
  { id, members }: Conversation,
  { userId, conversationId }: Pick<Caller, 'userId' | 'conversationId'>,
): boolean {
  return userId === undefined
    ? conversationId === id
    : members.some((member) => member.userId === userId);
}

/** Tells if there can be calls in a conversation. */
export function takesCalls({ type }: Conversation): boolean {
  return type === 'direct' || type === 'group';
}
