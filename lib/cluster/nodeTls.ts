import { hkdfSync } from 'node:crypto';
import type { TlsOptions } from 'node:tls';

/** The header with the client of a request that another node passes on. */
export const CLIENT_HEADER = 'x-atrium-client';

/** The header with the facts about a client that it had told the other node. */
export const SESSION_HEADER = 'x-atrium-session';

/** The header with the id of the node that links to another one. */
export const NODE_HEADER = 'x-atrium-node';

/** The protocol of the links between nodes, with the version of its messages. */
export const LINK_PROTOCOL = 'atrium-link/2';

/** The client of a request, as the node that it has reached sees it. */
export interface ForwardedClient {
  /** The address at the other end of its connection. */
  readonly address: string;
  /** True if the connection has TLS. */
  readonly secure: boolean;
}

/** The name under which nodes know the secret, for the requests of their clients. */
export const IDENTITY = 'atrium';

/**
 * The name for the links of nodes themselves: no header that a client has sent makes a
 * link of a connection that was opened for that client.
 */
export const LINK_IDENTITY = 'atrium-link';

const KEY_BYTES = 32;

/**
 * TLS with a shared key (RFC 5489): both ends prove that they know the secret, and
 * neither needs a certificate.
 */
export const NODE_TLS = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const satisfies TlsOptions;

/** The key of the connections between nodes. */
export function nodeKey(secret: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', secret, '', 'atrium node connections', KEY_BYTES),
  );
}
