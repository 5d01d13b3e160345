import assert from 'node:assert/strict';
import { test } from 'node:test';

import { moment } from '../../../client/admin/src/show.ts';
import {
  action,
  deliveryState,
  lastAnswer,
  person,
  sentence,
} from '../../../client/admin/src/words.ts';

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

test('deliveries say how they are and what the receiver answered', () => {
  const delivery = {
    deliveryId: '1',
    endpointId: 'backend',
    eventId: 'msg_1',
    type: 'peer.joined',
    attempts: 1,
    createdAt: at,
    updatedAt: at,
    data: {},
  };
  const [fresh, again, late, given, done] = [
    { ...delivery, status: 'pending', attempts: 0, nextAttemptAt: at },
    {
      ...delivery,
      status: 'pending',
      nextAttemptAt: at,
      responseStatus: 503,
      error: 'the receiver answered 503',
    },
    { ...delivery, status: 'pending', error: 'no answer within 15 s' },
    { ...delivery, status: 'failed', error: 'no answer within 15 s' },
    { ...delivery, status: 'delivered', responseStatus: 204 },
  ] as const;
  assert.deepEqual(
    [fresh, again, late, given, done].map((it) => [
      deliveryState(it),
      lastAnswer(it),
    ]),
    [
      ['waiting', '–'],
      [`waiting, again at ${moment(at)}`, 'the receiver answered 503'],
      ['waiting', 'no answer within 15 s'],
      ['given up', 'no answer within 15 s'],
      ['delivered', '204'],
    ],
  );
});
