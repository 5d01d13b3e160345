import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import process from 'node:process';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';

import { batchWrites } from './batchWrites.ts';
import { copyPlainly } from './plainCopies.ts';
import { keepSmallDumps } from './transportDumps.ts';

copyPlainly();
keepSmallDumps();

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Node publishes each child process here before it spawns it. */
const CHILD_PROCESSES = 'child_process';

/** The file descriptor of a worker from which it reads requests. */
const REQUESTS = 3;

/** The method that `child_process.spawn()` calls on a new child process. */
interface Spawning extends ChildProcess {
  spawn(options: object): unknown;
}

/**
 * Starts a mediasoup worker in a session of its own: a signal to the process
 * group of the server, as from a terminal or a supervisor, does not reach it.
 * It ends by itself after the server, because its pipes close.
 *
 * @param timeout - The time after which a process that has not started is killed,
 *   ms.
 * @throws {Error} If the process cannot be spawned or does not start.
 */
export async function startWorkerProcess(
  settings: types.WorkerSettings,
  timeout: number,
): Promise<types.Worker> {
  let child: ChildProcess | undefined;
  let failure: Error | undefined;
  const adopt = (message: unknown): void => {
    const spawning = (message as { process: Spawning }).process;
    child = spawning;
    detach(spawning);
    // mediasoup does not listen yet when there are too few file descriptors
    // for the pipes: it throws a TypeError, and the reason comes afterwards.
    spawning.on('error', (error) => {
      failure = error;
    });
  };
  subscribe(CHILD_PROCESSES, adopt);
  let starting: Promise<types.Worker>;
  try {
    starting = withoutSignalHandlers(() => createWorker(settings));
  } finally {
    unsubscribe(CHILD_PROCESSES, adopt);
  }
  // There are no pipes where there are too few file descriptors for them.
  const pipes: ChildProcess['stdio'] | undefined = child?.stdio;
  const requests = pipes?.[REQUESTS];
  if (requests instanceof Writable) {
    batchWrites(requests);
  }
  const deadline = setTimeout(() => {
    failure = new Error(`the process did not start within ${timeout} ms`);
    child?.kill('SIGKILL');
  }, timeout);
  try {
    return await starting;
  } catch (error) {
    await setImmediate();
    throw failure ?? error;
  } finally {
    clearTimeout(deadline);
  }
}

/** Has a process spawned as the leader of a session, which mediasoup cannot. */
function detach(child: Spawning): void {
  const spawn = child.spawn.bind(child);
  child.spawn = (options) => spawn({ ...options, detached: true });
}

/**
 * mediasoup closes its workers on SIGINT and SIGTERM through listeners of its
 * own, before the server could notify its clients. The server closes the workers
 * itself, so these listeners are removed. They are added synchronously, so no
 * other listener can be mistaken for one of them.
 */
function withoutSignalHandlers<Result>(create: () => Result): Result {
  const before = SIGNALS.map((signal) => process.rawListeners(signal));
  const result = create();
  for (const [index, signal] of SIGNALS.entries()) {
    for (const listener of process.rawListeners(signal)) {
      if (!before[index]?.includes(listener)) {
        process.removeListener(signal, listener as () => void);
      }
    }
  }
  return result;
}
