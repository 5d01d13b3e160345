import process from 'node:process';

import { argumentsIn, USAGE, version } from './commandLine.ts';
import type { Command } from './commandLine.ts';
import { loadConfig } from './config/load.ts';
import { configWarnings, unknownVariables } from './config/warnings.ts';
import { LatestRun } from './core/LatestRun.ts';
import { MemoryRelease } from './core/MemoryRelease.ts';
import { Logger, setLogFormat, setLogLevel } from './core/logger.ts';
import { StartError } from './core/StartError.ts';
import type { Server } from './Server.ts';

const logger = new Logger('process');

/**
 * The server's process: does what its arguments ask for, and ends with 1 if that
 * fails.
 */
export async function main(args: readonly string[]): Promise<void> {
  // The reader of the output may go away before the server. There is no other
  // place to report that, and the report would fail in turn.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => undefined);
  }
  try {
    const { command, service } = argumentsIn(args);
    await run(command, service);
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  }
}

async function run(
  command: Command,
  service: string | undefined,
): Promise<void> {
  const load = () => loadConfig(process.env, service);
  if (command === 'help') {
    console.log(USAGE);
    return;
  }
  if (command === 'version') {
    console.log(version());
    return;
  }
  const config = await load();
  setLogFormat(config.log.format);
  // A check shows warnings, whatever the server is to log.
  setLogLevel(command === 'check' ? 'warn' : config.log.level);
  for (const warning of unknownVariables(process.env)) {
    logger.warn('%s', warning);
  }
  if (command === 'check') {
    for (const warning of configWarnings(config)) {
      logger.warn('%s', warning);
    }
    // Without the media engine, a wrong config is reported in half the time.
    const { check } = await import('./check.ts');
    await check(config);
    console.log('The configuration is valid.');
    return;
  }
  // It is most of the code. What is wrong so far is told without loading it.
  const { Server } = await import('./Server.ts');
  const server = await Server.start(config);
  endWith(server, load);
  new MemoryRelease(() => server.connections).start();
  console.log(`Atrium is at ${server.url}`);
}

/** Ends the process in good order on signals and on uncaught exceptions. */
function endWith(server: Server, load: typeof loadConfig): void {
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

  // An operator may have drained it by the server API.
  void server.stopped.then(() => {
    if (!ending) {
      process.exit(0);
    }
  });

  const reload = new LatestRun(async () => {
    try {
      server.reconfigure(await load());
    } catch (error) {
      server.noteRefusedConfig();
      logger.error(
        'the new configuration is refused, the old one stays: %s',
        error instanceof Error ? error.message : error,
      );
    }
  });
  process.on('SIGHUP', () => {
    void server.renewCertificate();
    void reload.request();
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
