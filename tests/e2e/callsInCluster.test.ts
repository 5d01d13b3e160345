import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import type { ClusterNode } from '../cluster/ClusterNodes.ts';
import { ClusterNodes } from '../cluster/ClusterNodes.ts';
import { withTokens } from '../support/JsonClient.ts';
import { noPostgres } from '../support/PostgresCluster.ts';
import { noRedis } from '../support/RedisServer.ts';
import { Caller, seeAndHearEachOther } from './Caller.ts';

const GROUP = 'North and south';

/** Options of calls at a node: more time than a busy machine takes to switch, ms. */
const callsOf = (server: string) => ({
  calls: { server, returnToP2p: 1_000, switchTimeout: 30_000 },
});

describe(
  'a call between the nodes of a cluster',
  { skip: noBrowser || noRedis || noPostgres },
  () => {
    let cluster: ClusterNodes;
    let north: ClusterNode;
    let south: ClusterNode;
    let browser: Browser;
    let ada: Caller;
    let ben: Caller;
    let cleo: Caller;

    before(async () => {
      cluster = await ClusterNodes.start(1, {
        ...withTokens,
        ...callsOf('north'),
      });
      [north] = cluster.nodes as [ClusterNode];
      south = await cluster.add(callsOf('south'));
      await south.ready();
      await north.server.says(/is linked to the node/);
      await north.opensRooms();
      browser = await launchBrowser();
      ada = await Caller.register(browser, north.url, 'Ada');
      ben = await Caller.register(browser, south.url, 'Ben');
      cleo = await Caller.register(browser, south.url, 'Cleo');
      await ada.starts(GROUP, [ben, cleo]);
    });

    after(async () => {
      await Promise.all(
        [ada, ben, cleo].map((it) => it?.[Symbol.asyncDispose]()),
      );
      await browser?.close();
      await cluster?.[Symbol.asyncDispose]();
    });

    it('goes directly between two, by the server among three, and back', async () => {
      await ada.calls(GROUP);
      await Promise.all([ben, cleo].map((it) => it.reads('Ada is calling.')));
      await ben.press('Accept');
      await Promise.all([
        ada.visitor.seesAndHears('Ben'),
        ben.visitor.seesAndHears('Ada'),
      ]);
      await Promise.all([ada.goes('Direct'), ben.goes('Direct')]);

      await cleo.press('Accept');
      await Promise.all(
        [ada, ben, cleo].map((it) => it.goes('Through the server')),
      );
      await seeAndHearEachOther([ada, ben, cleo]);
      assert.deepEqual([await north.rooms(), await south.rooms()], [1, 0]);

      await ben.press('Hang up');
      await Promise.all([ada.goes('Direct'), cleo.goes('Direct')]);
      await Promise.all([
        ada.visitor.seesAndHears('Cleo'),
        cleo.visitor.seesAndHears('Ada'),
      ]);
      await ada.press('Hang up');
      await cleo.press('Hang up');
    });
  },
);
