/**
 * Loaded into every test file's process before the file itself. Where a test fails
 * and so does the disposal of what it used, Node reports a SuppressedError without
 * either failure; both are printed here.
 */
import { afterEach } from 'node:test';

afterEach((context) => {
  const { error } = context as { error?: Error | undefined };
  const failure = error?.cause;
  if (failure instanceof SuppressedError) {
    console.error(`Both failures of "${context.name}":`);
    print(failure);
  }
});

/** Prints the first failure, and those of the disposals after it. */
function print(failure: unknown): void {
  if (failure instanceof SuppressedError) {
    print(failure.suppressed);
    print(failure.error);
  } else {
    console.error(failure);
  }
}
