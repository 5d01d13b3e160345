import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Device } from 'mediasoup-client';

import { encodingOf } from '../../sdk/src/core/Encodings.ts';
import type { Source } from '../../sdk/src/core/wire.ts';

/** A browser that encodes these codecs. */
function deviceOf(...mimeTypes: string[]): Device {
  const codecs = mimeTypes.map((mimeType) => ({ mimeType }));
  return { sendRtpCapabilities: { codecs } } as unknown as Device;
}

const USUAL = { codec: 'vp8', dtx: false } as const;

describe('what is sent of', () => {
  for (const source of ['mic', 'screen-audio'] satisfies Source[]) {
    test(`${source} is sent again where it gets lost`, () => {
      const { codecOptions } = encodingOf(source, deviceOf(), USUAL);
      assert.equal(codecOptions?.opusNack, true);
    });
  }

  test('a silent microphone is next to nothing with dtx', () => {
    for (const dtx of [false, true]) {
      const options = { ...USUAL, dtx };
      const { codecOptions } = encodingOf('mic', deviceOf(), options);
      assert.equal(codecOptions?.opusDtx, dtx);
      const screen = encodingOf('screen-audio', deviceOf(), options);
      assert.equal(screen.codecOptions?.opusDtx, undefined);
    }
  });

  test('a camera has the requested codec, or VP8 where the browser lacks it', () => {
    const options = { codec: 'vp9', dtx: false } as const;
    const able = deviceOf('video/VP8', 'video/VP9');
    const modes = (device: Device): (string | undefined)[] =>
      encodingOf('camera', device, options).encodings?.map(
        ({ scalabilityMode }) => scalabilityMode,
      ) ?? [];
    assert.deepEqual(modes(able), ['L3T3_KEY']);
    assert.deepEqual(modes(deviceOf('video/VP8')), ['L1T3', 'L1T3', 'L1T3']);
  });

  test('a screen is one layer', () => {
    const { encodings } = encodingOf('screen', deviceOf('video/VP8'), USUAL);
    assert.equal(encodings?.length, 1);
  });
});
