import { createHmac } from 'node:crypto';

import type { IceOptions } from './options.ts';

/** A STUN or TURN server as RTCPeerConnection takes it. */
export interface IceServer {
  urls: string[];
  username?: string | undefined;
  credential?: string | undefined;
}

/** coturn refuses users whose names could end a text in SQL, or begin a query. */
const REFUSED_BY_COTURN = /["'\\]|select/gi;

/**
 * The ICE servers that a user is told of. For a server with a secret, the user
 * gets a credential that is good for a while and proves itself: the TURN server
 * makes the same of the name, which says when it ends.
 *
 * @param ice - Section `ice` of the config.
 * @param now - ms since the epoch.
 * @see https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00
 */
export function iceServersFor(
  userId: string,
  { servers, ttl }: IceOptions,
  now = Date.now(),
): IceServer[] {
  const expiry = Math.floor(now / 1_000) + ttl;
  const name = `${expiry}:${userId.replaceAll(REFUSED_BY_COTURN, '_')}`;
  return servers.map(({ urls, username, credential, secret }) =>
    secret === undefined
      ? { urls: [...urls], username, credential }
      : {
          urls: [...urls],
          username: name,
          credential: createHmac('sha1', secret).update(name).digest('base64'),
        },
  );
}
