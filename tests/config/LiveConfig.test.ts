import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { CHANGEABLE, LiveConfig } from '../../lib/config/LiveConfig.ts';
import { LiveOptions } from '../../lib/core/Live.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

const key = {
  algorithm: 'HS256',
  secret: 'a key of the tests that is long enough',
} as const;

describe('the configuration of a running server', () => {
  test('shows changes to reloadable options at once', () => {
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

  test('keeps other options, and reports that they need a restart', () => {
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

  test('shows changes to holders of a section', () => {
    const live = new LiveConfig(parseConfig());
    const { limits, ops } = live.view;
    live.update(parseConfig({ limits: { peers: 7 } }));
    assert.equal(limits.peers, 7);
    assert.deepEqual(
      { ...limits },
      parseConfig({ limits: { peers: 7 } }).limits,
    );
    live.update(parseConfig({ ops: { port: 9 } }));
    assert.equal(ops.port, undefined);
  });

  test('keeps its lists until a restart, and says that they wait', () => {
    const listeners = [{ contract: 'json', port: 3_000 } as const];
    const live = new LiveConfig(parseConfig({ listeners }));
    assert.equal(live.view.listeners[0]?.port, 3_000);
    assert.deepEqual(live.update(parseConfig({ listeners })), []);
    assert.deepEqual(live.update(parseConfig()), ['listeners']);
    assert.equal(live.view.listeners.length, 1);
  });

  test('shows an option that had no value before the change', () => {
    const live = new LiveOptions<{ first: number; second?: number }>({
      first: 1,
    });
    const { view } = live;
    live.replace({ first: 2, second: 3 });
    assert.deepEqual({ ...view }, { first: 2, second: 3 });
    live.replace({ first: 4 });
    assert.equal(view.second, undefined);
  });

  test('changes the options that the manual names, and no others', () => {
    const manual = readFileSync(
      path.join(PROJECT_ROOT, 'docs/operations.md'),
      'utf8',
    );
    const [, rows = ''] =
      /^\| Applied on SIGHUP .*\n\|.*\n((?:\|.*\n)+)/m.exec(manual) ?? [];
    const named = rows
      .split('\n')
      .flatMap((row) => row.split('|')[1]?.match(/[\w.]+/g) ?? []);
    const changeable = Object.entries(CHANGEABLE).flatMap(
      ([section, options]) =>
        options === 'all'
          ? [section]
          : options.map((option) => `${section}.${option}`),
    );
    assert.deepEqual(named.toSorted(), changeable.toSorted());
  });
});
