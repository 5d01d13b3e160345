import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { withTokens } from '../support/JsonClient.ts';
import { peerToken } from '../support/peerToken.ts';
import { until } from '../support/until.ts';
import { bundle, runScript } from './script.ts';

/** Sends three tracks at once, of which the token grants two. */
const SENDER = `
  import { RoomClient } from './sdk/src/core/index.ts';

  const url = location.origin.replace('http', 'ws') + '/';
  const client = new RoomClient({
    url,
    token: TOKEN,
    roomId: 'garden',
    peerId: 'ada',
    displayName: 'Ada',
    takesPart: true,
    iceTransportPolicy: 'all',
    codec: 'vp8',
  });
  const refused = [];
  client.on('publishFailed', (source, { errorName }) => {
    refused.push([source, errorName]);
  });
  const devices = { audio: true, video: true };
  const stream = await navigator.mediaDevices.getUserMedia(devices);
  const [camera] = stream.getVideoTracks();
  const [mic] = stream.getAudioTracks();
  const send = () => {
    client.publish('camera', camera);
    client.publish('mic', mic);
    client.publish('screen', camera.clone());
  };
  Object.assign(window, { client, refused, send });
  client.on('state', ({ name }) => {
    if (name === 'joined') {
      send();
    }
  });
  client.join();
`;

/** The sources of which the server receives packets. */
const ARRIVING = `(async () => {
  const { producers = [] } = window.client?.media ?? {};
  const sources = [];
  for (const { source, producer } of producers) {
    const stats = await client.serverStats({ producerId: producer.id });
    if (stats.some(({ packetCount }) => packetCount > 0)) {
      sources.push(source);
    }
  }
  return sources.length === 2 && refused.length === ROUND && sources;
})()`;

describe('tracks of which the server refuses one', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({ auth: { ...withTokens.auth, mode: 'token' } }),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it('are sent all the same, and the refused one is reported each time', async () => {
    const token = peerToken('ada', {
      room: 'garden',
      grants: { publish: ['mic', 'screen'] },
    });
    const script = await bundle(SENDER.replace('TOKEN', JSON.stringify(token)));
    const page = await runScript(browser, server.url, script);
    for (const round of [1, 2]) {
      const arriving = await until(
        'two tracks arrive, and one is refused',
        () =>
          page.evaluate<string[] | false>(
            ARRIVING.replace('ROUND', String(round)),
          ),
      );
      assert.deepEqual(arriving, ['mic', 'screen']);
      assert.deepEqual(
        await page.evaluate('refused'),
        Array.from({ length: round }, () => ['camera', 'FORBIDDEN']),
      );
      await page.evaluate('send()');
    }
    await page.context().close();
  });
});
