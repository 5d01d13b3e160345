import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  bitrate,
  layers,
  path,
  since,
  totals,
} from '../../../client/admin/src/show.ts';

const transport = {
  transportId: 't',
  iceState: 'completed',
  protocol: 'udp',
  remoteAddress: '192.0.2.1',
  incomingBitrate: 1_000,
  outgoingBitrate: 2_000,
} as const;

const sent = {
  trackId: 'a',
  kind: 'video',
  source: 'camera',
  paused: false,
  bitrate: 900,
  packetsLost: 3,
  roundTripTime: 40,
  score: 9,
} as const;

const received = {
  trackId: 'b',
  kind: 'video',
  paused: true,
  spatialLayer: 2,
  temporalLayer: 0,
  bitrate: 0,
  packetsLost: 4,
  score: 0,
} as const;

test('bitrates have the unit that suits them', () => {
  assert.deepEqual(
    [0, 999_499, 1_000_000, 12_340_000, undefined].map(bitrate),
    ['0 kbit/s', '999 kbit/s', '1.0 Mbit/s', '12.3 Mbit/s', '–'],
  );
});

test('a time is said in its two largest units', () => {
  const start = '2026-01-01T00:00:00.000Z';
  const after = (seconds: number): string =>
    since(start, Date.parse(start) + seconds * 1_000);
  assert.deepEqual([-5, 59, 61, 3_720, 90_000].map(after), [
    '0 s',
    '59 s',
    '1 min 1 s',
    '1 h 2 min',
    '1 d 1 h',
  ]);
});

test('a path names an address that is not that of the signalling', () => {
  const tcp = { ...transport, protocol: 'tcp' } as const;
  const { protocol: _none, ...unconnected } = transport;
  assert.equal(path([transport, transport], '192.0.2.1'), 'UDP');
  assert.equal(path([transport, tcp], '192.0.2.1'), 'UDP, TCP');
  assert.equal(path([transport], '198.51.100.7'), 'UDP via 192.0.2.1');
  assert.equal(path([unconnected], '192.0.2.1'), '–');
});

test('layers are named as far as there are any', () => {
  const { spatialLayer: _spatial, ...temporal } = received;
  const { temporalLayer: _temporal, ...none } = temporal;
  assert.deepEqual([received, temporal, none].map(layers), [
    'S2 T0',
    'T0',
    '–',
  ]);
});

test('the media of a peer are added up, with the worst score of what flows', () => {
  const stats = { transports: [transport], sent: [sent], received: [received] };
  assert.deepEqual(totals(stats), {
    incoming: 1_000,
    outgoing: 2_000,
    lost: 7,
    roundTripTime: 40,
    score: 9,
  });
  assert.deepEqual(totals({ transports: [], sent: [], received: [] }), {
    incoming: 0,
    outgoing: 0,
    lost: 0,
    roundTripTime: undefined,
    score: undefined,
  });
});
