import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  NotFoundError,
  UnsupportedError,
  WorkerClosedError,
} from 'mediasoup/errors';

import { askEngine } from '../../lib/media/refusal.ts';

describe('asking the media engine', () => {
  test('passes on what it gives', async () => {
    const gave = await askEngine('track', 'PRODUCER_NOT_FOUND', () =>
      Promise.resolve(7),
    );
    assert.equal(gave, 7);
  });

  const refusals: [thrown: Error, code: string, message: RegExp][] = [
    [new TypeError('no codecs'), 'MEDIA_REJECTED', /^track: no codecs$/],
    [new UnsupportedError('no AV2'), 'MEDIA_REJECTED', /^track: no AV2$/],
    [new Error('ssrc in use'), 'MEDIA_REJECTED', /^track: ssrc in use$/],
    [
      new NotFoundError('gone'),
      'PRODUCER_NOT_FOUND',
      /^track: closed while it was asked for$/,
    ],
    [
      new WorkerClosedError('dead'),
      'MEDIA_RESET',
      /^track: the media worker died; wait for mediaReset/,
    ],
  ];
  for (const [thrown, code, message] of refusals) {
    test(`says ${code} for its ${thrown.name}, and keeps the cause`, async () => {
      await assert.rejects(
        askEngine('track', 'PRODUCER_NOT_FOUND', () => Promise.reject(thrown)),
        { name: 'RoomError', code, message, cause: thrown },
      );
    });
  }
});
