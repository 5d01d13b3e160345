import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { accept, Receiver } from './Receiver.ts';

test('a server killed between a delivery and its note delivers again, with the same id', async () => {
  await using receiver = await Receiver.start();
  const folder = await ConfigFolder.create();
  const config = await folder.add({
    webhooks: {
      allowPrivate: true,
      // The claim of the killed server ends soon.
      timeout: 1_000,
      endpoints: [
        {
          id: 'backend',
          url: receiver.url,
          secrets: [receiver.secret],
          events: ['peer.joined', 'peer.left'],
        },
      ],
    },
  });
  const first = await ServerProcess.start(config);
  receiver.answer = async (response) => {
    await first.end('SIGKILL');
    accept(response);
  };
  const ada = await ProtooClient.connect(first.url, 'hall', 'ada');
  // Its reply may be lost with the server.
  ada.request('joinRoom', { roomId: 'hall', peerId: 'ada' }).catch(() => 0);
  const [delivered] = await receiver.received(1);
  await first.ended();
  await ada.closed;

  receiver.answer = accept;
  const next = await ServerProcess.start(config);
  const [, again] = await receiver.received(2);
  assert.equal(again?.id, delivered?.id);
  assert.equal(again?.body, delivered?.body);
  assert.equal(again?.type, 'peer.joined');

  // The numbers go on.
  const { client } = await ProtooClient.join(next.url, 'hall', 'bob');
  await client.close();
  await receiver.received(4);
  assert.equal(await next.end('SIGTERM'), 0);
  assert.deepEqual(
    receiver.requests.map(({ type, sequence, data }) => [
      type,
      sequence,
      data.peer.peerId,
    ]),
    [
      ['peer.joined', 1, 'ada'],
      ['peer.joined', 1, 'ada'],
      ['peer.joined', 2, 'bob'],
      ['peer.left', 3, 'bob'],
    ],
  );
  await folder.remove();
});
