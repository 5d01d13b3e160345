import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { configWarnings } from '../../lib/config/warnings.ts';

test('a header for the region is warned of where no proxy is trusted to set it', () => {
  const warnings = (access: ConfigInput['access']) =>
    configWarnings(parseConfig({ access, auth: { allowOpen: true } })).filter(
      (warning) => warning.includes('access.regionHeader'),
    );
  const regionHeader = 'X-Client-Region';
  assert.deepEqual(warnings({ regionHeader }), [
    'access.trustProxy: expected a proxy, because access.regionHeader is X-Client-Region, got none; the header is ignored',
  ]);
  assert.deepEqual(warnings({ regionHeader, trustProxy: ['loopback'] }), []);
});
