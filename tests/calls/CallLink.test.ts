import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CallLink } from '../../lib/calls/CallLink.ts';
import type { LinkedCalls } from '../../lib/calls/CallLink.ts';
import type { CallDevice } from '../../lib/calls/types.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { link, LinkedNode } from '../cluster/LinkedNode.ts';
import { until } from '../support/until.ts';

setLogLevel('error');

/** The least that cluster.linkBytes may be. */
const MOST_BYTES = 65_536;

/** Devices, of which all together are many times as long as what may wait. */
const MANY = 3_000;

/** A node with devices, which keeps the names of those of other nodes. */
async function nodeWith(id: string, count: number) {
  const devices = new Map(
    Array.from({ length: count }, (_, index): [string, CallDevice] => [
      `device-${index}`,
      {
        caller: {
          key: `user:${index}`,
          userId: `${index}`,
          guestId: undefined,
          username: `User ${index}`,
          conversationId: undefined,
          role: 'user',
        },
        language: undefined,
        deliver: () => undefined,
        confirm: () => Promise.resolve(true),
      },
    ]),
  );
  const connected: string[] = [];
  const calls: LinkedCalls = {
    devices,
    has: () => false,
    connect: ({ caller }) => {
      connected.push(caller.key);
      return { [Symbol.dispose]: () => undefined };
    },
    noteRemoved: () => undefined,
    serve: () => Promise.resolve(undefined),
  };
  const links: CallLink[] = [];
  const node = await LinkedNode.start(id, {
    mostBytes: MOST_BYTES,
    open: (peer) => {
      const opened = new CallLink(peer, calls, () => undefined);
      links.push(opened);
      return opened;
    },
  });
  const close = () => node[Symbol.asyncDispose]();
  return { node, devices, connected, links, [Symbol.asyncDispose]: close };
}

test('a link tells of more devices than may wait in it', async () => {
  await using ada = await nodeWith('ada', MANY);
  await using bob = await nodeWith('bob', 0);
  await link(ada.node, bob.node);
  await until(
    'all devices are known, or the link has ended',
    () => bob.connected.length === MANY || bob.node.ended > 0,
  );
  assert.deepEqual(
    bob.connected,
    Array.from(ada.devices.values(), ({ caller }) => caller.key),
  );
});

test('a link tells of a device before its request, and not of one that has gone', async () => {
  await using ada = await nodeWith('ada', MANY);
  await using bob = await nodeWith('bob', 0);
  await link(ada.node, bob.node);
  const [last] = ada.links;
  const asks = ada.devices.get(`device-${MANY - 1}`);
  assert.ok(last !== undefined && asks !== undefined);
  const gone = `device-${MANY - 2}`;
  ada.devices.delete(gone);
  last.noteGone(gone);
  await last.request('get', [], { id: `device-${MANY - 1}`, device: asks });
  assert.ok(bob.connected.includes(asks.caller.key));
  await until('all others are known', () => bob.connected.length === MANY - 1);
  assert.ok(!bob.connected.includes(`user:${MANY - 2}`));
});
