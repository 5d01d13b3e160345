import type { ApiClient } from '../../auth/ApiKeyAuthenticator.ts';
import type { AuditLog } from '../../moderation/AuditLog.ts';
import type { LoggedPerson } from '../../rooms/ModerationLog.ts';

/** The subject of a request, for the audit log. */
interface Subject {
  readonly roomId?: string | undefined;
  readonly target?: LoggedPerson | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Records what clients of the API do that is not moderation of an open room. */
export class ApiAudit {
  readonly #log: AuditLog;

  constructor(log: AuditLog) {
    this.#log = log;
  }

  /** Records a request that was served. */
  record({ keyId }: ApiClient, action: string, subject: Subject = {}): void {
    this.#log.record({
      action,
      gateway: 'admin',
      actor: { id: keyId },
      ...subject,
    });
  }
}
