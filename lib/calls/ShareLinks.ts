import { createHash, randomBytes } from 'node:crypto';

import { AppError, coreErrors } from '../core/errors.ts';
import type {
  Conversations as StoredConversations,
  GuestRecord,
} from '../store/CallStore.ts';
import { takesCalls } from './ConversationDirectory.ts';
import type { ConversationDirectory } from './ConversationDirectory.ts';
import { callErrors, conversationNotFound } from './errors.ts';
import type { CallsOptions } from './options.ts';
import { isGuest, requireMembership } from './requester.ts';
import type { Requester } from './requester.ts';
import type { Caller } from './types.ts';

/** A guest whose session has not expired. */
interface Guest {
  readonly caller: Caller;
  /** The language that the guest has chosen. */
  readonly language: string | undefined;
  /** When the session expires, ms since the epoch. */
  readonly expiresAt: number;
}

/** Links that let guests into conversations, and the sessions of the guests. */
export class ShareLinks {
  readonly #conversations: StoredConversations;
  readonly #directory: ConversationDirectory;
  readonly #options: () => CallsOptions;

  constructor(
    conversations: StoredConversations,
    directory: ConversationDirectory,
    options: () => CallsOptions,
  ) {
    this.#conversations = conversations;
    this.#directory = directory;
    this.#options = options;
  }

  /**
   * Creates a link to a conversation of the requester.
   *
   * @param lifetime - Its validity, ms; the longest permitted by default.
   * @throws {AppError} VALIDATION_ERROR, CONVERSATION_NOT_FOUND, NOT_A_MEMBER,
   *   CONVERSATION_DENIED, INVALID_CONVERSATION_TYPE, LIMIT_REACHED.
   */
  async create(
    requester: Requester,
    conversationId: string,
    lifetime = this.#options().shareLinkLifetime,
  ): Promise<{ token: string; expiresAt: Date }> {
    const { shareLinkLifetime, shareLinksPerConversation } = this.#options();
    if (lifetime > shareLinkLifetime) {
      throw new AppError(
        coreErrors.VALIDATION_ERROR,
        `expiresIn: expected at most ${shareLinkLifetime / 1_000} s (calls.shareLinkLifetime), got ${lifetime / 1_000}`,
      );
    }
    await this.#requireShareable(requester, conversationId);
    const token = newToken();
    const expiresAt = new Date(Date.now() + lifetime);
    const link = { conversationId, expiresAt };
    if (
      !(await this.#conversations.createShareLink(
        hashOf(token),
        link,
        shareLinksPerConversation,
      ))
    ) {
      throw limitReached(
        'shareLinksPerConversation',
        shareLinksPerConversation,
      );
    }
    return { token, expiresAt };
  }

  /**
   * Starts the session of a guest who has the token of a link.
   *
   * @throws {AppError} SHARE_LINK_NOT_FOUND, LIMIT_REACHED.
   */
  async startSession(
    token: string,
    { username, language }: { username: string; language?: string | undefined },
  ): Promise<{
    sessionToken: string;
    guestId: string;
    conversationId: string;
  }> {
    const link = await this.#conversations.shareLink(hashOf(token));
    if (link === undefined) {
      throw new AppError(
        callErrors.SHARE_LINK_NOT_FOUND,
        'there is no such share link, or it has expired; ask for another one',
      );
    }
    const { conversationId } = link;
    const { guestLifetime, guestsPerConversation } = this.#options();
    const sessionToken = newToken();
    const guest: GuestRecord = {
      id: randomBytes(12).toString('hex'),
      conversationId,
      username,
      language,
      expiresAt: new Date(Date.now() + guestLifetime),
    };
    if (
      !(await this.#conversations.createGuest(
        hashOf(sessionToken),
        guest,
        guestsPerConversation,
      ))
    ) {
      throw limitReached('guestsPerConversation', guestsPerConversation);
    }
    return { sessionToken, guestId: guest.id, conversationId };
  }

  /**
   * The guest of a session.
   *
   * @throws {AppError} SESSION_INVALID.
   */
  async guestOf(sessionToken: string): Promise<Guest> {
    const guest = await this.#conversations.guest(hashOf(sessionToken));
    if (guest === undefined) {
      throw new AppError(
        callErrors.SESSION_INVALID,
        'token: expected that of a user, or of a guest whose session goes on; guests open their share link again',
      );
    }
    return {
      caller: {
        key: `guest:${guest.id}`,
        userId: undefined,
        guestId: guest.id,
        username: guest.username,
        role: 'guest',
        conversationId: guest.conversationId,
      },
      language: guest.language,
      expiresAt: guest.expiresAt.getTime(),
    };
  }

  async #requireShareable(
    requester: Requester,
    conversationId: string,
  ): Promise<void> {
    const conversation = await this.#directory.get(conversationId);
    if (conversation === undefined) {
      throw conversationNotFound(conversationId);
    }
    requireMembership(requester, conversation);
    if (isGuest(requester)) {
      throw new AppError(
        callErrors.CONVERSATION_DENIED,
        'guests may not let others into a conversation',
      );
    }
    if (!takesCalls(conversation)) {
      throw new AppError(
        callErrors.INVALID_CONVERSATION_TYPE,
        `conversationId: expected a direct conversation or a group, got one of type ${conversation.type}`,
      );
    }
  }
}

/** Tells whether a token looks like that of a guest's session: JWTs have dots. */
export function isSessionToken(token: string): boolean {
  return /^[\w-]{43}$/.test(token);
}

/** A token that cannot be guessed. */
function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The form in which tokens are stored, useless to readers of the database. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function limitReached(
  option: 'shareLinksPerConversation' | 'guestsPerConversation',
  most: number,
): AppError {
  const things = option === 'guestsPerConversation' ? 'guests' : 'share links';
  return new AppError(
    coreErrors.LIMIT_REACHED,
    `calls.${option}: expected at most ${most} ${things} of one conversation, and that many exist; wait until some have expired`,
    { option: `calls.${option}` },
  );
}
