import process from 'node:process';
import { inspect } from 'node:util';

import { collectGarbage } from '../../fixtures/garbage.ts';

/** The requests that a process answers, by name. */
export type Handlers = Record<string, (argument: never) => unknown>;

/** A request of one process to another. */
export interface Question {
  id: number;
  method: string;
  argument: unknown;
}

/** The answer of the other. */
export interface Answer {
  id: number;
  result?: unknown;
  /** The error, with its stack. */
  error?: string;
}

/** The resources that a process has used until now. */
export interface Usage {
  /** CPU time, ms. */
  cpu: number;
  /** Resident memory after garbage collection, bytes. */
  rss: number;
  /** Used JavaScript heap after garbage collection, bytes. */
  heap: number;
}

/** The requests that every process of a benchmark answers. */
export const vitals = {
  /** CPU time of this process until now, ms. */
  cpu,

  /** All figures of this process, after collecting garbage. */
  async usage(): Promise<Usage> {
    await collectGarbage();
    const { rss, heapUsed } = process.memoryUsage();
    return { cpu: cpu(), rss, heap: heapUsed };
  },
};

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Answers the process that started this one, until it disconnects.
 *
 * @param handlers - What can be asked.
 * @param close - Ends everything that keeps the process running.
 */
export function serve(
  handlers: Handlers,
  close: () => void | Promise<void>,
): void {
  process.on('message', (question: Question) => {
    void answer(handlers, question).then((it) => process.send?.(it));
  });
  process.on('disconnect', () => {
    void close();
  });
  process.send?.('ready');
}

async function answer(
  handlers: Handlers,
  { id, method, argument }: Question,
): Promise<Answer> {
  try {
    const handle = handlers[method];
    if (handle === undefined) {
      throw new Error(`nothing answers ${method}`);
    }
    return { id, result: await handle(argument as never) };
  } catch (error) {
    return { id, error: inspect(error) };
  }
}
