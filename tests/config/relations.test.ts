import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { brokenRelations } from '../../lib/config/relations.ts';

describe('options that depend on each other', () => {
  test('are consistent by default', () => {
    const config = parseConfig();
    assert.deepEqual(brokenRelations(config, 'warning'), []);
    assert.deepEqual(brokenRelations(config, 'wrong'), []);
  });

  test('are named when they conflict, with what was expected', () => {
    const config = parseConfig({
      limits: {
        handshakeBurst: 100,
        requestBurst: 4_999,
        connections: 450,
        connectionsPerAddress: 499,
        peers: 500,
        producersPerPeer: 2,
        producersPerSource: 3,
      },
    });
    assert.deepEqual(brokenRelations(config, 'warning'), [
      'limits.connections: expected at least limits.peers (500), because otherwise so many peers cannot be connected, got 450',
      'limits.connections: expected at least limits.connectionsPerAddress (499), because otherwise the limit by address has no effect, got 450',
      'limits.connectionsPerAddress: expected at least limits.peersPerAddress (500), because otherwise a crowd behind one address cannot be connected, got 499',
      'limits.producersPerPeer: expected at least limits.producersPerSource (3), because otherwise the limit by source has no effect, got 2',
      'limits.handshakeBurst: expected at least limits.peersPerAddress (500), because otherwise a crowd behind one address cannot come at once, got 100',
      'limits.requestBurst: expected at least 10 times limits.peersPerAddress (5000), because otherwise a crowd behind one address cannot load the page at once, got 4999',
    ]);
  });
});
