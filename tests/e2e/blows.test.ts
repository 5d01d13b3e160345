import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { roomStats } from '../../lib/rooms/roomStats.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { Wire } from '../support/Wire.ts';

const ROUNDS = 3;

/** Far more than a client may send at once. */
const FLOOD = 2_000;

describe('two people during random faults', { skip: noBrowser }, () => {
  let browser: Browser;
  let server: Server;
  let wire: Wire;

  before(async () => {
    browser = await launchBrowser();
    server = await startServer({
      workers: { count: 2 },
      limits: { messagesPerSecond: 50, messageBurst: 200 },
    });
    wire = await Wire.to(server.url);
  });

  after(async () => {
    await browser?.close();
    await wire?.close();
    await server?.close();
  });

  async function killWorkerOf(room: string): Promise<void> {
    const [routerId = ''] = server.registry.get(room).routers.ids;
    for (const { worker } of server.pool.alive) {
      if ((await worker.dump()).routerIds.includes(routerId)) {
        process.kill(worker.pid, 'SIGKILL');
      }
    }
  }

  /** A member of the room who sends without measure. */
  async function flood(round: number): Promise<number> {
    const { client } = await ProtooClient.join(
      server.url,
      'garden',
      `flooder-${round}`,
    );
    for (let id = 1; id <= FLOOD; id += 1) {
      client.send({ request: true, id, method: 'nothing', data: {} });
    }
    return (await client.closed).code;
  }

  it('see and hear each other again after every fault', async () => {
    const ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    const grace = await Visitor.join(browser, wire.url, 'Grace', 'garden');
    const meet = () =>
      Promise.all([ada.seesAndHears('Grace'), grace.seesAndHears('Ada')]);
    await meet();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const before = [await ada.iceUsers(), await grace.iceUsers()];
      await killWorkerOf('garden');
      await Promise.all([
        ada.seesAnew('Grace', before[0] ?? []),
        grace.seesAnew('Ada', before[1] ?? []),
      ]);
      await wire.cut();
      await grace.notice(/connection to the server was lost/).waitFor();
      assert.equal(await flood(round), 4008);
      await wire.mend();
      await grace.notice(/connection/).waitFor({ state: 'detached' });
      await meet();
    }
    const { all } = roomStats(server.registry);
    assert.equal(server.pool.deaths, ROUNDS);
    assert.deepEqual(
      [all.peers, all.transports, all.producers.audio, all.producers.video],
      [2, 4, 2, 2],
    );
    assert.deepEqual([all.consumers.audio, all.consumers.video], [2, 2]);

    const drained = server.drain();
    await meet();
    await ada.button('Leave').click();
    await grace.button('Leave').click();
    await drained;
    await Promise.all([ada.close(), grace.close()]);
  });
});
