import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { events } from '../../../lib/gateways/meetings/contract.ts';
import {
  frameOf,
  messageIn,
  textOf,
} from '../../../lib/gateways/meetings/frames.ts';
import type { MeetingEvent } from '../../../lib/meetings/types.ts';

const STRAY = { stray: 'stray' };

/** Events whose fields are all named by the contract, with one more. */
const EVENTS: readonly MeetingEvent[] = [
  {
    ...STRAY,
    type: 'joined',
    peerId: 'ada',
    name: 'Ada',
    sfu: true,
  },
  { ...STRAY, type: 'left', peerId: 'ada' },
];

describe('frames to the socket of a session', () => {
  test('have no fields that the contract does not name', () => {
    assert.deepEqual(
      EVENTS.map((event) => JSON.parse(frameOf(event)) as unknown),
      [
        { type: 'connect', from: 'ada', name: 'Ada', sfu: true },
        { type: 'disconnect', from: 'ada' },
      ],
    );
    const peer = { ...STRAY, peerId: 'ada', name: 'Ada', sfu: false };
    const connected = {
      ...STRAY,
      peerId: 'bob',
      title: 'Garden',
      peers: [peer],
      iceServers: [{ ...STRAY, urls: ['stun:stun.example'] }],
    };
    const frames = [
      textOf({ name: 'connected', data: connected }),
      textOf({
        name: 'error',
        data: { ...STRAY, code: 'X', message: 'y' },
      }),
    ];
    assert.doesNotMatch(frames.join('\n'), /stray/);
  });

  test('have all fields of a signal, whatever they are called', () => {
    for (const kind of ['offer', 'answer', 'ice-candidate'] as const) {
      assert.ok(kind in events);
      const received = messageIn(
        `{"type":"${kind}","type2":1,"from":"mallory","__proto__":{"a":1},"constructor":2}`,
      );
      assert.equal(received.type, kind);
      const fields = received.data as Record<string, unknown>;
      const event = { type: 'signal', kind, from: 'ada', fields } as const;
      const text = frameOf(event);
      const { __proto__: _own, ...frame } = JSON.parse(text) as Record<
        string,
        unknown
      >;
      assert.deepEqual(frame, {
        type: kind,
        type2: 1,
        from: 'ada',
        constructor: 2,
      });
      // Encoded once for all who receive it.
      assert.equal(frameOf(event), text);
    }
  });
});
