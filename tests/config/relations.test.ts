import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { brokenRelations } from '../../lib/config/relations.ts';

describe('options that make sense only together', () => {
  test('do so by default', () => {
    const config = parseConfig();
    assert.deepEqual(brokenRelations(config, 'warning'), []);
    assert.deepEqual(brokenRelations(config, 'wrong'), []);
  });

  test('are named where they do not, with what was expected', () => {
    const config = parseConfig({
      limits: { handshakeBurst: 100, requestBurst: 4_999 },
    });
    assert.deepEqual(brokenRelations(config, 'warning'), [
      'limits.handshakeBurst: expected at least limits.peersPerAddress (500), because otherwise a crowd behind one address cannot come at once, got 100',
      'limits.requestBurst: expected at least 10 times limits.peersPerAddress (5000), because otherwise a crowd behind one address cannot load the page at once, got 4999',
    ]);
  });
});
