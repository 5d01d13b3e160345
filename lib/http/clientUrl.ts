import type { ClientAddress } from '../limits/addresses.ts';
import { isWildcard, originAt } from '../limits/network.ts';
import { announcedAddresses } from '../media/addresses.ts';
import type { RtcOptions } from '../media/options.ts';

/** The URL at which clients reach an address that the server listens on. */
export function clientUrl(
  { host, port, tls }: ClientAddress,
  rtc: RtcOptions,
): string {
  // A wildcard is no address that clients can connect to.
  const reached = isWildcard(host)
    ? (announcedAddresses(rtc)[0] ?? 'localhost')
    : host;
  return `${originAt(tls ? 'https' : 'http', reached, port)}/`;
}
