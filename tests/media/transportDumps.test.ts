import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { types } from 'mediasoup';

import { mediaCodecs } from '../../lib/media/codecs.ts';
import { replaceInMediasoup } from '../../lib/media/mediasoupModule.ts';
import { startWorkerProcess } from '../../lib/media/workerProcess.ts';

type Clone = (value: unknown) => unknown;

describe('transports of a worker', () => {
  let worker: types.Worker;
  let open: () => Promise<types.WebRtcTransport>;

  before(async () => {
    worker = await startWorkerProcess({ logLevel: 'none' }, 10_000);
    const webRtcServer = await worker.createWebRtcServer({
      listenInfos: [
        { protocol: 'udp', ip: '127.0.0.1' },
        { protocol: 'tcp', ip: '127.0.0.1' },
      ],
    });
    const router = await worker.createRouter({ mediaCodecs });
    open = () =>
      router.createWebRtcTransport({ webRtcServer, enableSctp: true });
  });

  after(() => worker.close());

  test('have all that the worker says of them', async () => {
    const transport = await open();
    const dump = await transport.dump();
    assert.deepEqual(transport.iceCandidates, dump.iceCandidates);
    assert.deepEqual(transport.iceParameters, dump.iceParameters);
    assert.deepEqual(transport.dtlsParameters, dump.dtlsParameters);
    assert.deepEqual(transport.sctpParameters, dump.sctpParameters);
    assert.equal(transport.iceRole, dump.iceRole);
    assert.equal(transport.iceState, dump.iceState);
    assert.equal(transport.dtlsState, dump.dtlsState);
    assert.equal(transport.sctpState, dump.sctpState);
    assert.equal(transport.iceCandidates.length, 2);
    assert.ok(transport.dtlsParameters.fingerprints.length > 0);
    assert.ok(transport.sctpParameters);
  });

  test('keep what is the same for all of them once', async (t) => {
    const one = await open();
    const other = await open();
    // mediasoup shows nothing but copies.
    replaceInMediasoup<Clone>('utils.js', 'clone', (copy) => {
      t.after(() => replaceInMediasoup('utils.js', 'clone', () => copy));
      return (value) => value;
    });
    assert.equal(
      one.dtlsParameters.fingerprints,
      other.dtlsParameters.fingerprints,
    );
    assert.equal(one.iceCandidates, other.iceCandidates);
    assert.notEqual(one.dtlsParameters, other.dtlsParameters);
  });
});

test('a function that mediasoup does not have is not replaced', () => {
  assert.throws(
    () => replaceInMediasoup('utils.js', 'copy', (it) => it),
    /^Error: mediasoup\/utils\.js: expected a function copy, got none$/,
  );
});
