import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { framesOf } from '../../lib/signalling/encodeOnce.ts';
import type { RoomEvent } from '../../lib/rooms/events.ts';

describe('the frame of an event', () => {
  const event = (peerId: string): RoomEvent => ({
    type: 'activeSpeaker',
    peerId,
  });

  test('is encoded once for all recipients', () => {
    let made = 0;
    const frameOf = framesOf((it) => {
      made += 1;
      return { said: it.type };
    });
    const sent = event('Ada');
    const frame = frameOf(sent);
    assert.equal(frame?.toString(), '{"said":"activeSpeaker"}');
    assert.equal(frameOf(sent), frame);
    assert.equal(made, 1);
    assert.notEqual(frameOf(event('Ada')), frame);
  });

  test('may depend on more than the event', () => {
    const frameOf = framesOf((_, roomId: string) => ({ roomId }));
    assert.equal(frameOf(event('Ada'), 'r')?.toString(), '{"roomId":"r"}');
  });

  test('is undefined if the contract does not have the event', () => {
    assert.equal(framesOf(() => undefined)(event('Ada')), undefined);
  });
});
