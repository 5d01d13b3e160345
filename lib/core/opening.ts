import { setTimeout as sleep } from 'node:timers/promises';

import { Logger } from './logger.ts';
import { StartError } from './StartError.ts';

const logger = new Logger('start');

const RETRY_INTERVAL = 500;

/** The options that say what is opened, by name and value. */
export interface Opened {
  addressOption: string;
  address: string;
  portOption: string;
  port: number;
}

/** Sentences for what keeps a port from being opened. */
const REASONS: readonly [
  pattern: RegExp,
  explain: (opened: Opened) => string,
][] = [
  [
    /spawn .*(?:ENOENT|EACCES|ENOEXEC)/,
    () =>
      'the media worker is not a program that can be run: put it in place with npm run setup, or correct the variable MEDIASOUP_WORKER_BIN',
  ],
  [
    /EADDRINUSE|address already in use/,
    ({ portOption, port, address }) =>
      `${portOption}: expected a port that is free on ${address}, got ${port}, which something else uses; stop that, or set another port`,
  ],
  [
    /EACCES|permission denied/,
    ({ portOption, port }) =>
      `${portOption}: expected a port that this user may open, got ${port}; set one from 1024 on, or give the process the capability CAP_NET_BIND_SERVICE`,
  ],
  [
    /EADDRNOTAVAIL|address not available/,
    ({ addressOption, address }) =>
      `${addressOption}: expected an address of this host, got ${address}; "ip address" lists them`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    ({ addressOption, address }) =>
      `${addressOption}: expected an IP address or a host name that can be resolved, got ${address}`,
  ],
  [
    /EAFNOSUPPORT|address family not supported/,
    ({ addressOption, address }) =>
      `${addressOption}: expected an address of a family that this host has, got ${address}; it has no IPv6`,
  ],
];

/**
 * Opens ports. One that is taken is tried again for a while, since it often is
 * the server's own predecessor that goes.
 *
 * @param patience - The time for which it is tried again, ms.
 * @param open - Opens them, and leaves nothing open where it fails.
 * @throws {StartError} When they cannot be opened, naming the option.
 */
export async function opening<Result>(
  opened: Opened,
  patience: number,
  open: () => Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + patience;
  let told = false;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const taken = isTaken(error);
      if (!taken || performance.now() >= deadline) {
        throw startError(opened, error);
      }
      if (!told) {
        told = true;
        logger.warn(
          '%s: port %d is taken on %s; it is tried again for %d s',
          opened.portOption,
          opened.port,
          opened.address,
          patience / 1_000,
        );
      }
    }
    await sleep(RETRY_INTERVAL);
  }
}

function isTaken(error: unknown): boolean {
  return /EADDRINUSE|address already in use/.test(String(error));
}

/** An error in words; one that has no explanation is passed on unchanged. */
function startError(opened: Opened, error: unknown): unknown {
  const reason = REASONS.find(([pattern]) => pattern.test(String(error)));
  return reason === undefined
    ? error
    : new StartError(reason[1](opened), { cause: error });
}
