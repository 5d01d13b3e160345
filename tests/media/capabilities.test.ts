import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  capabilitiesFor,
  shareCapabilities,
} from '../../lib/media/capabilities.ts';
import { routerRtpCapabilities } from '../../lib/media/codecs.ts';

describe('RTP capabilities of a client', () => {
  const codecs = routerRtpCapabilities.codecs ?? [];

  test('are reduced to the parts that matter for a producer', () => {
    const { headerExtensions } = routerRtpCapabilities;
    const producer = {
      kind: 'video' as const,
      consumableRtpParameters: {
        codecs: ['video/VP8', 'video/rtx'].map((mimeType, index) => ({
          mimeType,
          payloadType: 101 + index,
          clockRate: 90_000,
        })),
      },
    };
    assert.deepEqual(
      capabilitiesFor(producer, {
        headerExtensions,
        // Clients may write the same type in other letters.
        codecs: codecs.map((codec) => ({
          ...codec,
          mimeType: codec.mimeType.replace('VP8', 'vp8'),
        })),
      }),
      {
        codecs: codecs
          .filter(({ mimeType }) => /vp8|rtx/i.test(mimeType))
          .map((codec) => ({
            ...codec,
            mimeType: codec.mimeType.replace('VP8', 'vp8'),
          })),
        headerExtensions: headerExtensions?.filter(
          ({ kind }) => kind === 'video',
        ),
      },
    );
    assert.deepEqual(capabilitiesFor(producer, {}), {
      codecs: undefined,
      headerExtensions: undefined,
    });
  });

  test('are reduced once for all producers with the same codecs', () => {
    const producer = (mimeTypes: string[]) => ({
      kind: 'video' as const,
      consumableRtpParameters: {
        codecs: mimeTypes.map((mimeType) => ({
          mimeType,
          payloadType: 101,
          clockRate: 90_000,
        })),
      },
    });
    const part = capabilitiesFor(
      producer(['video/VP8', 'video/rtx']),
      routerRtpCapabilities,
    );
    assert.equal(
      capabilitiesFor(
        producer(['video/rtx', 'video/vp8', 'video/rtx']),
        routerRtpCapabilities,
      ),
      part,
    );
    assert.notEqual(
      capabilitiesFor(producer(['video/VP9']), routerRtpCapabilities),
      part,
    );
  });

  test('are stored once for clients with equal capabilities', () => {
    const first = shareCapabilities(structuredClone(routerRtpCapabilities));
    assert.deepEqual(first, routerRtpCapabilities);
    assert.equal(shareCapabilities(structuredClone(first)), first);
    assert.notEqual(shareCapabilities({ codecs: [] }), first);
  });

  test('are stored for a bounded number of kinds of clients', () => {
    const rare = shareCapabilities({ codecs: codecs.slice(0, 1) });
    const usual = shareCapabilities(structuredClone(routerRtpCapabilities));
    for (let clockRate = 1; clockRate <= 64; clockRate += 1) {
      const [codec] = structuredClone(codecs);
      assert.ok(codec);
      shareCapabilities({ codecs: [{ ...codec, clockRate }] });
      assert.equal(
        shareCapabilities(structuredClone(routerRtpCapabilities)),
        usual,
      );
    }
    assert.notEqual(shareCapabilities({ codecs: codecs.slice(0, 1) }), rare);
  });
});
