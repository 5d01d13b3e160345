import { AtriumError } from './AtriumError.ts';
import { PASSING, wait } from './Connection.ts';
import type { Connection } from './Connection.ts';
import { EventFrames } from './eventFrames.ts';
import type { ServerEvent } from './generated/operations.ts';

/** Options for following the events. */
export interface FollowOptions {
  /** Stops following them. */
  signal?: AbortSignal;
  /** With `kept`, begins with the latest events that the server has kept. */
  from?: 'now' | 'kept';
  /** Called when the connection opens, and when it is lost. */
  onConnection?: (isOpen: boolean) => void;
}

/** The wait before another connection, ms. */
const WAIT = 2_000;

/**
 * The time after which a silent connection counts as lost, ms.
 * A server sends a comment at the latest every `limits.answerTimeout` / 2.
 */
const SILENCE = 45_000;

/** An id that no event has: the server then sends all events that it has kept. */
const NO_EVENT = '-';

/** Follows the events of a server, over a new connection after each lost one. */
export async function* followEvents(
  connection: Connection,
  { signal, onConnection, from = 'now' }: FollowOptions,
): AsyncGenerator<ServerEvent> {
  let last = from === 'kept' ? NO_EVENT : undefined;
  while (!isOver(signal)) {
    const attempt = new AbortController();
    const ended = (): void => attempt.abort();
    signal?.addEventListener('abort', ended, { once: true });
    try {
      const { body } = await beforeSilence(
        attempt,
        connection.open(
          'followServerEvents',
          last === undefined ? {} : { 'Last-Event-ID': last },
          attempt.signal,
        ),
      );
      onConnection?.(true);
      const frames = new EventFrames();
      for await (const piece of piecesOf(body, attempt)) {
        for (const { id, data } of frames.take(piece)) {
          last = id;
          yield JSON.parse(data) as ServerEvent;
        }
      }
    } catch (error) {
      if (!isOver(signal) && isFinal(error)) {
        throw error;
      }
    } finally {
      signal?.removeEventListener('abort', ended);
      attempt.abort();
    }
    if (isOver(signal)) {
      return;
    }
    onConnection?.(false);
    await wait(WAIT, signal).catch(() => undefined);
  }
}

/** The text of a stream as it comes, until it ends or is silent for too long. */
async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
  attempt: AbortController,
): AsyncGenerator<string> {
  if (body === null) {
    return;
  }
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { value } = await beforeSilence(attempt, reader.read());
    if (value === undefined) {
      return;
    }
    yield decoder.decode(value, { stream: true });
  }
}

/** Waits for a sign of the server, and aborts the attempt if none comes. */
async function beforeSilence<Sign>(
  attempt: AbortController,
  sign: Promise<Sign>,
): Promise<Sign> {
  const timer = setTimeout(() => attempt.abort(), SILENCE);
  try {
    return await sign;
  } finally {
    clearTimeout(timer);
  }
}

function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** True for a refusal that another attempt would not change. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof AtriumError &&
    error.status !== 0 &&
    !PASSING.has(error.status)
  );
}
