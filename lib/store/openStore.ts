import { Database } from './Database.ts';
import { LoginRepository } from './LoginRepository.ts';
import { MessageRepository } from './MessageRepository.ts';
import type { StoreOptions } from './options.ts';
import { RoomRepository } from './RoomRepository.ts';
import type { Store } from './Store.ts';
import { UserRepository } from './UserRepository.ts';

/**
 * Opens the store, creating or migrating the database where needed.
 *
 * @param root - The folder that a relative path starts from.
 * @throws {SchemaTooNewError} When a newer version has written to it.
 * @throws {AppError} STORE_UNAVAILABLE.
 */
export async function openStore(
  options: StoreOptions,
  root: string,
): Promise<Store> {
  const database = await Database.open(options, root);
  return {
    users: new UserRepository(database),
    logins: new LoginRepository(database),
    rooms: new RoomRepository(database),
    messages: new MessageRepository(database),
    isHealthy: () => database.isHealthy(),
    close: () => database.close(),
  };
}
