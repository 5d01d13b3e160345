import { Redis } from 'ioredis';

import { Logger } from '../core/logger.ts';

const logger = new Logger('Redis');

/** The longest time for Redis to accept a connection or to answer, ms. */
const TIMEOUT = 2_000;

/** The time until another try to reach Redis, ms; far less than a lease. */
const RETRY_AFTER = 250;

/**
 * A client of Redis, which is not connected yet. It reconnects by itself. What it is
 * to send meanwhile fails at once, because later it may be untrue.
 */
export function redisAt(url: string): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT,
    commandTimeout: TIMEOUT,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RETRY_AFTER,
  });
  redis.on('error', (error) => {
    logger.debug('lost the connection: %s', error);
  });
  return redis;
}
