import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { routerRtpCapabilities } from '../../../lib/media/codecs.ts';
import { userCaller } from '../../support/callers.ts';
import {
  assertRefused,
  MediaSite,
  MEDIA_SECRET,
  tokenOf,
} from './MediaSite.ts';

const UNKNOWN = 'f'.repeat(24);

describe('a router of the media-server API', () => {
  let site: MediaSite;

  before(async () => {
    site = await MediaSite.open();
  });

  after(() => site.close());

  test('is the live room of the call, and the same however often it is asked for', async () => {
    const { callId } = await site.call('ada', 'bob');
    const expected = {
      status: 201,
      body: {
        success: true,
        data: {
          routerId: `call-${callId}`,
          rtpCapabilities: JSON.parse(JSON.stringify(routerRtpCapabilities)),
        },
      },
    };
    for (const token of [MEDIA_SECRET, tokenOf('bob')]) {
      assert.deepEqual(
        await site.post('/routers', { callId }, token),
        expected,
      );
    }
    assert.ok(site.server.registry.rooms.has(`call-${callId}`));
  });

  test('takes the codecs that the server has, whatever the case of their names', async () => {
    const { callId } = await site.call('ada', 'bob');
    const mediaCodecs = [
      {
        kind: 'audio',
        mimeType: 'audio/OPUS',
        clockRate: 48_000,
        channels: 2,
      },
      { kind: 'video', mimeType: 'video/vp8', clockRate: 90_000 },
      { kind: 'video', mimeType: 'video/H264', clockRate: 90_000 },
    ];
    const { status } = await site.post('/routers', { callId, mediaCodecs });
    assert.equal(status, 201);
  });

  for (const [codec, name] of [
    [
      { kind: 'video', mimeType: 'video/H265', clockRate: 90_000 },
      'video/H265/90000',
    ],
    [
      { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000 },
      'audio/opus/48000',
    ],
    [
      {
        kind: 'audio',
        mimeType: 'audio/PCMU',
        clockRate: 8_000,
        channels: 1,
      },
      'audio/PCMU/8000/1',
    ],
    [
      { kind: 'audio', mimeType: 'video/VP8', clockRate: 90_000 },
      'video/VP8/90000',
    ],
  ] as const) {
    test(`is refused for the codec ${name}, by name`, async () => {
      const { callId } = await site.call('ada', 'bob');
      assertRefused(
        await site.post('/routers', { callId, mediaCodecs: [codec] }),
        400,
        'INVALID_REQUEST',
        new RegExp(`^mediaCodecs: .*got ${name}$`),
      );
      assert.ok(!site.server.registry.rooms.has(`call-${callId}`));
    });
  }

  test('is refused for a malformed call, an unknown one, and one that has ended', async () => {
    const malformed = await site.post('/routers', { callId: 'call' });
    assertRefused(malformed, 400, 'INVALID_REQUEST', /^body\.callId: /);
    const unknown = await site.post('/routers', { callId: UNKNOWN });
    assertRefused(unknown, 404, 'NOT_FOUND', /there is no call/);
    const { callId } = await site.call('ada', 'bob');
    await site.server.calls.end(userCaller('ada'), callId);
    const ended = await site.post('/routers', { callId });
    assertRefused(ended, 400, 'INVALID_REQUEST', /has ended/);
  });

  test('ends its call for all when it is deleted', async () => {
    const call = await site.call('ada', 'bob');
    const router = await site.router(call);
    await site.transport(call, 'ada', 'send');
    assert.deepEqual(await site.delete(`/routers/${router}`), {
      status: 200,
      body: { success: true, message: 'Router deleted' },
    });
    const { status } = await site.server.calls.get(
      userCaller('ada'),
      call.callId,
    );
    assert.equal(status, 'ended');
    assert.ok(!site.server.registry.rooms.has(router));
    const again = await site.delete(`/routers/${router}`);
    assertRefused(again, 400, 'INVALID_REQUEST', /has ended/);
  });

  test('is deleted by the initiator, and by no other participant', async () => {
    const call = await site.call('ada', 'bob');
    const router = await site.router(call);
    const denied = await site.delete(`/routers/${router}`, tokenOf('bob'));
    assertRefused(denied, 403, 'FORBIDDEN', /only the initiator/);
    const { status } = await site.delete(`/routers/${router}`, tokenOf('ada'));
    assert.equal(status, 200);
  });

  test('is refused to clients without a token, and with a wrong one', async () => {
    const { callId } = await site.call('ada', 'bob');
    for (const token of ['wrong', `${MEDIA_SECRET}x`, tokenOf('ada') + 'x']) {
      const reply = await site.post('/routers', { callId }, token);
      assertRefused(reply, 401, 'UNAUTHORIZED', /./);
    }
    const stranger = await site.post('/routers', { callId }, tokenOf('eve'));
    assertRefused(stranger, 403, 'FORBIDDEN', /not in the call/);
  });
});
