import { told, toldIn } from './Entry.ts';
import type { Told } from './Entry.ts';
import type { MessageLog } from './MessageLog.ts';

/** Most messages in an answer. */
const MOST = 100;

/** Most characters of them, as JSON. */
const MOST_CHARACTERS = 80_000;

/** Longest key of a message that was cleared. */
const MAX_KEY = 400;

/** Earlier messages, as a peer who joined before the user passes them on. */
export type History = {
  messages: Told[];
  /** The keys of messages that were cleared. */
  cleared: string[];
  /** The number of the last message, by which to ask for later ones. */
  last: number;
  /** False while that peer still asks others itself. */
  complete: boolean;
};

/** The address of an answer, so that no other answer can take its place. */
type Address = { to: string; request: string };

/** Writes the messages of a log after one number, the last of them if they are many. */
export function writeHistory(
  log: MessageLog,
  after: number,
  complete: boolean,
  address: Address,
): string {
  const messages: Told[] = [];
  let left = MOST_CHARACTERS;
  for (const entry of log.after(after).slice(-MOST).toReversed()) {
    const message = told(entry);
    left -= JSON.stringify(message).length;
    if (left < 0) {
      break;
    }
    messages.unshift(message);
  }
  const { cleared, last } = log;
  return JSON.stringify({
    ...address,
    messages,
    cleared: cleared.slice(-MOST),
    last,
    complete,
    now: Date.now(),
  });
}

/**
 * Reads an answer, with its times by the clock of this browser. Throws if it
 * is invalid, or answers another question.
 */
export function readHistory(text: string, { to, request }: Address): History {
  const answer = Object(JSON.parse(text)) as Record<string, unknown>;
  if (answer['to'] !== to || answer['request'] !== request) {
    throw new Error('The answer is to another question.');
  }
  const { messages, cleared, last, complete, now } = answer;
  const ahead = typeof now === 'number' ? now - Date.now() : 0;
  const here = (at: number): number =>
    Math.max(0, Math.min(at - ahead, Date.now()));
  return {
    messages: listIn(messages).flatMap((it) => {
      const message = toldIn(it);
      return message ? [{ ...message, at: here(message.at) }] : [];
    }),
    cleared: listIn(cleared).filter(
      (it) => typeof it === 'string' && it.length <= MAX_KEY,
    ) as string[],
    last: typeof last === 'number' ? last : 0,
    complete: complete === true,
  };
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(-MOST) : [];
}
