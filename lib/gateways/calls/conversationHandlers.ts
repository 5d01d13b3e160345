import type { IncomingMessage } from 'node:http';

import type { z } from 'zod';

import type { Conversations } from '../../calls/Conversations.ts';
import type { ConversationServices } from '../../calls/openConversations.ts';
import { requesterOf } from '../../calls/requester.ts';
import type { Client } from '../../calls/requester.ts';
import { showConversation } from '../../calls/showConversation.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { RouteContract, RouteHandlers } from '../../http/RouteSpec.ts';
import { networkOf } from '../../limits/network.ts';
import type { AccessOptions } from '../../limits/options.ts';
import type { RateLimit } from '../../limits/RateLimit.ts';
import type { Conversation } from '../../store/CallStore.ts';
import type {
  conversationRoutes,
  conversationShape,
} from './conversationRoutes.ts';
import { success } from './shapes.ts';

/** The page that share links open, with the token where servers do not see it. */
const GUEST_PAGE = '/call#share=';

/** The objects that the resources of conversations act on. */
export interface ConversationContext extends Pick<
  ConversationServices,
  'conversations' | 'directory' | 'shareLinks'
> {
  /** Section `access`. */
  readonly access: AccessOptions;
  /** The origin at which the client of a request finds the page. */
  readonly pageOrigin: (request: IncomingMessage) => string;
  /** The rate at which guests come from one network. */
  readonly guests: Pick<RateLimit, 'take'>;
}

/** The part of the contract that is about conversations. */
interface ConversationContract extends RouteContract {
  routes: typeof conversationRoutes;
}

/** The functions that serve the resources of conversations. */
export function conversationHandlers({
  conversations,
  directory,
  shareLinks,
  access,
  pageOrigin,
  guests,
}: ConversationContext): RouteHandlers<ConversationContract, Client> {
  return {
    async createConversation({ user, body }) {
      const created = await kept(conversations).create(requesterOf(user), body);
      return { status: 201, body: success(conversationOf(created)) };
    },

    async listConversations({ user, query }) {
      const found = await kept(conversations).list(requesterOf(user), query);
      return {
        status: 200,
        body: success({
          ...query,
          total: found.total,
          conversations: found.conversations.map(conversationOf),
        }),
      };
    },

    async showConversation({ user, parameters: { conversationId } }) {
      const shown = await showConversation(
        directory,
        requesterOf(user),
        conversationId,
      );
      return { status: 200, body: success(conversationOf(shown)) };
    },

    async addMember({ user, parameters: { conversationId }, body }) {
      const grown = await kept(conversations).addMember(
        requesterOf(user),
        conversationId,
        body.userId,
      );
      return { status: 201, body: success(conversationOf(grown)) };
    },

    async removeMember({ user, parameters: { conversationId, userId } }) {
      await kept(conversations).removeMember(
        requesterOf(user),
        conversationId,
        userId,
      );
      const message = 'Member removed successfully';
      return { status: 200, body: success({ message, userId }) };
    },

    async createShareLink({
      user,
      parameters: { conversationId },
      body: { expiresIn },
      request,
    }) {
      const { token, expiresAt } = await shareLinks.create(
        requesterOf(user),
        conversationId,
        expiresIn && expiresIn * 1_000,
      );
      const url = `${pageOrigin(request)}${GUEST_PAGE}${token}`;
      const link = { token, url, expiresAt: expiresAt.toISOString() };
      return { status: 201, body: success(link) };
    },

    async startGuestSession({ parameters: { token }, body, request }) {
      guests.take(networkOf(request, access.trustProxy));
      const session = await shareLinks.startSession(token, body);
      const { sessionToken, guestId, conversationId } = session;
      const started = {
        sessionToken,
        anonymousUserId: guestId,
        conversationId,
      };
      return { status: 201, body: success(started) };
    },
  };
}

/** @throws {AppError} NOT_FOUND where another service keeps the conversations. */
function kept(conversations: Conversations | undefined): Conversations {
  if (conversations === undefined) {
    throw new AppError(
      coreErrors.NOT_FOUND,
      'conversations are kept by the service of calls.directory.url, and not here',
      { option: 'calls.directory.url' },
    );
  }
  return conversations;
}

function conversationOf({
  id,
  type,
  title,
  members,
}: Conversation): z.output<typeof conversationShape> {
  return { conversationId: id, type, title, members: [...members] };
}
