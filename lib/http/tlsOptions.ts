import type { SecureContextOptions } from 'node:tls';

/** A certificate chain and its key, PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

/**
 * The suites of TLS 1.3, and those of TLS 1.2 with forward secrecy and
 * authenticated encryption: no RSA key exchange and no CBC.
 *
 * @see https://wiki.mozilla.org/Security/Server_Side_TLS
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/**
 * TLS options with a certificate, for the start and for each renewal: options that
 * are left out at a renewal go back to their defaults.
 */
export function tlsOptions(pair: KeyPair): SecureContextOptions {
  return { ...pair, ciphers: CIPHERS, minVersion: 'TLSv1.2' };
}
