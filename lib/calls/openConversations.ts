import type { Live } from '../core/Live.ts';
import type { Store } from '../store/Store.ts';
import type { ConversationDirectory } from './ConversationDirectory.ts';
import { Conversations } from './Conversations.ts';
import { ConversationUpkeep } from './ConversationUpkeep.ts';
import type { CallsOptions } from './options.ts';
import { RemoteConversations } from './RemoteConversations.ts';
import { ShareLinks } from './ShareLinks.ts';

/** The conversations of a server, and those who may come as guests. */
export interface ConversationServices {
  /** The place that knows all conversations. */
  readonly directory: ConversationDirectory;
  /** Undefined where another service keeps the conversations. */
  readonly conversations: Conversations | undefined;
  readonly shareLinks: ShareLinks;
  /** Stops what waits for another service, and the upkeep. */
  close(): Promise<void>;
}

/**
 * Puts the conversations of a server together.
 *
 * @param options - Section `calls`; the place of the directory is fixed.
 */
export function openConversations(
  store: Pick<Store, 'conversations' | 'users'>,
  options: Live<CallsOptions>,
): ConversationServices {
  const section = (): CallsOptions => options;
  const { url } = options.directory;
  const remote =
    url === undefined ? undefined : new RemoteConversations(url, section);
  const own = new Conversations(store.conversations, store.users, section);
  const directory = remote ?? own;
  const upkeep = new ConversationUpkeep(store.conversations);
  return {
    directory,
    conversations: remote === undefined ? own : undefined,
    shareLinks: new ShareLinks(store.conversations, directory, section),
    async close() {
      remote?.close();
      await upkeep.close();
    },
  };
}
