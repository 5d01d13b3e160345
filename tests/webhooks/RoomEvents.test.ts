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
});
