import { AccountAuthenticator } from '../accounts/AccountAuthenticator.ts';
import type { Accounts } from '../accounts/Accounts.ts';
import type { AccountsOptions } from '../accounts/options.ts';
import type { Profiles } from '../accounts/Profiles.ts';
import type { UserAuthenticator } from '../auth/UserAuthenticator.ts';
import type { Calls } from '../calls/Calls.ts';
import type { ConversationServices } from '../calls/openConversations.ts';
import type { CallsOptions } from '../calls/options.ts';
import type { ChatRooms } from '../chat/ChatRooms.ts';
import type { Live } from '../core/Live.ts';
import type { OpsOptions } from '../http/options.ts';
import type { MeetingServices } from '../meetings/createMeetings.ts';
import type { SocketIoTransport } from '../signalling/socketio/SocketIoTransport.ts';
import type { WebSocketContext } from '../signalling/ws/WebSocketContext.ts';
import { AdminGateway } from './admin/AdminGateway.ts';
import type { AdminServices } from './admin/AdminGateway.ts';
import { CallsGateway } from './calls/CallsGateway.ts';
import type { CallsGatewayContext } from './calls/CallsGateway.ts';
import { ChatGateway } from './chat/ChatGateway.ts';
import type { Gateway } from './Gateway.ts';
import { JsonGateway } from './json/JsonGateway.ts';
import { MediaGateway } from './media/MediaGateway.ts';
import { MeetingsGateway } from './meetings/MeetingsGateway.ts';
import { ProtooGateway } from './protoo/ProtooGateway.ts';
import { UsersGateway } from './users/UsersGateway.ts';

/** The domain objects that the contracts act on. */
interface ServedDomain {
  readonly accounts: Accounts;
  readonly profiles: Profiles;
  readonly authenticator: UserAuthenticator;
  readonly chatRooms: ChatRooms;
  readonly calls: Calls;
  readonly conversations: ConversationServices;
  readonly meetings: MeetingServices;
}

/** The server itself, which operators act on. */
type ServedServer = Omit<AdminServices, 'registry'>;

/** The gateways of a server. Of several at a path, the first one has it. */
export function createGateways(
  context: WebSocketContext & CallsGatewayContext,
  sockets: SocketIoTransport,
  domain: ServedDomain,
  server: ServedServer,
  options: {
    readonly accounts: Live<AccountsOptions>;
    readonly calls: Live<CallsOptions>;
    readonly ops: OpsOptions;
  },
): Gateway[] {
  const { accounts, authenticator, calls, conversations } = domain;
  const { access, auth } = context.config;
  const accountUsers = new AccountAuthenticator(accounts, auth);
  return [
    new ProtooGateway(context, conversations.peers),
    new JsonGateway(context, conversations.peers),
    new ChatGateway(context, {
      accounts,
      authenticator: accountUsers,
      users: authenticator,
      rooms: domain.chatRooms,
    }),
    new CallsGateway(context, sockets, calls, conversations),
    new MediaGateway(context, sockets, {
      authenticator: conversations.authenticator,
      calls,
      options: options.calls,
    }),
    new MeetingsGateway(context, domain.meetings),
    new UsersGateway(access, accountUsers, {
      accounts,
      profiles: domain.profiles,
      options: options.accounts,
    }),
    new AdminGateway(context.config, options.ops, {
      ...server,
      registry: context.registry,
    }),
  ];
}
