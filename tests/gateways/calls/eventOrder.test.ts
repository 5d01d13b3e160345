import assert from 'node:assert/strict';
import { test } from 'node:test';

import { onEachEngine } from '../../support/stores.ts';
import { until } from '../../support/until.ts';
import { CallsClient } from './CallsClient.ts';
import { CallsSite } from './CallsSite.ts';

const PEOPLE = Array.from({ length: 12 }, (_, index) => `user${index}`);

onEachEngine('clients that enter a call at the same time', (engine) => {
  test('learn of each other once, by the answer or the events after it', async () => {
    await using site = await CallsSite.start({
      store: await engine.emptyStore(),
      calls: { switchTimeout: 600_000 },
    });
    await using resources = new AsyncDisposableStack();
    const conversationId = await site.createGroup(...(PEOPLE as [string]));
    const clients: CallsClient[] = [];
    for (const userId of PEOPLE) {
      clients.push(resources.use(await CallsClient.of(site, userId)));
    }
    const [first, ...others] = clients;
    assert.ok(first);
    const { callId } = await first.get('call:initiate', {
      conversationId,
      type: 'video',
    });
    const known = others.map(({ socket }) => {
      const entered: { answered: boolean; ids: string[] } = {
        answered: false,
        ids: [],
      };
      socket.on('call:participant-joined', ({ participant }) => {
        assert.ok(entered.answered, 'an event came before the answer');
        entered.ids.push(participant.participantId);
      });
      const media = { audioEnabled: true, videoEnabled: true };
      socket.emit('call:join', { callId, ...media }, ({ data }: Answer) => {
        entered.answered = true;
        entered.ids.push(...data.participants.map((it) => it.participantId));
      });
      return entered;
    });
    await until('all are known', () =>
      known.every(({ ids }) => ids.length >= PEOPLE.length),
    );
    for (const { ids } of known) {
      assert.equal(new Set(ids).size, PEOPLE.length);
      assert.equal(ids.length, PEOPLE.length);
    }
  });
});

interface Answer {
  readonly data: {
    readonly participants: readonly { readonly participantId: string }[];
  };
}
