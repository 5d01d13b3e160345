import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Device } from 'mediasoup-client';

import {
  rtpCapabilitiesSchema,
  rtpParametersSchema,
} from '../../lib/media/schemas.ts';
import { dtlsParametersSchema } from '../../lib/media/transportSchemas.ts';
import { routerRtpCapabilities } from '../../lib/media/codecs.ts';
import { problems } from '../support/problems.ts';
import { audioParameters, videoParameters } from '../../tools/fixtures/rtp.ts';
import '../../tools/fixtures/webrtc.ts';

/** Capabilities as mediasoup-client extracts them from an offer of Firefox. */
const firefox = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 109,
      clockRate: 48_000,
      channels: 2,
      parameters: { maxplaybackrate: 48_000, stereo: 1, useinbandfec: 1 },
      rtcpFeedback: [],
    },
    {
      kind: 'audio',
      mimeType: 'audio/G722',
      preferredPayloadType: 9,
      clockRate: 8_000,
      channels: 1,
      parameters: {},
      rtcpFeedback: [],
    },
    {
      kind: 'audio',
      mimeType: 'audio/telephone-event',
      preferredPayloadType: 101,
      clockRate: 8_000,
      channels: 1,
      parameters: { '0-15': '' },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 120,
      clockRate: 90_000,
      parameters: { 'max-fs': 12_288, 'max-fr': 60 },
      rtcpFeedback: [
        { type: 'nack', parameter: '' },
        { type: 'nack', parameter: 'pli' },
        { type: 'ccm', parameter: 'fir' },
        { type: 'goog-remb', parameter: '' },
        { type: 'transport-cc', parameter: '' },
      ],
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 124,
      clockRate: 90_000,
      parameters: { apt: 120 },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/H264',
      preferredPayloadType: 126,
      clockRate: 90_000,
      parameters: {
        'profile-level-id': '42e01f',
        'level-asymmetry-allowed': 1,
        'packetization-mode': 1,
        'sprop-parameter-sets': 'Z0IAH5WoFAFuQA==,aM48gA==',
      },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/red',
      preferredPayloadType: 122,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [
    {
      kind: 'audio',
      uri: 'urn:ietf:params:rtp-hdrext:csrc-audio-level',
      preferredId: 2,
    },
    {
      kind: 'video',
      uri: 'urn:ietf:params:rtp-hdrext:sdes:mid',
      preferredId: 3,
    },
  ],
};

describe('input for the media engine', () => {
  test('may be what common clients send', async () => {
    const device = new Device({ handlerName: 'Chrome111' });
    await device.load({
      routerRtpCapabilities: routerRtpCapabilities as never,
    });
    for (const capabilities of [
      device.rtpCapabilities,
      routerRtpCapabilities,
      firefox,
      {},
    ]) {
      assert.deepEqual(problems(rtpCapabilitiesSchema, capabilities), []);
    }
    for (const parameters of [audioParameters(), videoParameters()]) {
      assert.deepEqual(problems(rtpParametersSchema, parameters), []);
    }
  });

  test('may use simulcast, SVC and other features of browsers', () => {
    const parameters = {
      ...videoParameters(),
      mid: '0',
      msid: '{4a2b} {9c1d}',
      encodings: ['q', 'h', 'f'].map((rid, index) => ({
        rid,
        ssrc: 1_000 + index,
        rtx: { ssrc: 2_000 + index },
        scalabilityMode: 'L1T3',
        maxBitrate: 500_000,
        dtx: false,
        active: true,
        scaleResolutionDownBy: 2,
        maxFramerate: 30,
        priority: 'high',
        networkPriority: 'high',
      })),
      rtcp: { cname: 'Ωmega', reducedSize: true, mux: true },
    };
    const { data, error } = rtpParametersSchema.safeParse(parameters);
    assert.equal(error, undefined);
    assert.deepEqual(Object.keys(data?.encodings?.[0] ?? {}).toSorted(), [
      'dtx',
      'maxBitrate',
      'rid',
      'rtx',
      'scalabilityMode',
      'ssrc',
    ]);
    for (const mode of [
      'L1T1',
      'L3T3_KEY',
      'S3T3',
      'L2T1h',
      'L3T3_KEY_SHIFT',
    ]) {
      const encodings = [{ ssrc: 1, scalabilityMode: mode }];
      const svc = { ...parameters, encodings };
      assert.deepEqual(problems(rtpParametersSchema, svc), [], mode);
    }
  });

  const LINE = '\r\na=x';
  const intoTheSdp: Record<string, object> = {
    'rtcp.cname': { rtcp: { cname: `x${LINE}` } },
    msid: { msid: `x y${LINE}` },
    mid: { mid: `0${LINE}` },
    'codecs.0.parameters.minptime': {
      codecs: [codec({ parameters: { minptime: `10${LINE}` } })],
    },
    [`codecs.0.parameters.x${LINE}`]: {
      codecs: [codec({ parameters: { [`x${LINE}`]: 1 } })],
    },
    'codecs.0.rtcpFeedback.0.type': {
      codecs: [codec({ rtcpFeedback: [{ type: `nack${LINE}` }] })],
    },
    'codecs.0.rtcpFeedback.0.parameter': {
      codecs: [codec({ rtcpFeedback: [{ type: 'nack', parameter: LINE }] })],
    },
    'codecs.0.mimeType': { codecs: [codec({ mimeType: `audio/opus${LINE}` })] },
    'encodings.0.rid': { encodings: [{ rid: `a${LINE}` }] },
  };
  for (const [place, change] of Object.entries(intoTheSdp)) {
    test(`cannot inject a line into the SDP of others through ${place.split('\r')[0]}`, () => {
      const [problem, ...more] = problems(rtpParametersSchema, {
        ...audioParameters(),
        ...change,
      });
      assert.deepEqual(more, []);
      assert.ok(problem?.startsWith(`${place}: `), problem);
    });
  }

  test('names the associated codec of each RTX codec', () => {
    const rtx = (payloadType: number, apt: unknown) =>
      codec({ mimeType: 'video/rtx', payloadType, parameters: { apt } });
    const media = codec({ mimeType: 'video/VP8', payloadType: 96 });
    const wrong =
      'expected the payload type of the codec that it retransmits, got';
    const cases: [codecs: object[], problem: string[]][] = [
      [[media, rtx(97, 96)], []],
      [[rtx(97, 96), media], []],
      [[media, rtx(97, 98)], [`codecs.1.parameters.apt: ${wrong} 98`]],
      [[media, rtx(97, 97)], [`codecs.1.parameters.apt: ${wrong} 97`]],
      [
        [media, rtx(97, 96), rtx(98, 97)],
        [`codecs.2.parameters.apt: ${wrong} 97`],
      ],
      [[rtx(97, undefined)], [`codecs.0.parameters.apt: ${wrong} nothing`]],
    ];
    for (const [codecs, problem] of cases) {
      const parameters = JSON.parse(
        JSON.stringify({ ...videoParameters(), codecs }),
      ) as object;
      assert.deepEqual(problems(rtpParametersSchema, parameters), problem);
    }
  });

  test('is validated key by key only if it is not too large', () => {
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`key-${index}`, null]),
    );
    const codecs = [codec({ parameters: many })];
    assert.deepEqual(
      problems(rtpParametersSchema, { ...audioParameters(), codecs }),
      ['codecs.0.parameters: expected at most 64 parameters, got an object'],
    );
  });

  test('has at least one valid fingerprint', () => {
    const bytes = Array.from({ length: 32 }, () => 'aB').join(':');
    const fingerprints = [{ algorithm: 'sha-256', value: bytes }];
    assert.deepEqual(problems(dtlsParametersSchema, { fingerprints }), []);
    for (const value of ['', 'AB', `${bytes}:`, bytes.replaceAll(':', '')]) {
      assert.match(
        problems(dtlsParametersSchema, {
          fingerprints: [{ algorithm: 'sha-256', value }],
        })[0] ?? '',
        /^fingerprints\.0\.value: expected bytes in hex with colons between them/,
      );
    }
  });
});

/** An Opus codec with changes. */
function codec(changes: object): object {
  return { ...audioParameters().codecs[0], ...changes };
}

test('the validation of codecs stops at the first invalid parameter', () => {
  const parameters = Object.fromEntries(
    Array.from({ length: 64 }, (_, index) => [index, []]),
  );
  const codec = {
    kind: 'audio',
    mimeType: 'audio/opus',
    preferredPayloadType: 100,
    clockRate: 48_000,
    parameters,
  };
  const { error } = rtpCapabilitiesSchema.safeParse({
    codecs: Array.from({ length: 31 }, () => codec),
  });
  assert.equal(error?.issues.length, 31);
});
