import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect, createServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { NodeListener } from '../../lib/cluster/NodeListener.ts';
import { NodeRelay } from '../../lib/cluster/NodeRelay.ts';
import { nodeKey } from '../../lib/cluster/nodeTls.ts';
import { SECRET } from './ClusterNodes.ts';

const KEY = nodeKey(SECRET);

test('a relay that closes breaks off the connections that it is opening, and opens no more', async () => {
  const listener = new NodeListener(KEY, () => 10);
  await listener.open('127.0.0.1', 0, 0);
  // The way to the other node, on which nothing gets through at first.
  const way = createServer({ pauseOnConnect: true });
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
  const { port } = way.address() as AddressInfo;
  const relay = new NodeRelay({
    key: KEY,
    pingInterval: 60_000,
    home: () => Promise.resolve({ id: 'home', host: '127.0.0.1', port }),
    choose: () => undefined,
    assign: () => Promise.resolve(undefined),
    decline: () => undefined,
    isGone: () => Promise.resolve(false),
    isForwarded: () => false,
    sessionOf: () => undefined,
  });
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.url = '/';
  try {
    const arrived = once(way, 'connection') as Promise<[Socket]>;
    const opening = relay.open('room', request);
    const [held] = await arrived;
    relay.close();
    const onward = connect(listener.port, '127.0.0.1');
    const ended = new Promise((resolve) => onward.once('close', resolve));
    onward.on('error', () => held.destroy());
    held.on('close', () => onward.destroy());
    held.on('error', () => onward.destroy());
    held.pipe(onward).pipe(held);
    assert.equal(await opening, 'unreachable');
    assert.equal(relay.size, 0);
    await ended;
    way.on('connection', () => assert.fail('the relay connects after its end'));
    assert.equal(await relay.open('room', request), 'unreachable');
  } finally {
    way.close();
    await listener.close();
  }
});
