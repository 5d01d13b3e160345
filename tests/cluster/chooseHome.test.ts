import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { chooseHome } from '../../lib/cluster/chooseHome.ts';
import type { NodeReport } from '../../lib/cluster/NodeReport.ts';
import { REPORT } from './report.ts';

const BUSY = 0.2;

function node(name: string, report: Partial<NodeReport>) {
  return { name, report: { ...REPORT, ...report } };
}

/** The name of the home that is chosen, with the first two nodes as the random picks. */
function chosen(
  own: Partial<NodeReport>,
  others: ReturnType<typeof node>[],
  region?: string,
  busyLoad = BUSY,
): string {
  const home = chooseHome(
    { ...REPORT, ...own },
    others,
    busyLoad,
    region,
    () => 0,
  );
  return home?.name ?? 'own';
}

describe('the home of a new room', () => {
  test('is the first node while that is not busy', () => {
    assert.equal(chosen({ load: 0.19 }, [node('bob', { load: 0 })]), 'own');
    assert.equal(chosen({ load: 0.9 }, []), 'own');
    const idle = [node('bob', { load: 0 })];
    assert.equal(chosen({ load: 0 }, idle, undefined, 0), 'own');
    assert.equal(chosen({ load: 0.01 }, idle, undefined, 0), 'bob');
  });

  test('is another node that is at least a quarter less loaded', () => {
    const own = { load: 0.8 };
    assert.equal(chosen(own, [node('bob', { load: 0.61 })]), 'own');
    assert.equal(chosen(own, [node('bob', { load: 0.6 })]), 'bob');
    const three = [
      node('bob', { load: 0.7 }),
      node('eve', { load: 0.5 }),
      node('dan', { load: 0.4 }),
    ];
    assert.equal(chosen(own, three), 'dan');
  });

  test('is spread at random over those that are less loaded', () => {
    const others = [0.1, 0.2, 0.3, 0.4].map((load) =>
      node(`${load}`, { load }),
    );
    const homes = new Set<string>();
    for (const first of [0, 0.3, 0.6, 0.9]) {
      for (const second of [0, 0.5, 0.9]) {
        const numbers = [first, second];
        const own = { ...REPORT, load: 1 };
        const home = chooseHome(
          own,
          others,
          BUSY,
          undefined,
          () => numbers.shift() ?? 0,
        );
        homes.add(home?.name ?? 'own');
      }
    }
    assert.deepEqual(Array.from(homes).toSorted(), ['0.1', '0.2', '0.3']);
  });

  test('is no node that takes no rooms', () => {
    const full = node('bob', { takesRooms: false });
    assert.equal(chosen({ load: 1 }, [full]), 'own');
    assert.equal(chosen({ region: 'eu' }, [full], 'us'), 'own');
    const drained = { takesRooms: false };
    assert.equal(chosen(drained, [node('bob', { load: 5 })]), 'bob');
    assert.equal(chosen(drained, [full]), 'own');
  });

  test('is in the region of the client, however loaded the nodes there are', () => {
    const own = { region: 'eu', load: 0.1 };
    const us = node('bob', { region: 'us', load: 3 });
    const eu = node('eve', { region: 'eu', load: 0 });
    assert.equal(chosen(own, [us, eu], 'us'), 'bob');
    assert.equal(chosen(own, [us, eu], 'eu'), 'own');
    assert.equal(chosen({ ...own, load: 1 }, [us, eu], 'eu'), 'eve');
  });

  test('is in the region of the first node where that of the client has none', () => {
    const own = { region: 'eu', load: 1 };
    const us = node('bob', { region: 'us' });
    for (const region of [undefined, 'mars']) {
      assert.equal(chosen(own, [us], region), 'own');
      assert.equal(
        chosen(own, [us, node('eve', { region: 'eu' })], region),
        'eve',
      );
    }
    assert.equal(chosen({ ...own, takesRooms: false }, [us]), 'bob');
  });
});
