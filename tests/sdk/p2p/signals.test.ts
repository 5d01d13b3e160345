import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { signalIn } from '../../../sdk/src/p2p/signals.ts';

const SDP = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n';
const CANDIDATE = 'candidate:1 1 udp 1 127.0.0.1 9 typ host';

describe('a signal of a peer', () => {
  const offer = { type: 'offer', sdp: SDP } as const;

  for (const [form, fields] of Object.entries({
    'as a text': { sdp: SDP },
    'whole in sdp': { sdp: offer },
    'whole in description': { description: offer },
    'whole in a field called as its type': { offer },
  })) {
    test(`has a description ${form}`, () => {
      const read = signalIn({ type: 'offer', from: 'bob', ...fields });
      assert.deepEqual(read, { ...offer, hints: undefined, turns: false });
    });
  }

  for (const [form, fields] of Object.entries({
    whole: {
      candidate: { candidate: CANDIDATE, sdpMid: '0', sdpMLineIndex: 0 },
    },
    'with its fields beside it': {
      candidate: CANDIDATE,
      sdpMid: '0',
      sdpMLineIndex: 0,
    },
  })) {
    test(`has a candidate ${form}`, () => {
      assert.deepEqual(signalIn({ type: 'ice-candidate', ...fields }), {
        type: 'ice-candidate',
        candidate: { candidate: CANDIDATE, sdpMid: '0', sdpMLineIndex: 0 },
      });
    });
  }

  test('has the end of candidates in any form', () => {
    for (const candidate of [null, undefined, '', { candidate: '' }]) {
      assert.equal(signalIn({ type: 'ice-candidate', candidate }), undefined);
    }
  });

  test('has hints of sources, of which unknown ones are passed over', () => {
    const read = signalIn({ ...offer, sources: { 0: 'screen', 1: 'x', 2: 3 } });
    assert.ok(read && 'hints' in read && read.hints);
    assert.deepEqual([...read.hints], [['0', 'screen']]);
  });

  for (const [what, fields, message] of [
    ['no text', { sdp: 5 }, 'sdp: expected the text of an offer, got none'],
    [
      'a thousand media sections',
      { sdp: SDP + 'm=video 9 X 1\r\n'.repeat(999) },
      'sdp: expected at most 32 media sections, got 1000',
    ],
  ] as const) {
    test(`is refused with ${what}`, () => {
      assert.throws(() => signalIn({ type: 'offer', ...fields }), { message });
    });
  }

  test('is refused with a candidate that is no text', () => {
    assert.throws(() => signalIn({ type: 'ice-candidate', candidate: 7 }), {
      message: 'candidate: expected a text, got something else',
    });
  });
});
