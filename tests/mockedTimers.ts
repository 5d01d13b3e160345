/**
 * Loaded into every test file's process before the file itself. Lets `clearTimeout` and
 * `clearInterval` end real timers while a test mocks the functions that start them. What
 * an earlier file has closed may clear its timers only then: Node's mocks pass over them,
 * and the process would wait for them after its last test.
 */
import { mock } from 'node:test';

const REAL = { clearTimeout, clearInterval };

type MockTimers = Pick<typeof mock.timers, 'enable'>;

const prototype = Object.getPrototypeOf(mock.timers) as MockTimers;
const enable = Reflect.get(prototype, 'enable');

prototype.enable = function enableBoth(this: MockTimers, options): void {
  enable.call(this, options);
  for (const [name, clear] of Object.entries(REAL)) {
    const mocked: unknown = Reflect.get(globalThis, name);
    if (typeof mocked === 'function' && mocked !== clear) {
      Reflect.set(globalThis, name, (timer: NodeJS.Timeout) => {
        mocked(timer);
        clear(timer);
      });
    }
  }
};
