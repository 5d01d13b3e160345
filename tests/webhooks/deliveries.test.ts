import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import { Webhook } from 'standardwebhooks';

import type { DeliveryRecord } from '../../lib/store/WebhookStore.ts';
import { newSecret } from '../../tools/webhooks/receiver.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { accept, Receiver, status } from './Receiver.ts';
import { WebhookSite } from './WebhookSite.ts';

const isDelivered = (it: DeliveryRecord) => it.status === 'delivered';
const hasFailed = (it: DeliveryRecord) => it.error !== undefined;

/** The time from a failed attempt to the next, ms. */
function waitOf({ nextAt, updatedAt }: DeliveryRecord): number {
  return (nextAt?.getTime() ?? 0) - updatedAt.getTime();
}

aboveEachEngine('events', (engine) => {
  const open = async (options: object = {}) =>
    WebhookSite.open(await engine.emptyStore(), options);

  test('are tried again with the same id, before later ones of their room', async () => {
    await using site = await open();
    const { receiver } = site;
    receiver.answer = (response, received) =>
      status(receiver.requests[0] === received ? 500 : 200)(response, received);
    const first = site.join('one');
    await receiver.received(1);
    site.leave('one', first);
    const second = site.join('two');
    site.leave('two', second);
    await receiver.find(
      (it) => it.data.roomId === 'one' && it.type === 'peer.left',
    );
    const of = (roomId: string) =>
      receiver.requests
        .filter((it) => it.data.roomId === roomId)
        .map(({ type, sequence }) => [type, sequence]);
    assert.deepEqual(of('one'), [
      ['peer.joined', 1],
      ['peer.joined', 1],
      ['peer.left', 2],
    ]);
    assert.deepEqual(of('two'), [
      ['peer.joined', 1],
      ['peer.left', 2],
    ]);
    const [one, again] = receiver.requests.filter(
      (it) => it.data.roomId === 'one',
    );
    assert.deepEqual([again?.id, again?.body], [one?.id, one?.body]);
    const all = await site.settled('all', isDelivered, 4);
    assert.deepEqual(
      all.map(({ event, attempts }) => [event.roomId, event.type, attempts]),
      [
        ['one', 'peer.joined', 2],
        ['one', 'peer.left', 1],
        ['two', 'peer.joined', 1],
        ['two', 'peer.left', 1],
      ],
    );
  });

  test('pass by one that cannot be delivered for too long', async () => {
    await using site = await open({ orderTime: 0 });
    site.receiver.answer = (response, received) =>
      status(received.type === 'peer.joined' ? 500 : 200)(response, received);
    site.leave('one', site.join('one'));
    await site.receiver.find(({ type }) => type === 'peer.left');
    const [joined] = await site.settled('the failure', hasFailed);
    assert.equal(joined?.event.type, 'peer.joined');
  });

  for (const [answer, responseStatus, error, least] of [
    [status(500), 500, 'the receiver answered 500', 5_000],
    [
      status(302, { location: '/elsewhere' }),
      302,
      'the receiver answered 302, and redirects are not followed',
      5_000,
    ],
    [
      status(429, { 'retry-after': '3600' }),
      429,
      'the receiver answered 429',
      3_600_000,
    ],
    [
      status(503, { 'retry-after': '999999999' }),
      503,
      'the receiver answered 503',
      86_400_000,
    ],
  ] as const) {
    test(`wait where ${error}, for ${least} ms`, async () => {
      await using site = await open();
      site.receiver.answer = answer;
      site.join('one');
      const [failed] = await site.settled('the failure', hasFailed);
      assert.ok(failed);
      assert.equal(failed.status, 'pending');
      assert.equal(failed.responseStatus, responseStatus);
      assert.equal(failed.error, error);
      assert.ok(waitOf(failed) >= least && waitOf(failed) <= least * 1.1);
      assert.equal(site.receiver.requests.length, 1);
      const attempts = await site.metrics.webhookAttempts.get();
      assert.deepEqual(
        attempts.values.map(({ labels, value }) => [labels.outcome, value]),
        [['retried', 1]],
      );
    });
  }

  test('wait where no answer comes in time, or no connection', async () => {
    await using site = await open({ timeout: 100 });
    site.receiver.answer = () => undefined;
    site.join('one');
    const [hung] = await site.settled('the failure', hasFailed);
    assert.equal(hung?.error, 'no answer within 100 ms');
    assert.equal(hung.responseStatus, undefined);
    const gone = await Receiver.start();
    const { url, secret } = gone;
    await gone[Symbol.asyncDispose]();
    await site.restart({ endpoints: [{ id: 'gone', url, secrets: [secret] }] });
    site.join('two');
    const [, refused] = await site.settled('the failure', hasFailed, 2);
    assert.match(refused?.error ?? '', /ECONNREFUSED/);
  });

  test('are refused for private addresses unless they are permitted', async () => {
    await using site = await open({ allowPrivate: false });
    site.join('one');
    const [refused] = await site.settled('the refusal', hasFailed);
    assert.equal(
      refused?.error,
      'webhooks.allowPrivate: expected true or a public address of 127.0.0.1, got 127.0.0.1',
    );
    assert.deepEqual(site.receiver.requests, []);
  });

  test('end at a receiver that is gone, over a restart, until one is replayed', async () => {
    await using site = await open();
    const { receiver } = site;
    receiver.answer = status(410);
    site.join('one');
    const [gone] = await site.settled(
      'the end',
      (it) => it.status === 'failed',
    );
    assert.ok(gone);
    assert.equal(gone.responseStatus, 410);
    await until(
      'the switch',
      async () => (await site.store.webhooks.disabled()).length === 1,
    );
    receiver.answer = accept;
    await site.restart();
    site.join('two');
    await site.restart();
    assert.equal((await site.deliveries()).length, 1);
    assert.equal(receiver.requests.length, 1);

    const replayed = await site.webhooks.replay(gone.id);
    assert.deepEqual([replayed.status, replayed.attempts], ['pending', 0]);
    await receiver.received(2);
    assert.equal(receiver.requests[1]?.id, gone.event.id);
    await site.settled('the replay', isDelivered);
    site.join('three');
    await receiver.find(({ data }) => data.roomId === 'three');
    await site.restart();
    assert.deepEqual(await site.store.webhooks.disabled(), []);
  });

  test('go to another URL of an endpoint that was switched off', async () => {
    await using site = await open();
    site.receiver.answer = status(410);
    site.join('one');
    await until(
      'the switch',
      async () => (await site.store.webhooks.disabled()).length === 1,
    );
    await using next = await Receiver.start();
    await site.restart({
      endpoints: [{ id: 'backend', url: next.url, secrets: [next.secret] }],
    });
    site.join('two');
    assert.equal((await next.received(1))[0]?.data.roomId, 'two');
  });

  test('are not replayed where they are unknown, or their endpoint is', async () => {
    await using site = await open();
    await assert.rejects(site.webhooks.replay(1), {
      code: 'DELIVERY_NOT_FOUND',
    });
    site.join('one');
    const [delivered] = await site.settled('it', isDelivered);
    assert.ok(delivered);
    const { url, secret } = site.receiver;
    await site.restart({
      endpoints: [{ id: 'other', url, secrets: [secret] }],
    });
    await assert.rejects(site.webhooks.replay(delivered.id), {
      code: 'WEBHOOK_ENDPOINT_UNKNOWN',
      message: /^webhooks\.endpoints: expected an endpoint "backend"/,
    });
  });

  test('go out so many at a time, one for each room', async () => {
    await using site = await open({ concurrency: 2 });
    const { receiver } = site;
    const held = Promise.withResolvers<void>();
    receiver.answer = async (response) => {
      await held.promise;
      accept(response);
    };
    for (const room of ['a', 'b', 'c', 'd', 'e']) {
      site.leave(room, site.join(room));
    }
    await receiver.received(2);
    const begun = (await site.deliveries()).filter((it) => it.attempts > 0);
    assert.equal(begun.length, 2);
    held.resolve();
    await receiver.received(10);
    await site.settled('all', isDelivered, 10);
    assert.equal(receiver.requests.length, 10);
    for (const room of ['a', 'b', 'c', 'd', 'e']) {
      assert.deepEqual(
        receiver.requests
          .filter(({ data }) => data.roomId === room)
          .map(({ sequence }) => sequence),
        [1, 2],
      );
    }
  });

  test('are delivered once by two servers on one database', async () => {
    await using site = await open();
    const other = site.create();
    await other.open();
    const rooms = Array.from({ length: 40 }, (_, index) => `room-${index}`);
    for (const room of rooms) {
      site.join(room);
      other.wake();
    }
    await site.settled('all', isDelivered, rooms.length);
    await other.close();
    assert.deepEqual(
      site.receiver.requests.map(({ data }) => String(data.roomId)).toSorted(),
      rooms.toSorted(),
    );
  });

  test('that are under way at the stop come again after the start, with the same id', async () => {
    await using site = await open();
    const { receiver } = site;
    receiver.answer = () => undefined;
    site.join('one');
    await receiver.received(1);
    await site.webhooks.close();
    const [left] = await site.deliveries();
    assert.deepEqual([left?.status, left?.attempts], ['pending', 0]);
    receiver.answer = accept;
    await site.restart();
    const [first, again] = await receiver.received(2);
    assert.equal(again?.id, first?.id);
    await site.settled('it', isDelivered);
  });

  test('are chosen by each endpoint', async () => {
    await using other = await Receiver.start();
    await using site = await open();
    const { url, secret } = site.receiver;
    await site.restart({
      endpoints: [
        { id: 'backend', url, secrets: [secret], events: ['peer.left'] },
        { id: 'other', url: other.url, secrets: [other.secret] },
      ],
    });
    site.leave('one', site.join('one'));
    await other.received(2);
    const [left] = await site.receiver.received(1);
    assert.deepEqual([left?.type, left?.sequence], ['peer.left', 2]);
    await site.settled('all', isDelivered, 3);
    const [, same] = other.requests;
    assert.equal(left?.id, same?.id);
    assert.equal(site.receiver.requests.length, 1);
  });

  test('are signed by both secrets during a rotation', async () => {
    await using site = await open();
    const { url, secret } = site.receiver;
    const next = newSecret();
    await site.restart({
      endpoints: [{ id: 'backend', url, secrets: [next, secret] }],
    });
    site.join('one');
    const [received] = await site.receiver.received(1);
    assert.ok(received);
    const headers = received.headers as Record<string, string>;
    assert.equal(headers['webhook-signature']?.split(' ').length, 2);
    for (const known of [secret, next]) {
      assert.ok(new Webhook(known).verify(received.body, headers));
    }
    assert.throws(() =>
      new Webhook(newSecret()).verify(received.body, headers),
    );
  });

  test('arrive, however long the answer of the receiver is', async () => {
    await using site = await open();
    const cut = Promise.withResolvers<void>();
    site.receiver.answer = async (response) => {
      response.writeHead(200);
      response.once('close', () => cut.resolve());
      const more = () => {
        while (response.write('x'.repeat(10_000))) {
          // Until the buffer is full.
        }
      };
      response.on('drain', more);
      more();
      await once(response, 'close');
    };
    site.join('one');
    await site.settled('it', isDelivered);
    await cut.promise;
  });

  test('that wait are counted', async () => {
    await using site = await open();
    assert.deepEqual(await site.webhooks.state(), {
      size: 0,
      oldest: undefined,
    });
    site.receiver.answer = status(500);
    site.join('one');
    const [failed] = await site.settled('the failure', hasFailed);
    assert.deepEqual(await site.webhooks.state(), {
      size: 1,
      oldest: failed?.createdAt,
    });
  });
});
