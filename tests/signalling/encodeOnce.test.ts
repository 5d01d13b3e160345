import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { framesOf } from '../../lib/signalling/encodeOnce.ts';
import type { RoomEvent } from '../../lib/rooms/events.ts';

describe('the frame of an event', () => {
  const event = (peerId: string): RoomEvent => ({
    type: 'activeSpeaker',
    peerId,
  });

  test('is made once for all who hear it', () => {
    let made = 0;
    const frameOf = framesOf((it) => {
      made += 1;
      return { said: it.type };
    });
    const heard = event('Ada');
    const frame = frameOf(heard);
    assert.equal(frame?.toString(), '{"said":"activeSpeaker"}');
    assert.equal(frameOf(heard), frame);
    assert.equal(made, 1);
    assert.notEqual(frameOf(event('Ada')), frame);
  });

  test('may be about more than the event says', () => {
    const frameOf = framesOf((_, roomId: string) => ({ roomId }));
    assert.equal(frameOf(event('Ada'), 'r')?.toString(), '{"roomId":"r"}');
  });

  test('is none where the contract has no words for it', () => {
    assert.equal(framesOf(() => undefined)(event('Ada')), undefined);
  });
});
