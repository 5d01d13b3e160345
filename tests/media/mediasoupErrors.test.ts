import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  NotFoundError,
  UnsupportedError,
  WorkerClosedError,
} from 'mediasoup/errors';

import {
  callMediasoup,
  named,
  openInMediasoup,
} from '../../lib/media/mediasoupErrors.ts';
import { roomErrors } from '../../lib/rooms/errors.ts';

/** An object that may close in the middle of a request. */
class Thing {
  closed = false;

  close(): void {
    this.closed = true;
  }
}

describe('a call to mediasoup', () => {
  const transport = named(
    'transportId',
    roomErrors.TRANSPORT_NOT_FOUND,
    new Thing(),
  );
  const producer = named(
    'producerId',
    roomErrors.PRODUCER_NOT_FOUND,
    new Thing(),
  );
  const needs = [transport, producer];

  test('returns the result', async () => {
    const gave = await callMediasoup('track', needs, () => Promise.resolve(7));
    assert.equal(gave, 7);
  });

  const refusals: [thrown: Error, code: string, message: RegExp][] = [
    [new TypeError('no codecs'), 'MEDIA_REJECTED', /^track: no codecs$/],
    [new UnsupportedError('no AV2'), 'MEDIA_REJECTED', /^track: no AV2$/],
    [new Error('ssrc in use'), 'MEDIA_REJECTED', /^track: ssrc in use$/],
    [
      new NotFoundError('gone'),
      'PRODUCER_NOT_FOUND',
      /^producerId: closed during the request$/,
    ],
    [
      new WorkerClosedError('dead'),
      'MEDIA_RESET',
      /^track: the media worker died; wait for mediaReset/,
    ],
  ];
  for (const [thrown, code, message] of refusals) {
    test(`throws ${code} for ${thrown.name}, and keeps the cause`, async () => {
      await assert.rejects(
        callMediasoup('track', needs, () => Promise.reject(thrown)),
        { name: 'AppError', code, message, cause: thrown },
      );
    });
  }

  for (const refuses of [true, false]) {
    const how = refuses ? 'refuses' : 'grants';
    test(`names the first object that closed when mediasoup ${how} it`, async () => {
      const [first, second] = [new Thing(), new Thing()];
      const opened = new Thing();
      await assert.rejects(
        openInMediasoup(
          'track',
          [
            named('transportId', roomErrors.TRANSPORT_NOT_FOUND, first),
            named('producerId', roomErrors.PRODUCER_NOT_FOUND, second),
          ],
          () => {
            first.close();
            return refuses
              ? Promise.reject(new Error('no such transport'))
              : Promise.resolve(opened);
          },
        ),
        {
          code: 'TRANSPORT_NOT_FOUND',
          message: 'transportId: closed during the request',
        },
      );
      assert.equal(opened.closed, !refuses);
    });
  }

  test('returns no object that has closed already', async () => {
    const opened = new Thing();
    opened.close();
    await assert.rejects(
      openInMediasoup('track', needs, () => Promise.resolve(opened)),
      { code: 'MEDIA_RESET' },
    );
  });
});
