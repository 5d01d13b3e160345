import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { MediaWorker } from '../../lib/media/MediaWorker.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { freePort } from '../support/freePort.ts';

describe('a media worker', () => {
  test('announces an IPv4 and an IPv6 address, each on a port of its own family', async (t) => {
    const free = await freePort('::');
    const worker = await MediaWorker.create(
      0,
      testConfig({
        rtc: {
          listenIp: '::',
          announcedAddress: ['203.0.113.7', '2001:db8::1'],
          // The same port is bound for both.
          port: free,
        },
      }),
    );
    t.after(() => worker.close());
    const router = await worker.worker.createRouter();
    const { iceCandidates } = await router.createWebRtcTransport({
      webRtcServer: worker.webRtcServer,
    });
    assert.deepEqual(
      iceCandidates.map(({ protocol, address, port }) =>
        [protocol, address, port].join(' '),
      ),
      ['udp', 'tcp'].flatMap((protocol) => [
        `${protocol} 203.0.113.7 ${free}`,
        `${protocol} 2001:db8::1 ${free}`,
      ]),
    );
  });
});
