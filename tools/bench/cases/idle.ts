import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { rtpCapabilities } from '../../fixtures/rtp.ts';
import type { BenchCase, Outcome, Round } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import { connectBare } from '../clients/bare.ts';
import { eachOf } from '../clients/eachOf.ts';
import { Participant } from '../clients/Participant.ts';
import type { AtriumApi } from '../processes/atrium.ts';
import { Child } from '../processes/Child.ts';
import type { MediasoupApi } from '../processes/mediasoup.ts';
import type { Usage, vitals } from '../processes/serve.ts';
import type { WebSocketsApi } from '../processes/webSockets.ts';

const PEERS_PER_ROOM = 10;

/** A process grows by so many batches of peers. */
const BATCHES = 10;

/** The first of them do not count: what a process takes once, it takes then. */
const NOT_COUNTED = 5;

const NOTHING: Usage = { cpu: 0, rss: 0, heap: 0 };

/** Young objects get little room: how much they take depends on their pace. */
const LITTLE_ROOM = ['--min-semi-space-size=1', '--max-semi-space-size=1'];

/** The cost of idle peers. */
export const idle: BenchCase = {
  letter: 'c',
  name: 'idle',
  summary: `The cost of idle peers in rooms of ${PEERS_PER_ROOM}, in the server's process after garbage collection; then the same peers with two transports each. They join in ${BATCHES} batches, of which the first ${NOT_COUNTED} do not count, because a process takes some memory once. Each round starts a new server.`,
  baseline:
    'For a peer, a WebSocket over TLS that has received and sent a frame as long as that of a join; for transports, the same number in mediasoup without a server.',
  sizeName: 'peers',
  sizes: { full: [3_000], quick: [1_000], smoke: [100] },
  warmUps: 0,
  roundsAtMost: 3,
  figures: {
    rss: { what: 'memory per peer with two transports', unit: 'kB' },
    heap: { what: 'JavaScript heap, included in it', unit: 'kB' },
    joined: { what: 'heap before it opens transports', unit: 'kB' },
    cpu: { what: 'CPU of connecting and joining', unit: 'ms' },
    cpuOpen: { what: 'CPU of opening and connecting transports', unit: 'ms' },
    idling: { what: 'CPU while idle, per minute', unit: 'ms' },
  },
  work: ({ size }) => ({ peers: size, transports: 2 * size }),
  targets: [
    {
      what: 'memory per peer with two transports, relative to the baseline',
      atMost: 1.15,
      measured: (sizes) => figureOf(largest(sizes), 'rss').ratio?.median ?? NaN,
    },
  ],
  open: () => Promise.resolve({ round, close: () => Promise.resolve() }),
  openBaseline: () =>
    Promise.resolve({ round: baselineRound, close: () => Promise.resolve() }),
};

async function round({ size, seconds }: Round): Promise<Outcome> {
  const server = await Child.start<AtriumApi>('atrium.ts', {}, LITTLE_ROOM);
  const url = await server.ask('url');
  const peers: Participant[] = [];
  let transports = 0;
  const [joined = NOTHING, open = NOTHING] = await costs(server, size, [
    async (batch, from) => {
      peers.push(...(await enterAll(url, from, from + batch)));
    },
    async (batch) => {
      transports += await openAll(peers.slice(-batch));
    },
  ]);
  const busy = await server.ask('cpu');
  await delay(seconds * 1_000);
  const idling = (await server.ask('cpu')) - busy;
  await Promise.all(peers.map((it) => it.connection.close()));
  await server.close();
  return {
    figures: {
      ...figuresOf(joined, open),
      idling: (idling / size / seconds) * 60,
    },
    done: { peers: peers.length, transports },
  };
}

/** The baseline of each step is a process of its own. */
async function baselineRound({ size }: Round): Promise<Outcome> {
  const sockets = await Child.start<WebSocketsApi>(
    'webSockets.ts',
    {},
    LITTLE_ROOM,
  );
  const url = `${await sockets.ask('url')}/echo`;
  let peers = 0;
  const [joined = NOTHING] = await costs(sockets, size, [
    async (batch) => {
      peers += await exchangeAll(url, batch);
    },
  ]);
  await sockets.close();

  const mediasoup = await Child.start<MediasoupApi>(
    'mediasoup.ts',
    {},
    LITTLE_ROOM,
  );
  let transports = 0;
  const [open = NOTHING] = await costs(mediasoup, size, [
    async (batch) => {
      await mediasoup.ask('openRooms', batch / PEERS_PER_ROOM);
      transports += await mediasoup.ask('openTransports', PEERS_PER_ROOM);
    },
  ]);
  await mediasoup.close();
  return {
    figures: figuresOf(joined, open),
    done: { peers, transports },
  };
}

/**
 * Has a process grow by batches of peers, in steps.
 *
 * @param steps - Given how many peers there are in a batch, and how many came
 *   before.
 * @returns What each step costs for one peer.
 */
async function costs(
  child: Pick<Child<typeof vitals>, 'ask'>,
  size: number,
  steps: readonly ((batch: number, from: number) => Promise<void>)[],
): Promise<Usage[]> {
  const sums = steps.map(() => ({ ...NOTHING }));
  const batch = size / BATCHES;
  const counted = batch * (BATCHES - NOT_COUNTED);
  for (let index = 0; index < BATCHES; index += 1) {
    for (const [place, step] of steps.entries()) {
      const before = await child.ask('usage');
      await step(batch, index * batch);
      const after = await child.ask('usage');
      const sum = sums[place];
      if (index >= NOT_COUNTED && sum !== undefined) {
        sum.cpu += (after.cpu - before.cpu) / counted;
        sum.rss += (after.rss - before.rss) / counted;
        sum.heap += (after.heap - before.heap) / counted;
      }
    }
  }
  return sums;
}

function figuresOf(joined: Usage, open: Usage): Outcome['figures'] {
  return {
    rss: (joined.rss + open.rss) / 1_000,
    heap: (joined.heap + open.heap) / 1_000,
    joined: joined.heap / 1_000,
    cpu: joined.cpu,
    cpuOpen: open.cpu,
  };
}

/** Connects, and has a frame come back. @returns How many did. */
async function exchangeAll(url: string, count: number): Promise<number> {
  const frame = JSON.stringify({ rtpCapabilities });
  const sockets = await eachOf(Array.from({ length: count }), async () => {
    const socket = await connectBare(url);
    const back = once(socket, 'message');
    socket.send(frame);
    await back;
    return socket;
  });
  return sockets.length;
}

/** Connects the peers of some places and has them join. */
function enterAll(
  url: string,
  from: number,
  to: number,
): Promise<Participant[]> {
  const places = Array.from({ length: to - from }, (_, index) => from + index);
  return eachOf(places, async (place) => {
    const participant = await Participant.connect(
      url,
      `room-${Math.floor(place / PEERS_PER_ROOM)}`,
      `peer-${place}`,
    );
    await participant.enter();
    return participant;
  });
}

/** @returns How many transports were opened. */
async function openAll(peers: readonly Participant[]): Promise<number> {
  const opened = await eachOf(peers, (peer) =>
    Promise.all([peer.open('send'), peer.open('recv')]),
  );
  return opened.flat().length;
}
