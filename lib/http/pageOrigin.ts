import type { IncomingMessage } from 'node:http';

import type { ClientAddress } from '../limits/addresses.ts';
import { ownOriginOf } from '../limits/forwarded.ts';
import type { AccessOptions } from '../limits/options.ts';
import type { RtcOptions } from '../media/options.ts';
import { clientUrl } from './clientUrl.ts';

/**
 * The origin at which the client of a request finds the page: the one that it
 * has asked, unless that is the address of one contract alone, which has no page.
 *
 * @param main - The address that serves the page, with the port that is open.
 */
export function pageOriginFor(
  request: IncomingMessage,
  access: Pick<AccessOptions, 'pageOrigin' | 'trustProxy'>,
  main: ClientAddress,
  rtc: RtcOptions,
): string {
  const { pageOrigin, trustProxy } = access;
  const asked =
    request.socket.localPort === main.port
      ? ownOriginOf(request, trustProxy)
      : undefined;
  return pageOrigin ?? asked ?? new URL(clientUrl(main, rtc)).origin;
}
