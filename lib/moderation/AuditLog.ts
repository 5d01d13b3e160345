import type { Live } from '../core/Live.ts';
import { WriteBehind } from '../core/WriteBehind.ts';
import type { ModerationEntry, ModerationLog } from '../rooms/ModerationLog.ts';
import type {
  AuditFilter,
  AuditPage,
  AuditRecord,
  ListedAudit,
  StoredAudit,
} from '../store/ModerationStore.ts';
import type { ModerationOptions } from './options.ts';

/** An act in a room, or on the server as a whole. */
type AuditEntry = Omit<ModerationEntry<string>, 'roomId'> & {
  readonly roomId?: string | undefined;
};

/** The audit log: acts of moderators and operators, with the room, the time and the contract. */
export class AuditLog implements ModerationLog {
  readonly #store: StoredAudit;
  readonly #queue: WriteBehind<AuditRecord>;
  readonly #listeners: ((entry: AuditRecord) => void)[] = [];

  constructor(store: StoredAudit, options: Live<ModerationOptions>) {
    this.#store = store;
    this.#queue = new WriteBehind(
      'entries of the audit log',
      (entries) => store.add(entries),
      () => options.auditQueue,
    );
  }

  /** Passes every entry on as it is recorded. The listener must not throw. */
  onRecord(listener: (entry: AuditRecord) => void): void {
    this.#listeners.push(listener);
  }

  record({ details = {}, roomId, target, ...entry }: AuditEntry): void {
    const record = { ...entry, roomId, at: new Date(), target, details };
    this.#queue.push(record);
    for (const listener of this.#listeners) {
      listener(record);
    }
  }

  /**
   * A selection of the entries, the newest first.
   *
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  list(filter: AuditFilter, page: AuditPage): Promise<ListedAudit[]> {
    return this.#store.list(filter, page);
  }

  /** Writes the waiting entries, unless the database is away. */
  close(): Promise<void> {
    return this.#queue.close();
  }
}
