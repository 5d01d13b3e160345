import { fstatSync } from 'node:fs';
import process from 'node:process';
import { formatWithOptions } from 'node:util';

/** The levels of log entries, from the most severe to the most detailed. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The formats of log entries. */
export const LOG_FORMATS = ['text', 'json'] as const;

/** One of {@link LOG_FORMATS}. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Named values of a log entry; those that are undefined are left out. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | undefined>
>;

/** One log entry. */
export interface LogEntry {
  level: LogLevel;
  /** The part of the server that writes it. */
  name: string;
  message: string;
  fields: LogFields;
}

/** The journal's priorities, those of syslog. */
const PRIORITIES = { error: 3, warn: 4, info: 6, debug: 7 } as const;

/** Characters that would break a line, or change how it is displayed. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A value that can be read in text without quotes. */
const PLAIN = /^[\w.:/@+-]+$/;

/**
 * A JSON Web Token, or its beginning. Clients send some in the wrong place: in a
 * path, as an id, as the name of a request.
 */
const TOKEN = /\beyJ[\w-]+\.[\w.-]*/g;

/**
 * One line for an entry, without its end. Nothing in it can start another line,
 * and tokens are left out.
 *
 * In text, an entry for systemd's journal starts with its priority, and any
 * other with the time.
 */
export function formatEntry(entry: LogEntry, format: LogFormat): string {
  return lineOf(entry, format).replaceAll(TOKEN, '[token]');
}

function lineOf(entry: LogEntry, format: LogFormat): string {
  const { level, name, message, fields } = entry;
  if (format === 'json') {
    const time = new Date().toISOString();
    const line = JSON.stringify({ time, level, name, message, ...fields });
    return line.replaceAll(UNPRINTABLE, unicodeEscape);
  }
  const prefix = goesToJournal()
    ? `<${PRIORITIES[level]}>`
    : process.env['DEBUG_HIDE_DATE'] === undefined
      ? `${new Date().toISOString()} `
      : '';
  return [
    `${prefix}${inOneWord(name)}`,
    message.replaceAll(UNPRINTABLE, shortEscape),
    ...Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => `${field}=${quoted(String(value))}`),
  ].join(' ');
}

/**
 * A message from a format string, as `util.format` makes it. Only a format that
 * is written in the source may be passed; values are passed as arguments.
 */
export function formatMessage(
  format: string,
  args: readonly unknown[],
): string {
  // %o would show hidden properties of errors, and their stacks twice.
  const plain = format.replaceAll('%o', '%O');
  return formatWithOptions({ breakLength: Infinity }, plain, ...args);
}

/**
 * Tells if standard error is connected to systemd's journal.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#%24JOURNAL_STREAM
 */
function goesToJournal(): boolean {
  journal ??= isJournal(process.env['JOURNAL_STREAM']);
  return journal;
}

let journal: boolean | undefined;

function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) {
    return false;
  }
  const { dev, ino } = fstatSync(process.stderr.fd, { bigint: true });
  return stream === `${dev}:${ino}`;
}

function quoted(value: string): string {
  return PLAIN.test(value)
    ? value
    : JSON.stringify(value).replaceAll(UNPRINTABLE, unicodeEscape);
}

/** A name without spaces, because a space ends it in text. */
function inOneWord(name: string): string {
  return name
    .replaceAll(UNPRINTABLE, unicodeEscape)
    .replaceAll(/\s/g, unicodeEscape);
}

function shortEscape(character: string): string {
  return character === '\n' ? String.raw`\n` : unicodeEscape(character);
}

function unicodeEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) =>
      `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
