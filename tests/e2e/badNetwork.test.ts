import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
  WILLING,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { startServerAt } from '../../tools/fixtures/server.ts';
import { network } from '../../tools/bench/cases/network.ts';
import { Link } from '../../tools/netem/Link.ts';
import { noLink } from '../../tools/netem/program.ts';
import { until } from '../support/until.ts';
import { smokeTest } from '../tools/bench/smoke.ts';
import { concealed } from './concealed.ts';

/** A visitor with a microphone and no camera leaves more of the machine to others. */
const SOUND_ONLY = `localStorage.setItem('atrium', '{"mic": true, "camera": false}');`;

/** Twenty seconds of sound. */
const PACKETS = 1_000;

/** Of the 5 % that get lost, what may be heard missing. */
const FEW = 0.03;

/** A server, and a browser on each side of a link to it. */
interface Scene {
  link: Link;
  server: Server;
  near: Browser;
  far: Browser;
}

async function inScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await using link = await Link.open();
  const server = await startServerAt(link.near);
  const [near, far] = await Promise.all([
    launchBrowser(),
    launchBrowser(WILLING, link),
  ]);
  try {
    await run({ link, server, near, far });
  } finally {
    await Promise.all([near.close(), far.close()]);
    await server.close();
  }
}

/** Packets of sound that the server has sent again, and that it was sent again. */
async function repeats(
  server: Server,
): Promise<{ sent: number; received: number }> {
  const peers = Array.from(server.registry.rooms.values()).flatMap((room) =>
    Array.from(room.peers.values()),
  );
  const sent = peers.flatMap(({ consumers }) =>
    consumers.ids.map(async (id) => {
      const stats = await consumers.stats(id);
      return stats.find(({ type }) => type === 'outbound-rtp');
    }),
  );
  const received = peers.flatMap(({ producers }) =>
    producers.ids.map(async (id) => (await producers.stats(id))[0]),
  );
  const sum = async (
    all: Promise<{ packetsRetransmitted?: number } | undefined>[],
  ): Promise<number> =>
    (await Promise.all(all)).reduce(
      (total, stat) => total + (stat?.packetsRetransmitted ?? 0),
      0,
    );
  return { sent: await sum(sent), received: await sum(received) };
}

smokeTest(network);

describe('on a bad network', { skip: noBrowser || noLink }, () => {
  test('sound that gets lost on the way to a listener is sent again in time', async () => {
    await inScene(async ({ link, server, near, far }) => {
      const { url } = server;
      const options = { initScript: SOUND_ONLY };
      await using ada = await Visitor.join(near, url, 'Ada', 'room', options);
      await using grace = await Visitor.joinToWatch(far, url, 'Grace', 'room');
      await concealed(grace, 100);
      assert.deepEqual(await grace.repeatedSounds(), [true]);
      await until('the delay of the beginning is gone', async () =>
        (await grace.soundDelays()).every((delay) => delay === null),
      );

      await link.set({ loss: 5, delay: 50 });
      const delay = await until('the page waits for repeats', async () => {
        const [set] = await grace.soundDelays();
        // A round trip at least, once the browser has measured it anew.
        return set !== null && set !== undefined && set >= 100 && set;
      });
      assert.ok(delay <= 400, `waits ${delay} ms`);

      const share = await concealed(grace, PACKETS);
      assert.ok(share < FEW, `${share} of the sound was made up`);
      const { lost } = (await link.counts()).down;
      assert.ok(lost > 0);
      assert.ok((await repeats(server)).sent > 0);
      await ada.reception();
    });
  });

  test('a weak connection is shown to its owner and to the others while it lasts', async () => {
    await inScene(async ({ link, server, near, far }) => {
      const { url } = server;
      const options = { initScript: SOUND_ONLY };
      await using ada = await Visitor.join(near, url, 'Ada', 'room', options);
      await using grace = await Visitor.joinToWatch(far, url, 'Grace', 'room');
      await concealed(grace, 100);
      const weak = [
        grace.ownTile('weak connection'),
        ada.tile('Grace', 'weak connection'),
      ];

      await link.set({ loss: 40 });
      await Promise.all(weak.map((tile) => tile.waitFor()));
      assert.equal(await grace.tile('Ada', 'weak connection').count(), 0);

      await link.set({});
      await Promise.all(
        weak.map((tile) => tile.waitFor({ state: 'detached' })),
      );
    });
  });

  test('sound that gets lost on the way to the server is sent again in time', async () => {
    await inScene(async ({ link, server, near, far }) => {
      const { url } = server;
      const options = { initScript: SOUND_ONLY };
      await using ada = await Visitor.join(far, url, 'Ada', 'room', options);
      await using grace = await Visitor.joinToWatch(near, url, 'Grace', 'room');
      await concealed(grace, 100);
      await link.set({ loss: 5, delay: 50 });

      const share = await concealed(grace, PACKETS);

      assert.ok(share < FEW, `${share} of the sound was made up`);
      assert.ok((await repeats(server)).received > 0);
      await ada.reception();
    });
  });
});
