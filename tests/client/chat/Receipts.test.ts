import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Receipts } from '../../../client/src/chat/Receipts.ts';

describe('the receipts of a page', () => {
  let receipts: Receipts;
  let here: Set<string>;
  let sent: { to: string[]; got: string[] }[];
  /** Peers that cannot be sent anything. */
  let gone: Set<string>;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    here = new Set(['ada', 'bob']);
    gone = new Set();
    sent = [];
    receipts = new Receipts(
      (to, got) => {
        sent.push({ to, got });
        return to.some((it) => gone.has(it))
          ? Promise.reject(new Error('PEER_NOT_FOUND'))
          : Promise.resolve();
      },
      (peerId) => here.has(peerId),
    );
  });

  afterEach(() => mock.timers.reset());

  async function pass(): Promise<void> {
    mock.timers.tick(200);
    await turn();
  }

  test('go to the senders at once for all that came in a short time', async () => {
    receipts.add('ada', '1');
    receipts.add('bob', '2');
    receipts.add('ada', '3');
    assert.deepEqual(sent, []);
    await pass();
    assert.deepEqual(sent, [{ to: ['ada', 'bob'], got: ['1', '2', '3'] }]);
    await pass();
    assert.equal(sent.length, 1);
    receipts.add('ada', '1');
    await pass();
    assert.deepEqual(sent[1], { to: ['ada'], got: ['1'] });
  });

  test('go to those who are left, if one of the senders has left', async () => {
    receipts.add('ada', '1');
    receipts.add('bob', '2');
    gone.add('bob');
    mock.timers.tick(200);
    here.delete('bob');
    await turn();
    await pass();
    assert.deepEqual(sent[1], { to: ['ada'], got: ['1'] });
  });

  test('are sent again, later each time, where they are refused for another reason', async () => {
    receipts.add('ada', '1');
    gone.add('ada');
    for (const pause of [200, 400, 800, 1_600, 3_200, 6_400]) {
      const before = sent.length;
      mock.timers.tick(pause - 1);
      await turn();
      assert.equal(sent.length, before);
      mock.timers.tick(1);
      await turn();
      assert.equal(sent.length, before + 1);
    }
    mock.timers.tick(60_000);
    await turn();
    assert.equal(sent.length, 6);

    receipts.add('ada', '2');
    await pass();
    gone.delete('ada');
    mock.timers.tick(400);
    await turn();
    assert.deepEqual(sent.slice(6), [
      { to: ['ada'], got: ['2'] },
      { to: ['ada'], got: ['2'] },
    ]);
    receipts.add('ada', '3');
    await pass();
    assert.deepEqual(sent[8], { to: ['ada'], got: ['3'] });
  });

  test('go to no one who has left, and are bounded', async () => {
    receipts.add('eve', '1');
    await pass();
    assert.deepEqual(sent, []);
    for (let id = 0; id < 300; id += 1) {
      receipts.add('ada', String(id));
    }
    await pass();
    assert.equal(sent[0]?.got.length, 100);
  });
});
