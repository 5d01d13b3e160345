import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { mediaCodecs, routerRtpCapabilities } from '../../lib/media/codecs.ts';
import { startServer } from '../../tools/fixtures/server.ts';

describe('the codecs of a room', () => {
  const codecs = routerRtpCapabilities.codecs ?? [];

  test('are those that browsers negotiate, in order of preference', () => {
    const media = codecs.filter(({ mimeType }) => !mimeType.endsWith('/rtx'));
    assert.deepEqual(
      media.map(({ mimeType, parameters }) => [
        mimeType,
        parameters?.['profile-level-id'] ?? parameters?.['profile-id'],
      ]),
      [
        ['audio/opus', undefined],
        ['video/VP8', undefined],
        ['video/VP9', 0],
        ['video/H264', '42e01f'],
        ['video/H264', '640032'],
        ['video/AV1', undefined],
      ],
    );
  });

  test('offer retransmission for video and error correction for audio', () => {
    for (const { kind, mimeType, preferredPayloadType } of codecs) {
      if (kind === 'video' && !mimeType.endsWith('/rtx')) {
        assert.ok(
          codecs.some(
            (codec) => codec.parameters?.['apt'] === preferredPayloadType,
          ),
          mimeType,
        );
      }
    }
    const opus = codecs.find(({ mimeType }) => mimeType === 'audio/opus');
    assert.equal(opus?.parameters?.['useinbandfec'], 1);
    assert.ok(opus?.rtcpFeedback?.some(({ type }) => type === 'nack'));
  });

  test('are the same before a room exists as on its router', async () => {
    const server = await startServer();
    const { worker } = server.pool.next();
    const router = await worker.createRouter({ mediaCodecs });
    assert.deepEqual(router.rtpCapabilities, routerRtpCapabilities);
    await server.close();
  });
});
