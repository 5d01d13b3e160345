import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect, createServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import type { NodeAddress } from '../../lib/cluster/NodeAddress.ts';
import { nameOf } from '../../lib/cluster/NodeAddress.ts';
import { NodeListener } from '../../lib/cluster/NodeListener.ts';
import { NodeRelay } from '../../lib/cluster/NodeRelay.ts';
import type { RelayParts } from '../../lib/cluster/NodeRelay.ts';
import { nodeKey } from '../../lib/cluster/nodeTls.ts';
import { freePort } from '../support/freePort.ts';
import { until } from '../support/until.ts';
import { SECRET } from './ClusterNodes.ts';

const KEY = nodeKey(SECRET);

/** A relay in a cluster that knows of no other nodes, except for some parts of it. */
function relayWith(parts: Partial<RelayParts>): NodeRelay {
  return new NodeRelay({
    key: KEY,
    pingInterval: 60_000,
    home: () => Promise.resolve(undefined),
    choose: () => undefined,
    assign: () => Promise.resolve(undefined),
    takesRooms: () => true,
    decline: () => undefined,
    isGone: () => Promise.resolve(false),
    nodeOf: () => undefined,
    isForwarded: () => false,
    sessionOf: () => undefined,
    ...parts,
  });
}

function newRequest(): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.url = '/';
  return request;
}

/** Opens the port of another node. */
async function openNode(): Promise<[NodeListener, NodeAddress]> {
  const listener = new NodeListener(KEY, () => 10);
  await listener.open('127.0.0.1', 0, 0);
  return [listener, { id: 'bob', host: '127.0.0.1', port: listener.port }];
}

test('a relay that closes breaks off the connections that it is opening, and opens no more', async () => {
  const [listener] = await openNode();
  // The way to the other node, on which nothing gets through at first.
  const way = createServer({ pauseOnConnect: true });
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
  const { port } = way.address() as AddressInfo;
  const relay = relayWith({
    home: () => Promise.resolve({ id: 'home', host: '127.0.0.1', port }),
  });
  const request = newRequest();
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

test('a relay tries a home that is gone once for each request', async () => {
  const [listener, bob] = await openNode();
  const port = await freePort();
  const dead = { id: 'dead', host: '127.0.0.1', port };
  let tries = 0;
  const relay = relayWith({
    home: () => Promise.resolve(dead),
    choose: () => bob,
    assign: () => Promise.resolve(nameOf(dead)),
    isGone: () => {
      tries += 1;
      return Promise.resolve(true);
    },
  });
  try {
    const request = newRequest();
    assert.equal(await relay.open('room', request), undefined);
    assert.equal(await relay.place('room', request, undefined), undefined);
    assert.equal(tries, 1);
    assert.equal(await relay.open('room', newRequest()), undefined);
    assert.equal(tries, 2);
    // A client whose handshake is long ago goes on to a room.
    assert.equal(await relay.connect('room', request, ''), undefined);
    assert.equal(tries, 3);
  } finally {
    relay.close();
    await listener.close();
  }
});

test('a relay tries two nodes for a new room, and avoids those that cannot be reached', async () => {
  const [listener, bob] = await openNode();
  const absent = await Promise.all(
    ['ada', 'eve'].map(async (id) => ({
      id,
      host: '127.0.0.1',
      port: await freePort(),
    })),
  );
  const assigned: string[] = [];
  const relay = relayWith({
    choose: (_roomId, _region, isAvoided) =>
      [...absent, bob].find((node) => !isAvoided(node)),
    assign: (_roomId, node) => {
      assigned.push(node.id);
      return Promise.resolve(undefined);
    },
  });
  try {
    await relay.place('room', newRequest(), undefined);
    assert.deepEqual(assigned, []);
    await relay.place('room', newRequest(), undefined);
    assert.deepEqual(assigned, ['bob']);
  } finally {
    relay.close();
    await listener.close();
  }
});

test('a relay avoids a node that has not taken a new room', async () => {
  const [listener, bob] = await openNode();
  const relay = relayWith({
    choose: (_roomId, _region, isAvoided) => (isAvoided(bob) ? undefined : bob),
  });
  try {
    const request = newRequest();
    const way = await relay.connectToNew(request, '', undefined);
    assert.ok(way);
    way.avoid();
    assert.equal(await relay.connectToNew(request, '', undefined), undefined);
  } finally {
    relay.close();
    await listener.close();
  }
});

test('a relay assigns no room for a client that has hung up', async () => {
  const [listener, bob] = await openNode();
  const request = newRequest();
  const relay = relayWith({
    choose: () => {
      request.socket.destroy();
      return bob;
    },
    assign: () => assert.fail('the room is assigned'),
  });
  try {
    assert.equal(await relay.place('room', request, undefined), undefined);
    await until('the connection has ended', () => relay.size === 0);
  } finally {
    relay.close();
    await listener.close();
  }
});
