import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';

import { NodeListener } from '../../lib/cluster/NodeListener.ts';
import { NodeRelay } from '../../lib/cluster/NodeRelay.ts';
import {
  LINK_PROTOCOL,
  NODE_HEADER,
  NODE_TLS,
  nodeKey,
} from '../../lib/cluster/nodeTls.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { until } from '../support/until.ts';
import { SECRET } from './ClusterNodes.ts';
import { link, LinkedNode } from './LinkedNode.ts';

const KEY = nodeKey(SECRET);

setLogLevel('error');

describe('links between nodes', () => {
  test('are one for each two, and keep messages in their order', async () => {
    await using ada = await LinkedNode.start('ada');
    await using bob = await LinkedNode.start('bob');
    await link(ada, bob);
    ada.mesh.connect([bob.address]);
    const messages = Array.from({ length: 500 }, (_, index) => ({
      index,
      at: new Date(index),
      nothing: undefined,
      text: 'ü'.repeat(index),
    }));
    messages.forEach((message) => ada.peers[0]?.send(message));
    bob.peers[0]?.send('back');
    await until('all have come', () => bob.received.length === 500);
    assert.deepEqual(bob.received, messages);
    await until('the answer has come', () => ada.received.length === 1);
    assert.deepEqual(
      [ada.peers, bob.peers].map((peers) => peers.map(({ id }) => id)),
      [['bob'], ['ada']],
    );
  });

  test('are not made of the request of a client that a node passes on', async () => {
    const listener = new NodeListener(KEY, () => 10);
    await listener.open('127.0.0.1', 0, 0);
    const home = { id: 'bob', host: '127.0.0.1', port: listener.port };
    const served = new Promise<IncomingMessage>((resolve, reject) => {
      listener.serve(
        resolve,
        () => assert.fail('it asks for an upgrade'),
        () => reject(new Error('the client has become a node')),
      );
    });
    const relay = new NodeRelay({
      key: KEY,
      pingInterval: 60_000,
      home: () => Promise.resolve(home),
      choose: () => undefined,
      assign: () => Promise.resolve(undefined),
      decline: () => undefined,
      isGone: () => Promise.resolve(false),
      nodeOf: () => undefined,
      takesRooms: () => true,
      isForwarded: () => false,
      sessionOf: () => undefined,
    });
    const request = new IncomingMessage(new Socket());
    request.method = 'GET';
    request.url = '/?roomId=room';
    request.rawHeaders = [
      'Host',
      'node',
      'Connection',
      'Upgrade',
      'Upgrade',
      LINK_PROTOCOL,
      NODE_HEADER,
      'intruder',
    ];
    try {
      await relay.open('room', request);
      assert.equal((await served).headers[NODE_HEADER], undefined);
    } finally {
      relay.close();
      await listener.close();
    }
  });

  test('are not opened to a node of another version, which is not asked again at once', async () => {
    await using ada = await LinkedNode.start('ada');
    let asked = 0;
    const listener = createTlsServer(
      { ...NODE_TLS, pskCallback: () => KEY },
      (_request, response) => response.writeHead(426).end(),
    );
    listener.on('upgrade', (_request, socket) => {
      asked += 1;
      socket.end('HTTP/1.1 426 Upgrade Required\r\n\r\n');
    });
    let connections = 0;
    listener.on('secureConnection', (socket) => {
      connections += 1;
      socket.once('close', () => {
        connections -= 1;
      });
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const old = { id: 'old', host: '127.0.0.1', port };
    try {
      ada.mesh.connect([old]);
      await until(
        'the node has refused',
        () => asked === 1 && connections === 0,
      );
      ada.mesh.connect([old]);
      await using bob = await LinkedNode.start('bob');
      await link(ada, bob);
      assert.deepEqual([asked, ada.peers.map(({ id }) => id)], [1, ['bob']]);
    } finally {
      listener.close();
    }
  });

  test('are not opened to a node that another one has taken the place of', async () => {
    await using ada = await LinkedNode.start('ada');
    await using bob = await LinkedNode.start('bob');
    ada.mesh.connect([{ ...bob.address, id: 'before' }]);
    await until('the link has ended', () => bob.ended === 1);
    assert.deepEqual(ada.peers, []);
    await link(ada, bob);
  });

  test('end on both sides, and are opened again', async () => {
    await using ada = await LinkedNode.start('ada');
    await using bob = await LinkedNode.start('bob');
    await link(ada, bob);
    bob.mesh.endTo('ada');
    await until('both have ended', () => ada.ended === 1 && bob.ended === 1);
    ada.peers[0]?.send('too late');
    await link(ada, bob);
    ada.peers[1]?.send('anew');
    await until('it has come', () => bob.received.length > 0);
    assert.deepEqual(bob.received, ['anew']);
  });

  test('send what is waiting before they close', async () => {
    await using ada = await LinkedNode.start('ada');
    await using bob = await LinkedNode.start('bob');
    await link(ada, bob);
    ada.peers[0]?.send('last');
    await ada.mesh.close();
    await until('the link has ended', () => bob.ended === 1);
    assert.deepEqual(bob.received, ['last']);
  });

  for (const [title, interval, flood] of [
    ['that does not read', 60_000, true],
    ['that is silent', 100, false],
  ] as const) {
    test(`end with a node ${title}`, async () => {
      await using ada = await LinkedNode.start('ada', { interval });
      await using bob = await LinkedNode.start('bob');
      // The way between them, on which nothing gets through after a while.
      const sockets: Socket[] = [];
      const way = createServer((held) => {
        const onward = connect(bob.address.port, '127.0.0.1');
        sockets.push(held, onward);
        held.on('error', () => undefined).on('close', () => onward.destroy());
        onward.on('error', () => undefined).on('close', () => held.destroy());
        held.pipe(onward).pipe(held);
      });
      way.listen(0, '127.0.0.1');
      await once(way, 'listening');
      const { port } = way.address() as AddressInfo;
      try {
        ada.mesh.connect([{ ...bob.address, port }]);
        await until('the nodes are linked', () => bob.peers.length === 1);
        sockets.forEach((socket) => socket.unpipe().pause());
        const message = 'x'.repeat(100_000);
        await until('the link has ended', () => {
          if (flood) {
            ada.peers[0]?.send(message);
          }
          return ada.ended === 1;
        });
      } finally {
        sockets.forEach((socket) => socket.destroy());
        way.close();
      }
    });
  }
});
