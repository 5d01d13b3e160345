import process from 'node:process';

import createDebug from 'debug';

import { formatEntry, formatMessage, LOG_LEVELS } from './logFormat.ts';
import type { LogFields, LogFormat, LogLevel } from './logFormat.ts';

/** Set by the operator; enabling namespaces below must not be mistaken for it. */
const DEBUG = process.env['DEBUG'];

let format: LogFormat = 'text';

/**
 * Enables every namespace up to a level, and disables the others.
 *
 * The `DEBUG` environment variable wins where it is set, so that one room or
 * one peer can be watched: `DEBUG='atrium:*:Room:my-room*'`.
 */
export function setLogLevel(level: LogLevel): void {
  if (DEBUG !== undefined) {
    return;
  }
  const enabled = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1);
  createDebug.enable(enabled.map((name) => `atrium:${name}:*`).join(','));
  // The package keeps what is enabled there, where child processes inherit it.
  delete process.env['DEBUG'];
}

/** Sets the format of the entries that follow. */
export function setLogFormat(next: LogFormat): void {
  format = next;
}

// Libraries that use the package write in the same format.
createDebug.formatArgs = function formatArgs(args: unknown[]): void {
  const [message, ...rest] = args.splice(0);
  args.push(
    formatEntry(
      {
        level: levelOf(this.namespace),
        name: this.namespace,
        message: formatMessage(String(message), rest),
        fields: {},
      },
      format,
    ),
  );
};

/** The level of a library's namespace, such as `mediasoup:WARN:Router`. */
function levelOf(namespace: string): LogLevel {
  const level = LOG_LEVELS.find((name) =>
    namespace.includes(`:${name.toUpperCase()}`),
  );
  return level ?? 'debug';
}

/**
 * Writes to standard error under the namespace `atrium:<level>:<name>`, one
 * line an entry. Values that came from a client are passed as arguments or as
 * fields, never as part of a format.
 *
 * It keeps no debug instances, which are large: there are many peers, and most of
 * them never write anything.
 */
export class Logger {
  readonly #name: string;
  readonly #ids: Readonly<Record<string, string>>;

  /** @param ids - The ids of what it is about, by their kinds. */
  constructor(name: string, ids: Readonly<Record<string, string>> = {}) {
    this.#name = name;
    this.#ids = ids;
  }

  /**
   * A logger for one of many, such as a room or a peer.
   *
   * @param kind - The name of the field that has its id.
   */
  child(kind: string, id: string): Logger {
    return new Logger(this.#name, { ...this.#ids, [kind]: id });
  }

  error(message: string, ...args: unknown[]): void {
    this.#format('error', message, args);
  }

  warn(message: string, ...args: unknown[]): void {
    this.#format('warn', message, args);
  }

  info(message: string, ...args: unknown[]): void {
    this.#format('info', message, args);
  }

  debug(message: string, ...args: unknown[]): void {
    this.#format('debug', message, args);
  }

  /** Tells if entries of a level are written. */
  enables(level: LogLevel): boolean {
    return createDebug.enabled(this.#namespace(level));
  }

  /** Writes an entry with named values; the message is taken as it is. */
  write(level: LogLevel, message: string, fields: LogFields): void {
    if (this.enables(level)) {
      this.#print(level, message, fields);
    }
  }

  #format(level: LogLevel, message: string, args: unknown[]): void {
    if (this.enables(level)) {
      this.#print(level, formatMessage(message, args), {});
    }
  }

  #namespace(level: LogLevel): string {
    const ids = Object.values(this.#ids);
    return `atrium:${level}:${[this.#name, ...ids].join(':')}`;
  }

  #print(level: LogLevel, message: string, fields: LogFields): void {
    // The namespace has the ids in it.
    const entry =
      format === 'json'
        ? {
            level,
            name: this.#name,
            message,
            fields: { ...this.#ids, ...fields },
          }
        : { level, name: this.#namespace(level), message, fields };
    createDebug.log(formatEntry(entry, format));
  }
}
