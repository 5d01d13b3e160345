import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';

import { AppError, coreErrors } from '../../../lib/core/errors.ts';
import { HandshakeWait } from '../../../lib/signalling/ws/HandshakeWait.ts';

const stopping = new AppError(coreErrors.SHUTTING_DOWN, 'the server stops');

/** Work that never ends. */
function endless(): Promise<never> {
  return new Promise<never>(() => undefined);
}

describe('the wait for the answer to a handshake', () => {
  test('has the result of the work', async () => {
    using wait = new HandshakeWait(new PassThrough());
    assert.equal(await wait.until(Promise.resolve('done')), 'done');
  });

  test('ends with the reason when the server stops', async () => {
    using wait = new HandshakeWait(new PassThrough());
    const result = wait.until(endless());
    wait.abandon(stopping);
    await assert.rejects(result, stopping);
  });

  test('ends without harm when its result is there already', async (t) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on('unhandledRejection', note);
    t.after(() => process.off('unhandledRejection', note));
    using wait = new HandshakeWait(new PassThrough());
    wait.abandon(stopping);
    // Node tells of an unhandled rejection before the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(unhandled, []);
  });

  for (const [how, leave] of [
    ['ends its side', (it: PassThrough) => it.end()],
    ['is cut off', (it: PassThrough) => it.destroy()],
    ['fails', (it: PassThrough) => it.emit('error', new Error('reset'))],
  ] as const) {
    test(`ends, and the socket with it, when the client ${how}`, async () => {
      const socket = new PassThrough();
      using wait = new HandshakeWait(socket);
      const result = wait.until(endless());
      leave(socket);
      await assert.rejects(result, /the client has hung up/);
      assert.equal(socket.destroyed, true);
    });
  }

  test('leaves the socket alone once it is over', () => {
    const socket = new PassThrough();
    const names = ['readable', 'end', 'close', 'error'];
    const before = names.map((name) => socket.listenerCount(name));
    new HandshakeWait(socket)[Symbol.dispose]();
    assert.deepEqual(
      names.map((name) => socket.listenerCount(name)),
      before,
    );
  });
});
