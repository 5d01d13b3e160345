import { routerRtpCapabilities } from '../../lib/media/codecs.ts';

/** What a client that speaks everything the server does can receive. */
export const rtpCapabilities = routerRtpCapabilities;

/** What a client that speaks Opus and VP8 alone can receive. */
export const narrowCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { minptime: 10, useinbandfec: 1 },
      rtcpFeedback: [{ type: 'transport-cc', parameter: '' }],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 96,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 97,
      clockRate: 90_000,
      parameters: { apt: 96 },
    },
  ],
  headerExtensions: [
    {
      kind: 'audio',
      uri: 'urn:ietf:params:rtp-hdrext:sdes:mid',
      preferredId: 1,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
  ],
};

let ssrc = 10_000;

/** Parameters of an Opus track as a browser would send them. */
export function audioParameters() {
  ssrc += 10;
  return {
    mid: String(ssrc),
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: { useinbandfec: 1, minptime: 10 },
        rtcpFeedback: [{ type: 'transport-cc', parameter: '' }],
      },
    ],
    headerExtensions: [
      { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4, encrypt: false },
    ],
    encodings: [{ ssrc, dtx: false }],
    rtcp: { cname: 'test', reducedSize: true },
  };
}

/** Parameters of a VP8 track as a browser would send them. */
export function videoParameters() {
  ssrc += 10;
  return {
    mid: String(ssrc),
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 96,
        clockRate: 90_000,
        parameters: {},
        rtcpFeedback: [
          { type: 'nack', parameter: '' },
          { type: 'nack', parameter: 'pli' },
        ],
      },
      {
        mimeType: 'video/rtx',
        payloadType: 97,
        clockRate: 90_000,
        parameters: { apt: 96 },
        rtcpFeedback: [],
      },
    ],
    headerExtensions: [],
    encodings: [{ ssrc, rtx: { ssrc: ssrc + 1 } }],
    rtcp: { cname: 'test', reducedSize: true },
  };
}

/** Parameters of a VP8 track that comes in so many layers. */
export function simulcastParameters(layers: number) {
  return {
    ...videoParameters(),
    encodings: Array.from({ length: layers }, () => {
      ssrc += 10;
      return { ssrc, rtx: { ssrc: ssrc + 1 }, scalabilityMode: 'L1T3' };
    }),
  };
}

/** The DTLS parameters of a client that never connects. */
export const dtlsParameters = {
  role: 'client',
  fingerprints: [
    {
      algorithm: 'sha-256',
      value: Array.from({ length: 32 }, () => 'AB').join(':'),
    },
  ],
};
