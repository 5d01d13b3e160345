import type { Socket } from 'node:net';

import { isTrustedProxy } from '../limits/forwarded.ts';
import type { LimitUse } from '../limits/options.ts';
import { PerNetworkLimit } from '../limits/PerNetworkLimit.ts';
import { isLoopback, networkOfAddress } from '../limits/network.ts';
import type { Admit } from './HttpListener.ts';
import type { HttpSections } from './options.ts';
import { AppError, coreErrors } from '../core/errors.ts';
import { Logger } from '../core/logger.ts';
import type { Metrics } from '../core/metrics.ts';

const logger = new Logger('ConnectionLimit');

const { LIMIT_REACHED, SERVER_FULL, FORBIDDEN } = coreErrors;

/** The shortest interval between log lines about refusals, in ms. */
const LOG_INTERVAL = 60_000;

/**
 * A limit on the TCP connections to a port, in total and by address. A connection
 * counts from before its TLS handshake until its socket closes.
 */
export class ConnectionLimit {
  readonly #access: HttpSections['access'];
  readonly #metrics: Metrics;
  readonly #limit: PerNetworkLimit;
  #unlogged = 0;
  #logAgainAt = 0;

  /** @param capacity - The most connections that the process has file handles for. */
  constructor(
    config: Pick<HttpSections, 'access' | 'limits'>,
    metrics: Metrics,
    capacity: number,
  ) {
    this.#access = config.access;
    this.#metrics = metrics;
    this.#limit = new PerNetworkLimit(
      config.limits,
      { inAll: 'connections', perNetwork: 'connectionsPerAddress' },
      'TCP connections',
      capacity,
    );
    // Prometheus sees no increase in a series that starts at its first refusal.
    for (const error of [LIMIT_REACHED, SERVER_FULL, FORBIDDEN]) {
      metrics.connectionsRefused.inc({ code: error.code }, 0);
    }
  }

  /** The limit on all connections, and the number of open ones. */
  get use(): LimitUse {
    return this.#limit.use;
  }

  /**
   * Counts a connection until the result is disposed of, when its socket has closed,
   * or cuts it off.
   */
  readonly admit: Admit = (socket) => {
    try {
      return this.#limit.acquire(this.#clientOf(socket));
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      // Before the TLS handshake, the client cannot be told the reason.
      socket.destroy();
      this.#note(error);
      return undefined;
    }
  };

  /**
   * Counts a connection without TLS, which has to come from a trusted proxy or
   * from this machine, or cuts it off.
   */
  readonly admitForwarded: Admit = (socket) => {
    const { remoteAddress = '' } = socket;
    if (
      isLoopback(remoteAddress) ||
      isTrustedProxy(remoteAddress, this.#access.trustProxy)
    ) {
      return this.admit(socket);
    }
    socket.destroy();
    this.#note(
      new AppError(
        FORBIDDEN,
        `access.trustProxy: expected a connection without TLS from a proxy that it names, got one from ${remoteAddress}`,
      ),
    );
    return undefined;
  };

  /** The network that a connection counts for; behind a trusted proxy, itself alone. */
  #clientOf({ remoteAddress, remotePort }: Socket): string {
    return isTrustedProxy(remoteAddress, this.#access.trustProxy)
      ? `${remoteAddress} ${remotePort}`
      : networkOfAddress(remoteAddress);
  }

  #note({ code, message }: AppError): void {
    this.#metrics.connectionsRefused.inc({ code });
    this.#unlogged += 1;
    const now = performance.now();
    if (now >= this.#logAgainAt) {
      logger.warn(
        'refused %d connections since this was last logged: %s',
        this.#unlogged,
        message,
      );
      this.#unlogged = 0;
      this.#logAgainAt = now + LOG_INTERVAL;
    }
  }
}
