import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { until } from '../../support/until.ts';
import {
  assertRefused,
  MediaSite,
  participantOf,
  tokenOf,
} from './MediaSite.ts';
import { MediaSocket } from './MediaSocket.ts';

const NOT_IN_CALL = /^participantId: expected a participant of the call/;

describe('a person banned from the room of a call', () => {
  let site: MediaSite;

  before(async () => {
    site = await MediaSite.open();
  });

  after(() => site.close());

  test('is refused by the media-server API, over HTTP and Socket.IO', async () => {
    const call = await site.call('ada', 'bob');
    const router = await site.router(call);
    using socket = await MediaSocket.of(site, call, 'bob');
    const own = tokenOf('bob');
    await site.transport(call, 'bob', 'send', own);
    site.server.bans.add({
      roomId: router,
      userId: 'bob',
      spared: [],
      peerId: '',
      displayName: '',
      bannedBy: 'root',
      expiresAt: undefined,
    });
    const { peers } = site.server.registry.get(router);
    assert.equal(peers.size, 0);
    const participantId = participantOf(call, 'bob');
    // Refused as banned, until the ban has taken the person out of the call.
    const reply = await until('the removal', async () => {
      const refusal = await site.post(
        `/routers/${router}/transports`,
        { participantId, direction: 'send' },
        own,
      );
      assert.notEqual(refusal.status, 201);
      return refusal.status === 404 && refusal;
    });
    assertRefused(reply, 404, 'NOT_FOUND', NOT_IN_CALL);
    await socket.disconnected();
    using again = new MediaSocket(site.url);
    await again.ask('authenticate', { callId: call.callId, token: own });
    await again.disconnected();
    await site.transport(call, 'ada', 'send', tokenOf('ada'));
  });

  test('is put out of the call by a removal from the room', async () => {
    const call = await site.call('ada', 'bob');
    const router = await site.router(call);
    using socket = await MediaSocket.of(site, call, 'bob');
    const own = tokenOf('bob');
    await site.transport(call, 'bob', 'send', own);
    const participantId = participantOf(call, 'bob');
    site.server.registry
      .get(router)
      .moderationBy({ id: 'root', kind: 'key', gateway: 'admin' })
      .remove(participantId);
    await socket.disconnected();
    const reply = await until('the removal', async () => {
      const answer = await site.post(
        `/routers/${router}/transports`,
        { participantId, direction: 'send' },
        own,
      );
      return answer.status === 404 && answer;
    });
    assertRefused(reply, 404, 'NOT_FOUND', NOT_IN_CALL);
  });
});
