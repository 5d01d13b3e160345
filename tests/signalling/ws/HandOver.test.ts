import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';

import type { ClientRelay } from '../../../lib/cluster/ClientRelay.ts';
import { HandOver } from '../../../lib/signalling/ws/HandOver.ts';
import type { WebSocketLink } from '../../../lib/signalling/ws/WebSocketLink.ts';

test('a client whose URL is none of a WebSocket is not handed over', async () => {
  const stream = new PassThrough();
  const relay: ClientRelay = {
    open: () => Promise.resolve(undefined),
    place: () => Promise.resolve(undefined),
    connectToNew: () => Promise.resolve({ stream, headers: {} }),
    connect: () => Promise.resolve({ stream, headers: {} }),
    askHome: () => Promise.resolve(undefined),
    askNode: () => Promise.resolve(undefined),
    isForwarded: () => false,
    sessionOf: () => undefined,
  };
  const request = new IncomingMessage(new Socket());
  request.url = '/ws#part';
  // It is not touched unless a node takes the client.
  const link = {} as WebSocketLink;
  const way = new HandOver(relay, request, undefined, link, () =>
    assert.fail('there is no node to bridge to'),
  );
  assert.equal(await way.to('room', '{}', 'a message'), 'unreachable');
  assert.equal(stream.destroyed, true);
  assert.equal(await way.toNew('{}', 'a message'), 'here');
});
