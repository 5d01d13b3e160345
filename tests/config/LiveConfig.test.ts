import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { LiveConfig } from '../../lib/config/LiveConfig.ts';

const key = {
  algorithm: 'HS256',
  secret: 'a key of the tests that is long enough',
} as const;

describe('the configuration of a running server', () => {
  test('shows what may change as soon as it has', () => {
    const live = new LiveConfig(parseConfig());
    const { view } = live;
    const waiting = live.update(
      parseConfig({
        auth: { keys: [key] },
        rooms: { maxPeers: 3 },
        limits: { peers: 7 },
        access: { origins: ['https://app.example'] },
        shutdown: { drainTimeout: 0 },
        log: { level: 'debug' },
        ice: { ttl: 60 },
      }),
    );
    assert.deepEqual(waiting, []);
    assert.deepEqual(view.auth.keys, [key]);
    assert.equal(view.rooms.maxPeers, 3);
    assert.equal(view.limits.peers, 7);
    assert.deepEqual(view.access.origins, ['https://app.example']);
    assert.equal(view.shutdown.drainTimeout, 0);
    assert.equal(view.log.level, 'debug');
    assert.equal(view.ice.ttl, 60);
  });

  test('keeps the rest as it is, and says that it waits for a restart', () => {
    const live = new LiveConfig(parseConfig());
    const { view } = live;
    const waiting = live.update(
      parseConfig({
        listen: { port: 1 },
        auth: { mode: 'token', keys: [key] },
        rtc: { tcp: false },
      }),
    );
    assert.deepEqual(waiting.toSorted(), ['auth', 'listen', 'rtc']);
    assert.equal(view.listen.port, 4443);
    assert.equal(view.auth.mode, 'open');
    assert.deepEqual(view.auth.keys, [key]);
    assert.equal(view.rtc.tcp, true);
  });
});
