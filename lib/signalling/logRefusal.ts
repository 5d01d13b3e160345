import type { AppError } from '../core/errors.ts';
import type { LogFields } from '../core/logFormat.ts';
import type { SampledLog } from '../limits/SampledLog.ts';
import type { ClientConnection } from './ClientLink.ts';

/** Most characters of a method in the log. */
const MAX_LOGGED = 64;

/** The parts of a session that the log is about. */
interface RefusedSession {
  readonly gateway: string;
  readonly context: { readonly log: SampledLog };
  readonly about: LogFields;
}

/**
 * Logs a refused request.
 *
 * @param isOutside - True for a client that is not let in yet: the refusal may
 *   be what keeps it out, and is logged prominently.
 */
export function logRefusal(
  { gateway, context, about }: RefusedSession,
  { id, network }: Pick<ClientConnection, 'id' | 'network'>,
  method: string,
  { code, status, option, message }: AppError,
  isOutside: boolean,
): void {
  context.log.write(isOutside ? 'info' : 'debug', 'request refused', {
    method: method.slice(0, MAX_LOGGED),
    code,
    status,
    option,
    gateway,
    network,
    ...about,
    request: id,
    reason: message,
  });
}
