import type { IncomingMessage } from 'node:http';

import type {
  AccountAuthenticator,
  AccountUser,
} from '../../accounts/AccountAuthenticator.ts';
import type { Accounts } from '../../accounts/Accounts.ts';
import type { ChatRooms } from '../../chat/ChatRooms.ts';
import type { RouteHandlers } from '../../http/RouteSpec.ts';
import { ownOriginOf } from '../../limits/forwarded.ts';
import { networkOf } from '../../limits/network.ts';
import type { AccessOptions } from '../../limits/options.ts';
import { accountOf, messageOf, roomOf } from './encode.ts';
import { accountFields, FieldsError } from './fieldErrors.ts';
import { pageLinks } from './pageLinks.ts';
import { roomIdOf } from './roomId.ts';
import type { routeContract } from './routes.ts';

/** The domain objects that the contract acts on. */
export interface ChatServices {
  readonly accounts: Accounts;
  readonly authenticator: AccountAuthenticator;
  readonly rooms: ChatRooms;
}

/** The functions that serve the resources of the contract. */
export function routeHandlers(
  { accounts, authenticator, rooms }: ChatServices,
  access: AccessOptions,
): RouteHandlers<typeof routeContract, AccountUser> {
  const from = (request: IncomingMessage): string =>
    networkOf(request, access.trustProxy);

  return {
    async register({ body: { email, name, password }, request }) {
      const network = from(request);
      if (email.messages || name.messages || password.messages) {
        const problems = await accounts.review(
          { email: email.value, name: name.value, password: password.value },
          network,
        );
        throw new FieldsError({
          ...(email.messages && { email: email.messages }),
          ...(name.messages && { name: name.messages }),
          ...(password.messages && { password: password.messages }),
          ...accountFields(problems),
        });
      }
      const user = await accounts.register(
        { email: email.value, name: name.value, password: password.value },
        network,
      );
      return { status: 201, body: accountOf(user) };
    },

    async login({ body: { email, password }, request }) {
      const { access, refresh } = await accounts.login(
        email,
        password,
        from(request),
      );
      return { status: 200, body: { access, refresh } };
    },

    async refreshToken({ body }) {
      const identity = authenticator.identify(body.refresh, 'refresh');
      const access = await accounts.refresh(identity);
      return { status: 200, body: { access } };
    },

    showProfile: ({ user }) => ({ status: 200, body: accountOf(user.record) }),

    async updateProfile({ user: { record }, body: { name } }) {
      const changed =
        name === undefined ? record : await accounts.rename(record.id, name);
      return { status: 200, body: accountOf(changed) };
    },

    async deleteProfile({ user: { record } }) {
      await accounts.delete(record.id);
      return { status: 204 };
    },

    async logout({ user: { record, loginId } }) {
      await accounts.logout({ userId: record.id, loginId });
      return { status: 200, body: { message: 'Successfully logged out' } };
    },

    async listRooms({ query, request }) {
      const { room_type: type, search, offset = 0 } = query;
      const filter = { type, search };
      if (query.limit === undefined) {
        const listed = await rooms.list(filter);
        return { status: 200, body: listed.map(roomOf) };
      }
      const limit = rooms.atMost(query.limit);
      const [count, listed] = await Promise.all([
        rooms.count(filter),
        rooms.list(filter, { limit, offset }),
      ]);
      return {
        status: 200,
        body: {
          count,
          ...pageLinks(
            ownOriginOf(request, access.trustProxy),
            request.url ?? '',
            { limit, offset, count },
          ),
          results: listed.map(roomOf),
        },
      };
    },

    async createRoom({ user, body: { name, description = '', room_type } }) {
      const room = await rooms.create({
        name,
        description,
        type: room_type,
        creatorId: user.record.id,
      });
      return { status: 201, body: roomOf(room) };
    },

    async showRoom({ parameters: { id } }) {
      return { status: 200, body: roomOf(await rooms.get(roomIdOf(id))) };
    },

    async updateRoom({ user, parameters: { id }, body }) {
      const room = await rooms.update(roomIdOf(id), user.record.id, body);
      return { status: 200, body: roomOf(room) };
    },

    async deleteRoom({ user, parameters: { id } }) {
      await rooms.delete(roomIdOf(id), user.record.id);
      return { status: 204 };
    },

    async listMessages({ parameters: { id }, query }) {
      const listed = await rooms.messages(roomIdOf(id), query);
      return { status: 200, body: listed.map(messageOf) };
    },
  };
}
