import { once } from 'node:events';
import process from 'node:process';

import type { types } from 'mediasoup';

/** Whether a worker's process is there. */
export function isRunning({ pid }: types.Worker): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Kills a worker's process and waits until it is known to be dead. */
export async function kill(worker: types.Worker): Promise<void> {
  const died = once(worker, 'died');
  process.kill(worker.pid, 'SIGKILL');
  await died;
}
