import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { codeBlock } from '../support/codeBlock.ts';
import { until } from '../support/until.ts';
import { bundle, runScript } from './script.ts';
import { Wire } from '../support/Wire.ts';

describe('the documented client', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let wire: Wire;

  before(async () => {
    [server, browser] = await Promise.all([
      // No one receives the camera of a lone client, which the server would say.
      startServer({ rooms: { layerReleaseDelay: 600_000 } }),
      launchBrowser(),
    ]);
    wire = await Wire.to(server.url);
  });

  after(async () => {
    await browser?.close();
    await wire?.close();
    await server?.close();
  });

  it('sees and hears all members, and reconnects after a loss', async () => {
    const script = await bundle(client());
    const ada = await runScript(browser, wire.url, script);
    const grace = await runScript(browser, server.url, script);
    await meets(ada);
    const first = await meets(grace);

    await wire.cut();
    await wire.mend();
    await meets(grace, first);
    await meets(ada);
    await Promise.all([ada.context().close(), grace.context().close()]);
  });

  it('sends several tracks at once, and closes one that is refused', async () => {
    const usual = {
      handler:
        /transport\.on\('produce', [^]*?\n {2}\}\);/.exec(client())?.[0] ?? '',
      sending:
        'for (const track of stream.getTracks()) await sending.produce({ track });',
    };
    const atOnce = `
      const [mic] = stream.getAudioTracks();
      const [camera] = stream.getVideoTracks();
      const tracks = [[mic, 'mic'], [mic.clone(), 'mic'], [camera, 'camera']];
      window.sent = await Promise.all(tracks.map(([track, source]) =>
        sending.produce({ track, appData: { source } })));`;
    assert.ok(usual.handler && client().includes(usual.sending));
    const page = await runScript(
      browser,
      server.url,
      await bundle(`
        ${client()
          .replace(usual.handler, 'produceAtOnce(transport);')
          .replace(usual.sending, atOnce)}
        ${codeBlock('docs/client.md', 'A produce that is refused')}
      `),
    );
    await page.waitForFunction('window.sent?.[1].closed');
    const open = await page.evaluate<string[]>(
      'sent.filter((it) => !it.closed).map((it) => it.id)',
    );
    assert.equal(open.length, 2);
    const [peer] = server.registry.get('demo').peers.values();
    // They have their ids before the server has created them.
    await until(
      'two producers',
      () => peer?.producers.ids.length === open.length,
    );
    assert.deepEqual(peer?.producers.ids, open);
    await page.context().close();
  });

  it('encodes what is wanted of its camera, again after nothing was', async () => {
    const usual = 'await sending.produce({ track })';
    assert.ok(client().includes(usual));
    const page = await runScript(
      browser,
      server.url,
      await bundle(`
        ${client().replace(usual, "track.kind === 'video' && (window.camera = await sendCamera(track))")}
        ${codeBlock('docs/client.md', 'Stop sending what no one watches')}
      `),
    );
    const id = await page
      .waitForFunction('window.camera?.id')
      .then((handle) => handle.jsonValue() as Promise<string>);
    const room = server.registry.get('demo');
    const [peer] = room.peers.values();
    assert.deepEqual(peer?.producers.ids, [id]);
    const encoded = async (layers: string): Promise<void> => {
      await page.waitForFunction(
        `camera.rtpSender.getParameters().encodings
          .map(({ active }) => (active ? 'on' : 'off')).join() === '${layers}'`,
      );
    };
    const want = (maxSpatialLayer: number | undefined): void =>
      peer.notify({ type: 'producerWanted', producerId: id, maxSpatialLayer });
    want(2);
    await encoded('on,on,on');
    want(undefined);
    await encoded('off,off,off');
    want(0);
    await encoded('on,off,off');
    // Several that come at once are applied in order.
    for (const layer of [2, undefined, 2]) {
      want(layer);
    }
    await encoded('on,on,on');
    await page.context().close();
  });
});

function client(): string {
  return codeBlock('docs/client.md', 'A client');
}

/**
 * Waits until the page plays the media of exactly one other member.
 *
 * @param but - The ids of earlier media, which must be gone.
 * @returns The ids of the media that plays.
 */
async function meets(page: Page, but: string[] = []): Promise<string[]> {
  const playing = await page.waitForFunction(
    `(() => {
      const media = [...document.querySelectorAll('audio, video')];
      const kinds = media.map((it) => it.tagName).toSorted().join();
      const ids = media.map((it) => it.id);
      return kinds === 'AUDIO,VIDEO' &&
        media.every((it) => it.currentTime > 0.5) &&
        !ids.some((id) => ${JSON.stringify(but)}.includes(id)) && ids;
    })()`,
  );
  return (await playing.jsonValue()) as string[];
}
