import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TrackNames } from '../../../client/admin/src/TrackNames.ts';
import { AtriumServer } from '../../../server-sdk/src/index.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../../tools/fixtures/rtp.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { rootKey } from '../../support/apiKeys.ts';
import { sendAudio } from '../../support/protooMembers.ts';

test('tracks have the name of their sender and their source', async () => {
  const server = await startServer({
    ops: { port: 0 },
    auth: { apiKeys: [rootKey.entry] },
  });
  try {
    const { client } = await ProtooClient.join(server.url, 'lounge', 'ada', {
      rtpCapabilities,
    });
    const { producerId } = await sendAudio(client);
    const names = new TrackNames(
      new AtriumServer({ url: server.opsUrl ?? '', key: rootKey.token }),
      'lounge',
    );
    await names.look([producerId, 'other']);
    assert.deepEqual(
      [names.of(producerId), names.of('other')],
      ['mic of ada', '–'],
    );
    // What has been looked for is not asked for again.
    await server.close();
    await names.look([producerId, 'other']);
    assert.equal(names.of(producerId), 'mic of ada');
    await names.look([]);
    assert.equal(names.of(producerId), '–');
  } finally {
    await server.close();
  }
});
