import process from 'node:process';

import { loadConfig } from './lib/config/load.ts';
import { Logger, setLogFormat, setLogLevel } from './lib/core/logger.ts';
import { StartError } from './lib/core/StartError.ts';
import { Server } from './lib/Server.ts';

const logger = new Logger('process');

try {
  const config = await loadConfig();
  setLogFormat(config.log.format);
  setLogLevel(config.log.level);
  const server = await Server.start(config);
  endWith(server);
  console.log(`Atrium is at ${server.url}`);
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}

/** Ends the process in good order, whatever asks for it. */
function endWith(server: Server): void {
  let ending = false;

  const end = (stop: Promise<void>, status: number): void => {
    ending = true;
    stop.then(
      () => process.exit(status),
      (error: unknown) => {
        logger.error('could not stop cleanly: %o', error);
        process.exit(1);
      },
    );
  };

  const onSignal = (
    signal: NodeJS.Signals,
    stop: () => Promise<void>,
  ): void => {
    if (ending) {
      process.exit(1);
    }
    console.log(`${signal}: stopping; a second signal stops at once`);
    end(stop(), 0);
  };

  process.on('SIGHUP', () => {
    void server.renewCertificate();
    loadConfig().then(
      (config) => server.reconfigure(config),
      (error: unknown) => {
        logger.error(
          'the new configuration is refused, the old one stays: %s',
          error instanceof Error ? error.message : error,
        );
      },
    );
  });
  process.on('SIGTERM', (signal) => onSignal(signal, () => server.drain()));
  process.on('SIGINT', (signal) => onSignal(signal, () => server.close()));

  // After it, anything may be half done.
  process.on('uncaughtException', (error) => {
    logger.error('uncaught exception: %o', error);
    if (!ending) {
      end(server.drain(), 1);
    }
  });

  // It concerns only the work that it ended.
  process.on('unhandledRejection', (reason) => {
    logger.error('unhandled rejection: %o', reason);
  });
}
