import assert from 'node:assert/strict';
import { test } from 'node:test';

import { importsOf } from '../../support/imports.ts';

/** The files that a file loads, directly or not. */
function loadedBy(file: string, loaded = new Set<string>()): Set<string> {
  if (file.endsWith('.ts') && !loaded.has(file)) {
    loaded.add(file);
    for (const { isType, target } of importsOf(file)) {
      if (!isType) {
        loadedBy(target, loaded);
      }
    }
  }
  return loaded;
}

test('the baseline runs mediasoup as it comes, and the server does not', () => {
  const changes = 'lib/media/mediasoupModule.ts';
  const baseline = loadedBy('tools/bench/processes/mediasoup.ts');
  assert.ok(baseline.has('lib/media/codecs.ts'));
  assert.ok(!baseline.has(changes));
  assert.ok(loadedBy('tools/bench/processes/atrium.ts').has(changes));
});
