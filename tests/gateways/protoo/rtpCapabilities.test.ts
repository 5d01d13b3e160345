import assert from 'node:assert/strict';
import { test } from 'node:test';

import { routerRtpCapabilities } from '../../../lib/media/codecs.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { get } from '../../support/http.ts';

test('the capabilities of all rooms are served with their version, and once', async () => {
  const server = await startServer();
  const first = await get(server.url, '/rtp-capabilities');
  assert.equal(first.status, 200);
  const { version, rtpCapabilities } = JSON.parse(first.body) as {
    version: string;
    rtpCapabilities: unknown;
  };
  assert.deepEqual(rtpCapabilities, routerRtpCapabilities);
  assert.equal(first.headers.etag, `"${version}"`);
  assert.equal(first.headers['cache-control'], 'public, no-cache');
  const again = await get(server.url, '/rtp-capabilities', {
    headers: { 'If-None-Match': `"${version}"` },
  });
  assert.deepEqual([again.status, again.body], [304, '']);
  await server.close();
});
