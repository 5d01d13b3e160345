import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  allScriptBytes,
  DASHBOARD_DIST,
  firstScriptBytes,
} from '../../scripts/pageSize.ts';

/** The most JavaScript that the entrance may load before it can be used, bytes. */
const MOST = 30_000;

/** The most JavaScript that the meeting page may load in all, bytes. */
const MOST_IN_ALL = 200_000;

describe('the page as it is built', () => {
  test('shows the entrance with little JavaScript', () => {
    const size = firstScriptBytes('index.html');
    assert.ok(size <= MOST, `it loads ${size} bytes, not ${MOST}`);
    // A page whose scripts are named in another way would pass as well.
    assert.ok(size > 1_000);
  });

  test('loads the charts of the dashboard when they are shown', () => {
    const size = firstScriptBytes('index.html', DASHBOARD_DIST);
    assert.ok(size <= MOST, `it loads ${size} bytes, not ${MOST}`);
    assert.ok(size > 1_000);
  });

  test('is measured with all that its scripts import at once', () => {
    assert.ok(firstScriptBytes('call.html') > 2 * MOST);
  });

  test('has little JavaScript in all', () => {
    const size = allScriptBytes('index.html');
    assert.ok(size <= MOST_IN_ALL, `it has ${size} bytes, not ${MOST_IN_ALL}`);
    // With what is loaded on joining, which is most of it.
    assert.ok(size > 3 * firstScriptBytes('index.html'));
  });
});
