import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import type { ErrorName } from '@atrium/protocol';
import type { RequestData } from '@atrium/protocol/protoo';

import { RequestError } from '../../sdk/src/core/Connection.ts';
import type { ResumableChannel } from '../../sdk/src/core/ResumableChannel.ts';
import { Views } from '../../sdk/src/core/Views.ts';

const TILE = { width: 320, height: 180 };
const STAGE = { width: 1_280, height: 720 };

function setUp() {
  const requests: RequestData<'setViews'>['views'][] = [];
  const replies: PromiseWithResolvers<object>[] = [];
  const channel = {
    request(_: 'setViews', { views }: RequestData<'setViews'>) {
      requests.push(views);
      const reply = Promise.withResolvers<object>();
      replies.push(reply);
      return reply.promise;
    },
  };
  const views = new Views(channel as unknown as ResumableChannel);
  /** The requests since the last time, of one turn. */
  const told = async (): Promise<typeof requests> => {
    await turn();
    return requests.splice(0);
  };
  /** Refuses the newest request. */
  const refuse = (errorName: ErrorName, errorReason: string): void => {
    const error = { errorCode: 404, errorName, errorReason };
    replies.at(-1)?.reject(new RequestError('setViews', error));
  };
  return { views, told, refuse };
}

describe('Views', () => {
  test('are told in one request a turn', async () => {
    const { views, told } = setUp();
    views.play('mic');
    views.show('one', TILE);
    views.show('two', STAGE);
    views.show('one', { width: 99.6, height: 0 });
    assert.deepEqual(await told(), [
      [
        { producerId: 'mic', width: 1, height: 1 },
        { producerId: 'one', width: 100, height: 1 },
        { producerId: 'two', ...STAGE },
      ],
    ]);
  });

  test('are told when they change, and not before they are shown', async () => {
    const { views, told } = setUp();
    views.show('one', undefined);
    assert.deepEqual(await told(), []);
    views.show('one', TILE);
    assert.equal((await told()).length, 1);
    views.show('one', { ...TILE });
    assert.deepEqual(await told(), []);
    views.show('one', undefined);
    assert.deepEqual(await told(), [[{ producerId: 'one', off: true }]]);
  });

  test('are told in a scale, also those that are shown later', async () => {
    const { views, told } = setUp();
    views.show('one', TILE);
    views.show('two', TILE);
    views.show('two', undefined);
    await told();
    views.setScale(0.5);
    const half = { width: 160, height: 90 };
    assert.deepEqual(await told(), [[{ producerId: 'one', ...half }]]);
    views.show('two', TILE);
    assert.deepEqual(await told(), [[{ producerId: 'two', ...half }]]);
    views.setScale(1);
    assert.deepEqual(await told(), [
      [
        { producerId: 'one', ...TILE },
        { producerId: 'two', ...TILE },
      ],
    ]);
  });

  test('take several requests if there are very many', async () => {
    const { views, told } = setUp();
    for (let i = 0; i < 501; i += 1) {
      views.play(`p${i}`);
    }
    const sizes = (await told()).map(({ length }) => length);
    assert.deepEqual(sizes, [500, 1]);
  });

  test('say nothing of a producer that is not received any more', async () => {
    const { views, told } = setUp();
    views.show('one', TILE);
    views.delete('one');
    assert.deepEqual(await told(), []);
  });

  test('are told again without the one for which they were refused', async () => {
    const { views, told, refuse } = setUp();
    for (const id of ['gone', 'closed', 'one']) {
      views.show(id, TILE);
    }
    await told();
    views.delete('closed');
    refuse('PRODUCER_NOT_FOUND', 'there is no producer "gone" in this room');
    assert.deepEqual(await told(), [[{ producerId: 'one', ...TILE }]]);
    refuse('PRODUCER_NOT_FOUND', 'there is no producer "one" in this room');
    assert.deepEqual(await told(), []);
  });

  test('warn of any other refusal, once', async (t) => {
    const warn = t.mock.method(console, 'warn', () => undefined);
    const { views, told, refuse } = setUp();
    views.show('one', TILE);
    await told();
    refuse('FORBIDDEN', 'no');
    assert.deepEqual(await told(), []);
    assert.equal(warn.mock.callCount(), 1);
  });

  test('leave a media reset to the next session', async (t) => {
    const warn = t.mock.method(console, 'warn', () => undefined);
    const { views, told, refuse } = setUp();
    views.show('one', TILE);
    await told();
    refuse('MEDIA_RESET', 'the worker died');
    assert.deepEqual(await told(), []);
    assert.equal(warn.mock.callCount(), 0);
  });
});
