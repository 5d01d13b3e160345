import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { EventSink } from '../../lib/webhooks/EventOutbox.ts';
import { RoomEvents } from '../../lib/webhooks/RoomEvents.ts';

describe('events of rooms', () => {
  test('tell of no leave whose join was dropped', () => {
    const taken: string[] = [];
    const dropped = new Set(['eve']);
    const sink: EventSink = {
      add(type, _roomId, data) {
        const isTaken = !('peer' in data && dropped.delete(data.peer.peerId));
        if (isTaken) {
          taken.push('peer' in data ? `${type} ${data.peer.peerId}` : type);
        }
        return isTaken;
      },
    };
    const rooms = new RoomEvents(sink);
    const peers = ['ada', 'eve'].map((id) => ({
      id,
      userId: id,
      displayName: id,
      client: { userId: id },
      gateway: 'protoo',
      joinedAt: 0,
      rights: { role: 'member' },
    }));
    for (const peer of peers) {
      rooms.observe('r', { type: 'peerJoined', peer });
    }
    for (const peer of peers) {
      rooms.observe('r', { type: 'peerLeft', peer, reason: 'removed' });
    }
    rooms.observe('r', { type: 'roomFinished', reason: 'empty' });
    assert.deepEqual(taken, [
      'peer.joined ada',
      'peer.removed ada',
      'peer.left ada',
      'room.finished',
    ]);
  });

  test('say which users they are about, with whose accounts they are erased', () => {
    const people: [type: string, userIds: readonly string[] | undefined][] = [];
    const rooms = new RoomEvents({
      add(type, _roomId, _data, userIds) {
        people.push([type, userIds]);
        return true;
      },
    });
    const client = { userId: 'p-ada', accountId: '7' };
    const peer = {
      id: 'ada',
      userId: 'p-ada',
      displayName: 'Ada',
      client,
      gateway: 'protoo',
      joinedAt: 0,
      rights: { role: 'member' },
    };
    const waiting = {
      peerId: 'ada',
      displayName: 'Ada',
      device: {},
      waitingSince: 0,
    };
    const track = { producerId: '1', kind: 'audio', source: 'mic' } as const;
    for (const fact of [
      { type: 'roomStarted', openedAt: 0 },
      { type: 'peerWaiting', waiting, client },
      { type: 'peerJoined', peer },
      { type: 'trackPublished', peerId: 'ada', track },
      { type: 'trackUnpublished', peerId: 'eve', track },
      { type: 'peerLeft', peer, reason: 'removed' },
    ] as const) {
      rooms.observe('r', fact);
    }
    const both = ['p-ada', '7'];
    assert.deepEqual(people, [
      ['room.started', undefined],
      ['peer.waiting', both],
      ['peer.joined', both],
      ['track.published', both],
      ['track.unpublished', []],
      ['peer.removed', both],
      ['peer.left', both],
    ]);
  });
});
