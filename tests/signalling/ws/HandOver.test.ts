import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';

import type { ClientRelay } from '../../../lib/cluster/ClientRelay.ts';
import { HandOver } from '../../../lib/signalling/ws/HandOver.ts';
import type { WebSocketLink } from '../../../lib/signalling/ws/WebSocketLink.ts';

/** The way of a client to a node that takes no client. */
class Way {
  tries = 0;
  avoided = 0;
  readonly handOver: HandOver;

  /** @param open - Opens a connection to the node. */
  constructor(url: string, open: () => Duplex) {
    const newRoom = () => {
      this.tries += 1;
      const avoid = (): void => {
        this.avoided += 1;
      };
      return Promise.resolve({ stream: open(), headers: {}, avoid });
    };
    const relay: ClientRelay = {
      takesRooms: true,
      open: () => Promise.resolve(undefined),
      place: () => Promise.resolve(undefined),
      connectToNew: newRoom,
      connect: newRoom,
      askHome: () => Promise.resolve(undefined),
      askNode: () => Promise.resolve(undefined),
      isForwarded: () => false,
      sessionOf: () => undefined,
    };
    const request = new IncomingMessage(new Socket());
    request.url = url;
    // It is not touched unless a node takes the client.
    const link = {} as WebSocketLink;
    this.handOver = new HandOver(relay, request, undefined, link, () =>
      assert.fail('there is no node to bridge to'),
    );
  }
}

test('a client whose URL is none of a WebSocket is not handed over', async () => {
  const stream = new PassThrough();
  const way = new Way('/ws#part', () => stream);
  assert.equal(await way.handOver.to('room', '{}', 'a message'), 'unreachable');
  assert.equal(stream.destroyed, true);
  assert.equal(await way.handOver.toNew('{}', 'a message'), 'here');
  assert.equal(way.avoided, 0);
});

for (const { title, status, tries, avoided } of [
  {
    title: 'a node that takes no new room is avoided, and another one is tried',
    status: 503,
    tries: 2,
    avoided: 2,
  },
  {
    title: 'a node that breaks off is avoided, and another one is tried',
    status: undefined,
    tries: 2,
    avoided: 2,
  },
  {
    title: 'a node that refuses a client is not avoided for it',
    status: 403,
    tries: 1,
    avoided: 0,
  },
]) {
  test(title, async () => {
    const node = createServer();
    node.on('upgrade', (_request, socket) => {
      if (status === undefined) {
        socket.destroy();
      } else {
        socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      }
    });
    node.listen(0, '127.0.0.1');
    await once(node, 'listening');
    const { port } = node.address() as AddressInfo;
    try {
      const way = new Way('/ws', () => connect(port, '127.0.0.1'));
      assert.equal(await way.handOver.toNew('{}', 'a message'), 'here');
      assert.deepEqual([way.tries, way.avoided], [tries, avoided]);
    } finally {
      node.close();
    }
  });
}
