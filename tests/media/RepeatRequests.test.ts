import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';

import { RepeatRequests } from '../../lib/media/RepeatRequests.ts';
import type { PacketCounts } from '../../lib/media/RepeatRequests.ts';

describe('requests to send packets again', () => {
  let now: number;
  let counts: PacketCounts;
  let counted: number;
  let floods: number;
  let requests: RepeatRequests;

  beforeEach(() => {
    now = 1_000;
    counts = { sent: 0, requested: 0 };
    counted = 0;
    floods = 0;
    requests = new RepeatRequests(
      () => {
        counted += 1;
        return Promise.resolve(counts);
      },
      () => {
        floods += 1;
      },
    );
  });

  /** Takes requests, one in each interval, of so many packets each. */
  async function come(
    count: number,
    interval: number,
    { packets, sent }: { packets: number; sent: number },
  ): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      now += interval;
      counts = {
        sent: counts.sent + sent,
        requested: counts.requested + packets,
      };
      await requests.take(now);
    }
  }

  test('are a flood while more is requested than can be sent', async () => {
    await come(8, 50, { packets: 5, sent: 3 });
    assert.equal(floods, 2);
  });

  test('are none while little is lost, however long', async () => {
    await come(100, 100, { packets: 1, sent: 6 });
    assert.equal(floods, 0);
  });

  test('are none if hardly anything is sent', async () => {
    await come(8, 50, { packets: 2, sent: 0 });
    assert.equal(floods, 0);
  });

  test('are not even counted one by one', async () => {
    await come(20, 250, { packets: 30, sent: 12 });
    assert.equal(counted, 0);
  });

  test('before a pause do not count', async () => {
    await come(3, 50, { packets: 5, sent: 3 });
    now += 500;
    await come(3, 50, { packets: 5, sent: 3 });
    assert.equal(floods, 0);
  });
});
