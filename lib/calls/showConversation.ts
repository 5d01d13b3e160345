import type { Conversation } from '../store/CallStore.ts';
import { takesCalls } from './ConversationDirectory.ts';
import type { ConversationDirectory } from './ConversationDirectory.ts';
import { conversationNotFound } from './errors.ts';
import { isGuest, requireMembership } from './requester.ts';
import type { Requester } from './requester.ts';

/**
 * A conversation, for people who may see it: its members and guests, and where
 * it is public every user.
 *
 * @throws {AppError} CONVERSATION_NOT_FOUND, NOT_A_MEMBER, STORE_UNAVAILABLE,
 *   DIRECTORY_UNAVAILABLE.
 */
export async function showConversation(
  directory: ConversationDirectory,
  requester: Requester,
  id: string,
): Promise<Conversation> {
  const conversation = await directory.get(id);
  if (conversation === undefined) {
    throw conversationNotFound(id);
  }
  if (takesCalls(conversation) || isGuest(requester)) {
    requireMembership(requester, conversation);
  }
  return conversation;
}
