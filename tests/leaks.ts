/**
 * Loaded into every test file's process before the file itself. A process that
 * is alive after its last test has left something open: a socket, a timer, a
 * worker. It is ended with a message that lists what is open. A process in which
 * the clock is still mocked then fails, too: later tests ran with that clock.
 */
import { after } from 'node:test';

const GRACE_MS = 5_000;

// Marks every process that this one starts, so that the runner finds those
// left behind.
process.env['TEST_FILE_MARK'] = `${process.ppid}:${process.argv[1]}`;

/** The functions that tell the time, by their names. */
const clock = (): Record<string, unknown> => ({
  'performance.now': Reflect.get(performance, 'now'),
  'Date.now': Reflect.get(Date, 'now'),
});
const realClock = clock();

const ownStreams = [process.stdout, process.stderr].length;

after(() => {
  for (const [name, tell] of Object.entries(clock())) {
    if (tell !== realClock[name]) {
      console.error(
        `LEAK: ${name} is still mocked after the last test of ${process.argv[1]} has ended.`,
      );
      process.exitCode = 1;
    }
  }
  // The timer itself does not keep the process alive, so it fires only if
  // something else does.
  setTimeout(() => {
    const left = process.getActiveResourcesInfo();
    for (let stream = 0; stream < ownStreams; stream += 1) {
      const index = left.indexOf('PipeWrap');
      if (index !== -1) {
        left.splice(index, 1);
      }
    }
    console.error(
      `LEAK: ${process.argv[1]} still runs ${GRACE_MS / 1000} s after its last` +
        ` test has ended. Left open: ${left.join(', ') || 'nothing known'}.`,
    );
    process.exit(1);
  }, GRACE_MS).unref();
});
