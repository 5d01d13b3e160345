import { setTimeout as delay } from 'node:timers/promises';

import type { BenchCase, Outcome, Round } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import { eachOf } from '../clients/eachOf.ts';
import { Participant } from '../clients/Participant.ts';
import type { AtriumApi } from '../processes/atrium.ts';
import { Child } from '../processes/Child.ts';
import type { MediasoupApi } from '../processes/mediasoup.ts';
import type { Usage } from '../processes/serve.ts';

const PEERS_PER_ROOM = 10;

const beyondFloor = (figure: string) => ({
  what: `memory of a peer with two transports beyond mediasoup's own (kB)`,
  atMost: 60,
  measured: (sizes: Parameters<typeof largest>[0]) => {
    const { subject, floor } = figureOf(largest(sizes), figure);
    return subject.median - (floor?.median ?? NaN);
  },
});

/** What peers cost that do nothing. */
export const idle: BenchCase = {
  letter: 'c',
  name: 'idle',
  summary: `Peers who joined rooms of ${PEERS_PER_ROOM} and do nothing: what each costs in the server's process when garbage is collected; then the same peers with two transports each. The second half is measured while the first is there. A new server each round.`,
  floor:
    'As many routers and transports of mediasoup, connected by nobody, with no server.',
  sizeName: 'peers',
  sizes: { full: [300, 1_000], quick: [300], smoke: [20] },
  roundsAtMost: 2,
  figures: {
    rss: { what: 'memory of one who joined', unit: 'kB' },
    heap: { what: 'of it JavaScript heap', unit: 'kB' },
    cpu: { what: 'CPU of connecting and joining', unit: 'ms' },
    rssOpen: { what: 'memory of one with two transports', unit: 'kB' },
    heapOpen: { what: 'of it JavaScript heap', unit: 'kB' },
    cpuOpen: { what: 'CPU of all that led there', unit: 'ms' },
    idling: { what: 'CPU while idle, for a minute', unit: 'ms' },
  },
  work: ({ size }) => ({ peers: size, transports: 2 * size }),
  targets: [beyondFloor('rssOpen')],
  open: () => Promise.resolve({ round, close: () => Promise.resolve() }),
  openFloor: () =>
    Promise.resolve({ round: floorRound, close: () => Promise.resolve() }),
};

async function round({ size, seconds }: Round): Promise<Outcome> {
  const server = await Child.start<AtriumApi>('atrium.ts');
  const url = await server.ask('url');
  const half = size / 2;
  const early = await enterAll(url, 0, half);
  const earlyTransports = await openAll(early);
  const before = await server.ask('usage');
  const late = await enterAll(url, half, size);
  const joined = await server.ask('usage');
  await delay(seconds * 1_000);
  const idling = (await server.ask('cpu')) - joined.cpu;
  const transports = earlyTransports + (await openAll(late));
  const peers = [...early, ...late];
  const open = await server.ask('usage');
  open.cpu -= idling;
  await Promise.all(peers.map((it) => it.signaller.close()));
  await server.close();
  return {
    figures: {
      ...figuresOf(half, before, joined, open),
      idling: (idling / size / seconds) * 60,
    },
    done: { peers: peers.length, transports },
  };
}

async function floorRound({ size }: Round): Promise<Outcome> {
  const floor = await Child.start<MediasoupApi>('mediasoup.ts');
  const half = size / 2;
  await floor.ask('openRooms', half / PEERS_PER_ROOM);
  const early = await floor.ask('openTransports', PEERS_PER_ROOM);
  const before = await floor.ask('usage');
  await floor.ask('openRooms', half / PEERS_PER_ROOM);
  const joined = await floor.ask('usage');
  const late = await floor.ask('openTransports', PEERS_PER_ROOM);
  const transports = early + late;
  const open = await floor.ask('usage');
  await floor.close();
  return {
    figures: figuresOf(half, before, joined, open),
    done: { peers: size, transports },
  };
}

function figuresOf(
  peers: number,
  before: Usage,
  joined: Usage,
  open: Usage,
): Outcome['figures'] {
  return {
    rss: (joined.rss - before.rss) / peers / 1_000,
    heap: (joined.heap - before.heap) / peers / 1_000,
    cpu: (joined.cpu - before.cpu) / peers,
    rssOpen: (open.rss - before.rss) / peers / 1_000,
    heapOpen: (open.heap - before.heap) / peers / 1_000,
    cpuOpen: (open.cpu - before.cpu) / peers,
  };
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
