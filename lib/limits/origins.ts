import type { IncomingMessage } from 'node:http';

import { AppError, coreErrors } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import { ownOriginOf } from './forwarded.ts';
import type { AccessOptions } from './options.ts';
import { ANY_ORIGIN } from './originSchema.ts';

const logger = new Logger('origins');

/** The values of `access.origins` under which a refused origin was logged. */
const logged = new WeakSet<readonly string[]>();

/**
 * Lets pages ask that come from here or from a listed origin. What is no
 * browser sends no `Origin` and passes: it could send any. The first origin
 * that is refused is logged, with what would allow it.
 *
 * A WebSocket is not bound to its page's origin, so the server has to look.
 *
 * @param origin - The origin of the page, unless the request names it.
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-10.2
 * @throws {AppError} ORIGIN_REFUSED.
 */
export function requireOrigin(
  request: IncomingMessage,
  access: Pick<AccessOptions, 'origins' | 'trustProxy'>,
  origin: string | undefined = request.headers.origin,
): void {
  const { origins, trustProxy } = access;
  if (
    origin === undefined ||
    origins.includes(ANY_ORIGIN) ||
    origins.includes(origin)
  ) {
    return;
  }
  const own = ownOriginOf(request, trustProxy);
  if (own === origin) {
    return;
  }
  if (!logged.has(origins)) {
    logged.add(origins);
    logger.error(
      'refuses pages of the origin %j, because they reach this server as %s; to allow them, add %j to access.origins, or let the proxy in front pass on the Host of the browser and name the proxy in access.trustProxy',
      origin,
      own,
      origin,
    );
  }
  throw new AppError(
    coreErrors.ORIGIN_REFUSED,
    `Origin: expected that of this server or one of access.origins, got ${JSON.stringify(origin)}`,
    { option: 'access.origins' },
  );
}
