import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  peerAddress,
  roomAddress,
  routeIn,
  serverAddress,
} from '../../../client/admin/src/route.ts';

test('addresses lead to servers, rooms and peers, whatever their ids are', () => {
  for (const id of ['a', 'a/b', '#?%', 'ü 😀', '..']) {
    assert.deepEqual(routeIn(serverAddress(id)), {
      name: 'server',
      nodeId: id,
    });
    assert.deepEqual(routeIn(roomAddress(id)), { name: 'room', roomId: id });
    assert.deepEqual(routeIn(peerAddress(id, `${id}x`)), {
      name: 'peer',
      roomId: id,
      peerId: `${id}x`,
    });
  }
  assert.deepEqual(routeIn('#/rooms'), { name: 'rooms' });
  assert.deepEqual(routeIn('#/audit'), { name: 'audit' });
  assert.deepEqual(routeIn('#/webhooks'), { name: 'webhooks' });
});

test('other addresses lead nowhere', () => {
  for (const hash of [
    '',
    '#',
    '#/',
    '#/other',
    '#/rooms/',
    '#/rooms/a/',
    '#/rooms/a/b/c',
    '#/bans/a',
    '#/servers/',
    '#/servers/a/b',
    '#/rooms/%',
  ]) {
    assert.equal(routeIn(hash), undefined, hash);
  }
});
