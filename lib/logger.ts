import createDebug from 'debug';

/** How much is logged when the `DEBUG` variable does not say it. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** One of {@link LOG_LEVELS}, from the quietest to the most talkative. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Enables every namespace up to a level.
 *
 * The `DEBUG` environment variable wins where it is set, so that one room or
 * one peer can be watched: `DEBUG='atrium:*:Room:my-room*'`.
 */
export function setLogLevel(level: LogLevel): void {
  if (process.env['DEBUG'] !== undefined) {
    return;
  }
  const enabled = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1);
  createDebug.enable(enabled.map((name) => `atrium:${name}:*`).join(','));
}

/**
 * Writes to standard error under `atrium:<level>:<what>[:<id>]`.
 *
 * The debug instances are made when first written to: most peers never log at
 * most levels, and there are many peers.
 */
export class Logger {
  readonly #name: string;
  readonly #writers = new Map<LogLevel, createDebug.Debugger>();

  constructor(name: string) {
    this.#name = name;
  }

  /** A logger for one of what this one logs: a room, a peer, a worker. */
  child(id: string): Logger {
    return new Logger(`${this.#name}:${id}`);
  }

  error(format: string, ...args: unknown[]): void {
    this.#write('error', format, args);
  }

  warn(format: string, ...args: unknown[]): void {
    this.#write('warn', format, args);
  }

  info(format: string, ...args: unknown[]): void {
    this.#write('info', format, args);
  }

  debug(format: string, ...args: unknown[]): void {
    this.#write('debug', format, args);
  }

  #write(level: LogLevel, format: string, args: unknown[]): void {
    let writer = this.#writers.get(level);
    if (writer === undefined) {
      writer = createDebug(`atrium:${level}:${this.#name}`);
      this.#writers.set(level, writer);
    }
    writer(format, ...args);
  }
}
