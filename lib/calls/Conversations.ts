import { randomBytes } from 'node:crypto';

import { AppError, coreErrors } from '../core/errors.ts';
import type {
  ConversationMember,
  ConversationRecord,
  Conversations as StoredConversations,
  ConversationType,
} from '../store/CallStore.ts';
import type { Users } from '../store/Store.ts';
import { takesCalls } from './ConversationDirectory.ts';
import type { ConversationDirectory } from './ConversationDirectory.ts';
import { callErrors, conversationNotFound } from './errors.ts';
import type { CallsOptions } from './options.ts';
import {
  isGuest,
  requireMembership,
  requireStaff,
  requireUser,
} from './requester.ts';
import type { Requester } from './requester.ts';

/** A conversation as someone wants it. */
export interface NewConversation {
  readonly type: ConversationType;
  readonly title: string;
  /** Without the user who creates it. */
  readonly memberIds: readonly string[];
}

/** Called when a conversation has lost a member. */
type RemovalListener = (conversationId: string, userId: string) => void;

/** The ids of accounts; others come from tokens of other issuers. */
const ACCOUNT_ID = /^[1-9]\d{0,14}$/;

/** Conversations that are kept by this server. */
export class Conversations implements ConversationDirectory {
  readonly #conversations: StoredConversations;
  readonly #users: Pick<Users, 'get'>;
  readonly #options: () => CallsOptions;
  readonly #removalListeners: RemovalListener[] = [];

  constructor(
    conversations: StoredConversations,
    users: Pick<Users, 'get'>,
    options: () => CallsOptions,
  ) {
    this.#conversations = conversations;
    this.#users = users;
    this.#options = options;
  }

  onMemberRemoved(listener: RemovalListener): void {
    this.#removalListeners.push(listener);
  }

  get(id: string): Promise<ConversationRecord | undefined> {
    return this.#conversations.get(id);
  }

  /**
   * The conversations of a user, beginning with the one joined last.
   *
   * @throws {AppError} CONVERSATION_DENIED for guests and backends.
   */
  async list(
    requester: Requester,
    page: { limit: number; offset: number },
  ): Promise<{ conversations: ConversationRecord[]; total: number }> {
    const { userId, username } = requireUser(requester);
    const [conversations, total] = await Promise.all([
      this.#conversations.listOf(userId, page),
      this.#conversations.countOf(userId),
    ]);
    const isRenamed = conversations.some(({ members }) =>
      members.some((it) => it.userId === userId && it.username !== username),
    );
    if (!isRenamed) {
      return { conversations, total };
    }
    await this.#conversations.renameMember(userId, username);
    return {
      conversations: await this.#conversations.listOf(userId, page),
      total,
    };
  }

  /**
   * Creates a conversation, of which a user who creates it is a member.
   *
   * @throws {AppError} VALIDATION_ERROR, CONVERSATION_DENIED, LIMIT_REACHED.
   */
  async create(
    requester: Requester,
    { type, title, memberIds }: NewConversation,
  ): Promise<ConversationRecord> {
    const creator =
      requester === 'backend' ? undefined : requireUser(requester);
    if (type === 'public' || type === 'global') {
      requireStaff(requester, `create ${type} conversations`);
    }
    const ids = new Set([...(creator ? [creator.userId] : []), ...memberIds]);
    if (type === 'direct' && ids.size !== 2) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `memberIds: expected two members of a direct conversation, got ${ids.size}`,
      );
    }
    const { membersPerConversation, conversationsPerUser } = this.#options();
    if (ids.size > membersPerConversation) {
      throw tooManyMembers(membersPerConversation);
    }
    const conversation = {
      id: randomBytes(12).toString('hex'),
      type,
      title,
      creatorId: creator?.userId,
      createdAt: new Date(),
      members: await Promise.all(
        Array.from(ids, (id) => this.#memberFor(requester, id)),
      ),
    };
    if (
      !(await this.#conversations.create(conversation, conversationsPerUser))
    ) {
      throw new AppError(
        coreErrors.LIMIT_REACHED,
        `calls.conversationsPerUser: expected at most ${conversationsPerUser} conversations of one user, and that many exist; leave some`,
        { option: 'calls.conversationsPerUser' },
      );
    }
    return conversation;
  }

  /**
   * Adds a member: to a group by its members, to a public conversation by
   * everyone who joins it.
   *
   * @returns The conversation as it is then.
   * @throws {AppError} CONVERSATION_NOT_FOUND, NOT_A_MEMBER,
   *   CONVERSATION_DENIED, CONVERSATION_FIXED, ALREADY_MEMBER, LIMIT_REACHED.
   */
  async addMember(
    requester: Requester,
    id: string,
    userId: string,
  ): Promise<ConversationRecord> {
    const conversation = await this.#require(id);
    if (takesCalls(conversation)) {
      requireMembership(requester, conversation);
    } else if (requester === 'backend' || requester.userId !== userId) {
      requireStaff(requester, 'add other users to public conversations');
    }
    requireChangeable(requester, conversation);
    const member = await this.#memberFor(requester, userId);
    const { membersPerConversation: most } = this.#options();
    switch (await this.#conversations.addMember(id, member, most)) {
      case 'added':
        return this.#require(id);
      case 'member':
        throw new AppError(
          callErrors.ALREADY_MEMBER,
          `userId: expected a user who is no member of the conversation, got ${JSON.stringify(userId)}`,
        );
      case 'full':
        throw tooManyMembers(most);
      case 'missing':
        throw conversationNotFound(id);
    }
  }

  /**
   * Removes a member: oneself, or others from a conversation that one created.
   *
   * @throws {AppError} CONVERSATION_NOT_FOUND, NOT_A_MEMBER,
   *   CONVERSATION_DENIED, CONVERSATION_FIXED, MEMBER_NOT_FOUND.
   */
  async removeMember(
    requester: Requester,
    id: string,
    userId: string,
  ): Promise<void> {
    const conversation = await this.#require(id);
    requireMembership(requester, conversation);
    requireChangeable(requester, conversation);
    if (
      requester === 'backend' ||
      ![userId, conversation.creatorId].includes(requester.userId)
    ) {
      requireStaff(requester, 'remove other members of this conversation');
    }
    if (!(await this.#conversations.removeMember(id, userId))) {
      throw new AppError(
        callErrors.MEMBER_NOT_FOUND,
        `userId: expected a member of the conversation, got ${JSON.stringify(userId)}`,
      );
    }
    for (const listener of this.#removalListeners) {
      listener(id, userId);
    }
  }

  async #require(id: string): Promise<ConversationRecord> {
    const conversation = await this.#conversations.get(id);
    if (conversation === undefined) {
      throw conversationNotFound(id);
    }
    return conversation;
  }

  /**
   * A member by the name in the requester's own token, or that of the account;
   * by the id until the user shows a name.
   */
  async #memberFor(
    requester: Requester,
    userId: string,
  ): Promise<ConversationMember> {
    if (requester !== 'backend' && requester.userId === userId) {
      return { userId, username: requester.username };
    }
    const account = ACCOUNT_ID.test(userId)
      ? await this.#users.get(Number(userId))
      : undefined;
    return { userId, username: account?.name ?? userId };
  }
}

/** @throws {AppError} CONVERSATION_DENIED, CONVERSATION_FIXED. */
function requireChangeable(
  requester: Requester,
  { type }: ConversationRecord,
): void {
  if (isGuest(requester)) {
    throw new AppError(
      callErrors.CONVERSATION_DENIED,
      'guests may not change who is in a conversation',
    );
  }
  if (type === 'direct') {
    throw new AppError(
      callErrors.CONVERSATION_FIXED,
      'a direct conversation keeps its two members; create a group instead',
    );
  }
}

function tooManyMembers(most: number): AppError {
  return new AppError(
    coreErrors.LIMIT_REACHED,
    `calls.membersPerConversation: expected at most ${most} members of one conversation`,
    { option: 'calls.membersPerConversation' },
  );
}
