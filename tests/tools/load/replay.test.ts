import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import { Load } from '../../../tools/load/Load.ts';
import { readOptions } from '../../../tools/load/options.ts';
import { clipOf } from '../../../tools/load/replay/Clip.ts';
import { MediaClient } from '../../support/MediaClient.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { heard, seen } from '../../../tools/fixtures/webrtc.ts';

test('replayed recordings can be decoded in every loop', async () => {
  const server = await startServer();
  const options = readOptions(
    `--url ${server.url} --peers 1 --duration 600`.split(' '),
  );
  assert.ok(options);
  const load = await Load.start(options);
  while (load.standing.progress.sends < 2) {
    await once(load, 'progress');
  }
  const { client, reply } = await ProtooClient.join(
    server.url,
    'load-0',
    'onlooker',
  );
  const viewer = await MediaClient.join(server.url, 'load-0', 'viewer');
  const producers = reply.peers?.[0]?.producers ?? [];
  const kinds = producers.map(({ kind }) => kind);
  assert.deepEqual(kinds, ['audio', 'video']);
  const frames = new Set(clipOf('video').shots.map(({ at }) => at)).size;
  const [audio, video] = producers;
  assert.ok(audio && video);
  await heard((await viewer.receive(audio.producerId)).track);
  await seen((await viewer.receive(video.producerId)).track, frames + 10);
  await Promise.all([viewer.close(), client.close()]);
  load.stop();
  await load.finish();
  await server.close();
});
