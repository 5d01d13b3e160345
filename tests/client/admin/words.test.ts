import assert from 'node:assert/strict';
import { test } from 'node:test';

import { action, person, sentence } from '../../../client/admin/src/words.ts';

const at = '2026-01-01T00:00:00.000Z';
const inRoom = { at, roomId: 'lounge' };
const peer = { peerId: 'p1', displayName: 'Ada', contract: 'protoo' };

test('events are said in sentences', () => {
  const track = { trackId: 't', kind: 'audio', source: 'mic' } as const;
  const said = [
    sentence({ ...inRoom, type: 'room.started' }),
    sentence({ ...inRoom, type: 'room.finished', reason: 'empty' }),
    sentence({ ...inRoom, type: 'peer.joined', peer }),
    sentence({ ...inRoom, type: 'peer.left', peer, reason: 'removed' }),
    sentence({ ...inRoom, type: 'peer.waiting', peer }),
    sentence({
      ...inRoom,
      type: 'track.published',
      peer: { peerId: 'p1' },
      track,
    }),
    sentence({
      ...inRoom,
      type: 'track.unpublished',
      peer: { peerId: 'p1' },
      track,
    }),
  ];
  assert.deepEqual(said, [
    'Room lounge started.',
    'Room lounge finished (empty).',
    'Ada joined lounge over protoo.',
    'Ada left lounge (removed).',
    'Ada waits for lounge.',
    'p1 sends mic to lounge.',
    'p1 no longer sends mic to lounge.',
  ]);
});

test('acts are said with who did them, to whom and where', () => {
  const audit = {
    at,
    action: 'setRole',
    contract: 'admin',
    actor: { id: 'backend' },
    target: { id: 'u1', name: 'Ada' },
    details: {},
  };
  assert.equal(
    sentence({ ...inRoom, type: 'audit.recorded', audit }),
    'backend: set role Ada (u1) in lounge.',
  );
  const { target: _target, ...drain } = { ...audit, action: 'drain' };
  assert.equal(
    sentence({ at, type: 'audit.recorded', audit: drain }),
    'backend: drain.',
  );
});

test('names of another direction keep to themselves', () => {
  assert.equal(person({ name: 'ليلى' }), '\u2068ليلى\u2069');
  assert.deepEqual([person(undefined), person({})], ['', 'unknown']);
  assert.equal(action('muteAll'), 'mute all');
});
