import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { assertFits } from '../../support/pattern.ts';
import { until } from '../../support/until.ts';
import { essence, MeetingSite, projectKey } from './MeetingSite.ts';

describe('limits on sessions', () => {
  async function start(
    t: { after: (work: () => Promise<void>) => void },
    options: Parameters<typeof MeetingSite.start>[0],
  ): Promise<MeetingSite> {
    const site = await MeetingSite.start(options);
    t.after(() => site[Symbol.asyncDispose]());
    return site;
  }

  for (const option of ['failuresPerAddress', 'failuresPerSession'] as const) {
    test(`refuse even the right password after meetings.${option} wrong ones`, async (t) => {
      const others = { failuresPerAddress: 1_000, failuresPerSession: 1_000 };
      const site = await start(t, { meetings: { ...others, [option]: 2 } });
      const [first, second] = await Promise.all([
        site.create({ password: 'sesame' }),
        site.create({ password: 'sesame' }),
      ]);
      // Sums of whole numbers are exact.
      const now = Math.floor(performance.now());
      const clock = t.mock.method(performance, 'now', () => now);
      // Attempts that come together get no further than others.
      const attempts = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          site.ask('POST', `/connect/${first}`, { password: `wrong ${index}` }),
        ),
      );
      const refusals = Map.groupBy(attempts, ({ status }) => status);
      assert.equal(refusals.get(403)?.length, 2);
      assert.equal(refusals.get(429)?.length, 4);
      const right = { password: 'sesame' };
      const refused = await site.ask('POST', `/connect/${first}`, right);
      assert.deepEqual(essence(refused), {
        status: 429,
        body: {
          error: {
            code: 'LIMIT_REACHED',
            message: `meetings.${option}: expected at most 2 wrong passwords a minute; try again in 60 s`,
          },
        },
      });
      assert.equal(refused.headers.get('retry-after'), '60');
      const elsewhere = await site.ask('POST', `/connect/${second}`, right);
      assert.equal(
        elsewhere.status,
        option === 'failuresPerAddress' ? 429 : 200,
      );
      clock.mock.mockImplementation(() => now + 60_001);
      await site.admit(first, 'sesame');
    });
  }

  test('bound those of one creator', async (t) => {
    const site = await start(t, { meetings: { sessionsPerCreator: 1 } });
    const host = await site.login('host@example.com', 'Hedy');
    for (const token of [host.token, projectKey('acme')]) {
      const address = await site.create({}, token);
      const { status, body } = await site.ask(
        'POST',
        '/session',
        { title: 'Another' },
        token,
      );
      assert.equal(status, 429);
      assert.match(body.error.message, /^meetings\.sessionsPerCreator: /);
      if (token === host.token) {
        await site.ask('DELETE', `/session/${address}`, undefined, token);
        await site.create({}, token);
      }
    }
    await site.create({}, projectKey('other'));
  });

  test('bound the sessions and the tickets of one address', async (t) => {
    const site = await start(t, {
      limits: {
        sessionsPerMinute: 1,
        sessionBurst: 1,
        sessionEntriesPerMinute: 1,
        sessionEntryBurst: 1,
      },
    });
    const address = await site.create();
    const again = await site.ask('POST', '/session', { title: 'Another' });
    assert.equal(again.status, 429);
    assert.match(again.body.error.message, /^limits\.sessionsPerMinute: /);
    await site.admit(address);
    const entry = await site.ask('POST', `/connect/${address}`, {});
    assert.equal(entry.status, 429);
    assert.match(
      entry.body.error.message,
      /^limits\.sessionEntriesPerMinute: /,
    );
    const client = await site.dial(address).opened();
    client.send({ type: 'connect' });
    assertFits(await client.at(0), {
      type: 'error',
      code: 'LIMIT_REACHED',
      message: /^limits\.sessionEntriesPerMinute: /,
    });
    await client.close();
  });

  test('bound the tickets of one session', async (t) => {
    const site = await start(t, { meetings: { ticketsPerSession: 1 } });
    const address = await site.create();
    await site.admit(address);
    const { status, body } = await site.ask('POST', `/connect/${address}`, {});
    assert.equal(status, 429);
    assert.match(body.error.message, /^meetings\.ticketsPerSession: /);
  });

  test('end a session that has been empty for meetings.emptyTimeout, and no other', async (t) => {
    const site = await start(t, { meetings: { emptyTimeout: 1_000 } });
    const empty = await site.create();
    const used = await site.create();
    const client = await site.enter(used);
    await until('the end of the empty session', async () => {
      const { status } = await site.ask('POST', `/connect/${empty}`, {});
      return status === 404;
    });
    await site.admit(used);
    await client.close();
    await until('the end of the other session', async () => {
      const { status } = await site.ask('POST', `/connect/${used}`, {});
      return status === 404;
    });
  });
});
