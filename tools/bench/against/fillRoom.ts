import { randomUUID } from 'node:crypto';

import { Peer, WebSocketTransport } from 'protoo-client';

import { Tally } from '../clients/Tally.ts';
import { protocols } from './protocols.ts';
import type { Protocol } from './protocols.ts';

/**
 * Lets peers connect to a server and join a new room, all at once, by
 * protoo-client. They leave in the end.
 *
 * @param url - The WebSocket of the server, to which the ids are added.
 * @returns The time until all receive each other, ms, and what was counted.
 */
export async function fillRoom(
  url: string,
  protocol: Protocol,
  peers: number,
): Promise<{ total: number; joins: number; consumers: number }> {
  const tally = new Tally(peers * (peers - 1));
  const roomId = randomUUID();
  const open: Peer[] = [];
  const since = performance.now();
  try {
    const joins = await Promise.all(
      Array.from({ length: peers }, async (_, index) => {
        const peerId = `peer-${index}`;
        const peer = connect(url, roomId, peerId);
        open.push(peer);
        await opened(peer);
        const onConsumer = (): void => tally.add();
        await protocols[protocol]({ peer, roomId, peerId, onConsumer });
      }),
    );
    await tally.reached;
    const total = performance.now() - since;
    return { total, joins: joins.length, consumers: tally.count };
  } finally {
    for (const peer of open) {
      peer.close();
    }
  }
}

function connect(url: string, roomId: string, peerId: string): Peer {
  const address = new URL(url);
  address.protocol = 'wss:';
  address.searchParams.set('roomId', roomId);
  address.searchParams.set('peerId', peerId);
  return new Peer(
    new WebSocketTransport(address.href, {
      retry: { retries: 0 },
      clientConfig: { tlsOptions: { rejectUnauthorized: false } },
    }),
  );
}

function opened(peer: Peer): Promise<void> {
  return new Promise((resolve, reject) => {
    peer.on('open', resolve);
    const fail = (): void =>
      reject(new Error('the server did not take a connection'));
    peer.on('failed', fail);
    peer.on('close', fail);
  });
}
