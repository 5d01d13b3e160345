import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { requireOfMediasoup } from '../../lib/media/mediasoupModule.ts';
import { poolTexts } from '../../lib/media/textInRequests.ts';

/** A writer of flatbuffers, as mediasoup uses it. */
interface Builder {
  createString(text: string | Uint8Array | null): number;
  finish(root: number): void;
  asUint8Array(): Uint8Array;
}

const { Builder } = requireOfMediasoup('flatbuffers') as {
  Builder: new () => Builder;
};

function written(text: string | Uint8Array): Buffer {
  const builder = new Builder();
  builder.finish(builder.createString(text));
  return Buffer.from(builder.asUint8Array());
}

const TEXTS = ['', 'a', 'urn:ietf:params', 'größer', '会議室 🎥', 'a\ud800b'];

describe('texts in the requests of mediasoup', () => {
  test('are the bytes that flatbuffers writes, without its encoder', (t) => {
    const before = TEXTS.map(written);
    poolTexts();
    const encoder = t.mock.method(TextEncoder.prototype, 'encode');
    assert.deepEqual(TEXTS.map(written), before);
    assert.equal(encoder.mock.callCount(), 0);
  });

  test('may be bytes, or missing', () => {
    poolTexts();
    assert.deepEqual(written(Buffer.from('ä')), written('ä'));
    assert.equal(new Builder().createString(null), 0);
  });
});
