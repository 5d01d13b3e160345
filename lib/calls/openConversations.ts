import type { AuthOptions } from '../auth/options.ts';
import type { UserAuthenticator } from '../auth/UserAuthenticator.ts';
import type { Live } from '../core/Live.ts';
import type { Store } from '../store/Store.ts';
import { CallerAuthenticator } from './CallerAuthenticator.ts';
import type { ConversationDirectory } from './ConversationDirectory.ts';
import { Conversations } from './Conversations.ts';
import { ConversationUpkeep } from './ConversationUpkeep.ts';
import type { CallsOptions } from './options.ts';
import { PeerAuthenticator } from './PeerAuthenticator.ts';
import { RemoteConversations } from './RemoteConversations.ts';
import { ShareLinks } from './ShareLinks.ts';

/** The conversations of a server, and the guests who may come. */
export interface ConversationServices {
  /** The place that knows all conversations. */
  readonly directory: ConversationDirectory;
  /** Undefined where another service keeps the conversations. */
  readonly conversations: Conversations | undefined;
  readonly shareLinks: ShareLinks;
  readonly authenticator: CallerAuthenticator;
  /** Lets guests into the live rooms of calls beside all others. */
  readonly peers: PeerAuthenticator;
  /** Stops what waits for another service, and the upkeep. */
  close(): Promise<void>;
}

/**
 * Puts the conversations of a server together.
 *
 * @param config - Sections whose values may change, except for the place of the
 *   directory.
 */
export function openConversations(
  store: Pick<Store, 'conversations' | 'users'>,
  config: {
    readonly auth: Live<AuthOptions>;
    readonly calls: Live<CallsOptions>;
  },
  users: UserAuthenticator,
): ConversationServices {
  const section = (): CallsOptions => config.calls;
  const { url } = config.calls.directory;
  const remote =
    url === undefined ? undefined : new RemoteConversations(url, section);
  const own = new Conversations(store.conversations, store.users, section);
  const directory = remote ?? own;
  const upkeep = new ConversationUpkeep(store.conversations);
  const shareLinks = new ShareLinks(store.conversations, directory, section);
  return {
    directory,
    conversations: remote === undefined ? own : undefined,
    shareLinks,
    authenticator: new CallerAuthenticator(users, shareLinks, config),
    peers: new PeerAuthenticator(users, shareLinks),
    async close() {
      remote?.close();
      await upkeep.close();
    },
  };
}
