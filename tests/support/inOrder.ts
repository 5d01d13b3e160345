import { afterEach, beforeEach } from 'node:test';

/**
 * Has the tests of a suite, in whose `describe` it is called, go on where the one
 * before has ended: once one has failed, those after it fail at once, instead of
 * each waiting for what does not come.
 */
export function inOrder(): void {
  let failed: string | undefined;
  beforeEach(() => {
    if (failed !== undefined) {
      throw new Error(
        `not tried: it goes on where "${failed}" ends, which has failed`,
      );
    }
  });
  afterEach((context) => {
    const { error } = context as { error?: Error | undefined };
    if (error) {
      failed ??= context.name;
    }
  });
}
