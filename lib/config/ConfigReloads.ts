import { Logger, setLogFormat, setLogLevel } from '../core/logger.ts';
import type { Metrics } from '../core/metrics.ts';
import { contradictions } from './contradictions.ts';
import type { LiveConfig } from './LiveConfig.ts';
import type { Config } from './schema.ts';
import { configWarnings } from './warnings.ts';

const logger = new Logger('Server');

/** The reloads of a configuration, with what operators are told of each. */
export class ConfigReloads {
  readonly #live: LiveConfig;
  readonly #metrics: Metrics;

  constructor(live: LiveConfig, metrics: Metrics) {
    this.#live = live;
    this.#metrics = metrics;
    this.#noteAccepted();
  }

  /** Applies the options of a new configuration that may change at run time. */
  apply(config: Config): void {
    const waiting = this.#live.update(config);
    setLogFormat(config.log.format);
    setLogLevel(config.log.level);
    this.#noteAccepted();
    logger.info('took over the new configuration');
    this.warn();
    if (waiting.length > 0) {
      logger.warn('changes in %s wait for a restart', waiting.join(', '));
      // The new configuration is right as a whole, and what of it applies by now
      // may not go with what still waits.
      for (const problem of contradictions(this.#live.view)) {
        logger.warn('until the restart: %s', problem);
      }
    }
  }

  /** Counts a new configuration that could not be taken over. */
  noteRefused(): void {
    this.#metrics.configReloaded.set(0);
  }

  /** Logs the options in effect that are most likely not intended. */
  warn(): void {
    for (const warning of configWarnings(this.#live.view)) {
      logger.warn('%s', warning);
    }
  }

  #noteAccepted(): void {
    this.#metrics.configReloaded.set(1);
    this.#metrics.configReloadedAt.set(Date.now() / 1_000);
  }
}
