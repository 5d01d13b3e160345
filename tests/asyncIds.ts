/**
 * Loaded into every test file's process before anything loads `node:test`. The test
 * runner notes for each asynchronous resource, promises included, to which test it
 * belongs, and has a hook tell it of each that is collected. Such a hook makes Node track
 * every promise through the garbage collector, which took a fifth of the CPU time of the
 * tests. Here the oldest are forgotten instead. An exception that comes later than that
 * still fails the run, but under the name of no test.
 *
 * See https://github.com/nodejs/node/issues/32386.
 */
import hooks from 'node:async_hooks';
import type { HookCallbacks } from 'node:async_hooks';

/** The number of resources that stay known. */
const KEPT = 1 << 17;

/** The types of resources that are known as long as the process runs. */
const LASTING: ReadonlySet<string> = new Set(['Test', 'Suite']);

const createHook = hooks.createHook;
let replaced = false;

hooks.createHook = function createWithoutDestroy(callbacks) {
  if (replaced || !callbacks.init || !callbacks.destroy) {
    return createHook(callbacks);
  }
  replaced = true;
  const changed = { ...callbacks, init: forgetting(callbacks) };
  delete changed.destroy;
  return createHook(changed);
};

/** Tells whether the hook of the test runner has been replaced. */
export function forgetsOldest(): boolean {
  return replaced;
}

/** Calls `destroy` for the oldest resource with each new one, once there are too many. */
export function forgetting(callbacks: HookCallbacks, kept = KEPT) {
  const ids = new Float64Array(kept);
  let next = 0;
  return (
    id: number,
    type: string,
    triggerId: number,
    resource: object,
  ): void => {
    callbacks.init?.(id, type, triggerId, resource);
    if (LASTING.has(type)) {
      return;
    }
    callbacks.destroy?.(ids[next] ?? 0);
    ids[next] = id;
    next = (next + 1) % kept;
  };
}
