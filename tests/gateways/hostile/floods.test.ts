import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { socketContracts } from '../../support/contracts.ts';
import { SocketHarness } from '../../support/SocketHarness.ts';
import { until } from '../../support/until.ts';

for (const contract of socketContracts) {
  describe(`a flood over ${contract.name}`, () => {
    for (const [what, valid] of [
      ['messages', true],
      ['frames that are no messages', false],
    ] as const) {
      test(`of ${what} closes the connection, and no other`, async (t) => {
        const scene = await SocketHarness.open(contract, {
          limits: { messagesPerSecond: 10, messageBurst: 30 },
        });
        t.after(() => scene.close());
        const room = await scene.makeRoom();
        const watcher = await scene.join(room);
        const client = await scene.join(room);
        // The allowance does not grow while the clock does not move.
        const now = performance.now();
        t.mock.method(performance, 'now', () => now);
        for (let id = 0; id < 500; id += 1) {
          client.send(valid ? contract.harmless(client, id) : '{}');
        }
        const { code, reason } = await client.closed;
        if (code !== 1002) {
          assert.equal(code, 4008, reason);
          assert.match(reason, /^limits\.messagesPerSecond: expected at most /);
        }
        await until('one peer', () => scene.peersIn(room) === 1);
        await contract.probe(watcher);
        await watcher.close();
        await scene.assertServing();
      });
    }
  });
}
