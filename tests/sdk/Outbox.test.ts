import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { writer } from '../../sdk/src/core/ChatCodec.ts';
import { Outbox } from '../../sdk/src/core/Outbox.ts';
import type { Delivery } from '../../sdk/src/core/Outbox.ts';

type Channel = NonNullable<Parameters<Outbox['use']>[0]>;

describe('the messages of a user on their way', () => {
  let outbox: Outbox;
  /** The texts that went over each channel. */
  let sent: [channel: string, text: string][];
  let deliveries: Delivery[];

  /** A channel with the parts that the outbox uses: its id, its state and `send`. */
  const channelOf = (id: string): Channel =>
    ({
      id,
      readyState: 'open',
      send: (frame: string) => {
        const { text } = JSON.parse(frame) as { text: string };
        sent.push([id, text]);
      },
    }) as unknown as Channel;

  const states = (id: string): string[] =>
    deliveries
      .filter((it) => it.id === id)
      .map(({ state, missing }) => [state, ...missing].join(' '));

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    sent = [];
    deliveries = [];
    outbox = new Outbox(writer('ada', undefined));
    outbox.on('delivery', (delivery) => deliveries.push(delivery));
    outbox.add('bob');
    outbox.add('cy');
  });

  afterEach(() => {
    outbox.clear();
    mock.timers.reset();
  });

  test('are sent only once each receiver has confirmed them', async () => {
    outbox.use(channelOf('c1'));
    outbox.confirm('bob', 'c1', true);
    outbox.confirm('cy', 'c1', true);
    outbox.send({ id: '1', text: 'one' });
    await turn();
    assert.deepEqual(sent, [['c1', 'one']]);
    outbox.receive('bob', ['0', '1']);
    outbox.receive('bob', ['1']);
    assert.deepEqual(states('1'), ['sending']);
    outbox.receive('cy', ['1']);
    assert.deepEqual(states('1'), ['sending', 'sent']);
  });

  test('wait for the channel, and go again to those who hear it later', async () => {
    outbox.send({ id: '1', text: 'one' });
    await turn();
    assert.deepEqual(sent, []);
    outbox.use(channelOf('c1'));
    await turn();
    assert.equal(sent.length, 1);
    outbox.confirm('bob', 'c1', true);
    await turn();
    assert.equal(sent.length, 2);
    outbox.receive('bob', ['1']);
    outbox.confirm('bob', 'c1', true);
    await turn();
    assert.equal(sent.length, 2, 'bob has it');
  });

  test('go over another channel if they were not confirmed over the one before', async () => {
    outbox.use(channelOf('c1'));
    outbox.confirm('bob', 'c1', true);
    outbox.remove('cy');
    outbox.send({ id: '1', text: 'one' });
    await turn();
    outbox.use(undefined);
    outbox.use(channelOf('c2'));
    outbox.confirm('bob', 'c2', true);
    await turn();
    assert.deepEqual(sent, [
      ['c1', 'one'],
      ['c2', 'one'],
    ]);
    outbox.receive('bob', ['1']);
    assert.deepEqual(states('1'), ['sending', 'sent']);
  });

  test('name those who have not got them in time, and are sent after all', async () => {
    outbox.use(channelOf('c1'));
    outbox.confirm('bob', 'c1', true);
    outbox.send({ id: '1', text: 'one' });
    await turn();
    outbox.receive('bob', ['1']);
    mock.timers.tick(10_000);
    assert.deepEqual(states('1'), ['sending', 'undelivered cy']);
    outbox.receive('cy', ['1']);
    assert.deepEqual(states('1').at(-1), 'sent');
  });

  test('are sent to a client without receipts once it hears the channel', async () => {
    outbox.remove('cy');
    outbox.use(channelOf('c1'));
    outbox.send({ id: '1', text: 'one' });
    await turn();
    assert.deepEqual(states('1'), ['sending']);
    outbox.confirm('bob', 'c1', false);
    await turn();
    assert.deepEqual(states('1'), ['sending', 'sent']);
  });

  test('do not wait for those who leave, nor for those who come', async () => {
    outbox.use(channelOf('c1'));
    outbox.confirm('bob', 'c1', true);
    outbox.send({ id: '1', text: 'one' });
    await turn();
    outbox.add('dan');
    outbox.receive('bob', ['1']);
    outbox.remove('cy');
    assert.deepEqual(states('1'), ['sending', 'sent']);
  });

  test('go nowhere any more once they are dropped', async () => {
    outbox.send({ id: '1', text: 'one' });
    outbox.drop();
    outbox.use(channelOf('c1'));
    outbox.confirm('bob', 'c1', true);
    await turn();
    mock.timers.tick(60_000);
    assert.deepEqual(sent, []);
    assert.deepEqual(states('1'), ['sending']);
  });
});
