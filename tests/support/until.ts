import { setTimeout as delay } from 'node:timers/promises';

/** Between two probes, ms. */
const INTERVAL = 20;

/** Longer than anything takes on a busy machine, ms. */
const TIMEOUT = 60_000;

type Missing = undefined | null | false;

/**
 * Polls for state that no event announces.
 *
 * @param expected - Names what is awaited, for the error.
 * @param probe - Returns a value once it is there; may take a round trip.
 * @returns The first value that is neither false, null nor undefined.
 * @throws {Error} When it has not come within the timeout.
 */
export async function until<Value>(
  expected: string,
  probe: () => Value | Missing | Promise<Value | Missing>,
  timeout = TIMEOUT,
): Promise<Value> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) {
      return value;
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${timeout} ms: ${expected}`);
    }
    await delay(INTERVAL);
  }
}
