import { once } from 'node:events';
import process from 'node:process';

import type { types } from 'mediasoup';
import { until } from './until.ts';

/** True if a worker's process exists. */
export function isRunning({ pid }: { pid: number }): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Kills a worker's process and waits until its death is noticed. */
export async function kill(worker: types.Worker): Promise<void> {
  const died = once(worker, 'died');
  process.kill(worker.pid, 'SIGKILL');
  await died;
}

/** Waits until processes that this one did not start have ended. */
export async function gone(pids: readonly number[]): Promise<void> {
  await until('the end of all processes', () =>
    pids.every((pid) => !isRunning({ pid })),
  );
}
