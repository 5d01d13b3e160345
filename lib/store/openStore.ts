import { ConfigError } from '../core/ConfigError.ts';
import { StartError } from '../core/StartError.ts';
import { AuditRepository } from './AuditRepository.ts';
import { BanRepository } from './BanRepository.ts';
import { CallRepository } from './CallRepository.ts';
import { ConversationRepository } from './ConversationRepository.ts';
import { Database } from './Database.ts';
import { LoginRepository } from './LoginRepository.ts';
import { MeetingRepository } from './MeetingRepository.ts';
import { MessageRepository } from './MessageRepository.ts';
import type { StoreOptions } from './options.ts';
import { RoomRepository } from './RoomRepository.ts';
import { ServerRoomRepository } from './ServerRoomRepository.ts';
import type { Store } from './Store.ts';
import { UserRepository } from './UserRepository.ts';
import { WebhookRepository } from './WebhookRepository.ts';

/**
 * Opens the store, creating or migrating the database where needed.
 *
 * @param root - The folder that a relative path starts from.
 * @throws {SchemaTooNewError} When a newer version has written to it.
 * @throws {ConfigError} When it cannot be opened; the message names the option.
 */
export async function openStore(
  options: StoreOptions,
  root: string,
): Promise<Store> {
  const database = await open(options, root);
  return {
    users: new UserRepository(database),
    logins: new LoginRepository(database),
    rooms: new RoomRepository(database),
    messages: new MessageRepository(database),
    conversations: new ConversationRepository(database),
    calls: new CallRepository(database),
    meetings: new MeetingRepository(database),
    serverRooms: new ServerRoomRepository(database),
    bans: new BanRepository(database),
    audit: new AuditRepository(database),
    webhooks: new WebhookRepository(database),
    isHealthy: () => database.isHealthy(),
    close: () => database.close(),
  };
}

async function open(options: StoreOptions, root: string): Promise<Database> {
  try {
    return await Database.open(options, root);
  } catch (error) {
    if (error instanceof StartError) {
      throw error;
    }
    // The message for clients says less than its cause.
    const { cause = error } = error as Error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([
      options.url === undefined
        ? `store.file: expected a database that can be opened and written, got ${options.file}: ${reason}`
        : `store.url: expected a database that can be reached and written, got an error: ${reason}`,
    ]);
  }
}
