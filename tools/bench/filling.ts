import type { BenchCase, Outcome, Round, Subject } from './BenchCase.ts';
import { BareJoin } from './clients/BareJoin.ts';
import { eachOf } from './clients/eachOf.ts';
import { Participant } from './clients/Participant.ts';
import { Tally } from './clients/Tally.ts';
import type { AtriumApi } from './processes/atrium.ts';
import { Child } from './processes/Child.ts';
import type { Filling, MediasoupApi } from './processes/mediasoup.ts';
import type { WebSocketsApi } from './processes/webSockets.ts';
import { percentile } from './statistics.ts';

/** Figures of rooms that fill up. */
export const fillingFigures: BenchCase['figures'] = {
  total: { what: 'until all peers receive each other', unit: 'ms' },
  rate: { what: 'joins per second', unit: '' },
  joinP50: { what: 'join, p50', unit: 'ms' },
  joinP99: { what: 'join, p99', unit: 'ms' },
  connect: { what: 'connecting over TLS, p50', unit: 'ms' },
  cpu: { what: 'CPU of the server process', unit: 'ms' },
  carrying: {
    what: 'CPU of the server process, compared with mediasoup and bare WebSockets that carry as many frames',
    unit: 'ms',
  },
};

/** The work that filling has to have done. */
export function fillingWork({ rooms, peers }: Filling): Outcome['done'] {
  return { joins: rooms * peers, consumers: rooms * consumersAmong(peers) };
}

/** All peers receive each other. */
export function consumersAmong(peers: number): number {
  return peers * (peers - 1);
}

/** A server whose rooms are filled. */
export async function openFilled(
  workers: number,
  filling: (size: number) => Filling,
): Promise<Subject> {
  const server = await Child.start<AtriumApi>('atrium.ts', {
    workers: { count: workers },
  });
  const url = await server.ask('url');
  return {
    round: ({ size }: Round) => fill(server, url, filling(size)),
    close: () => server.close(),
  };
}

/**
 * Routers of mediasoup that are filled in the same way, with no server; and the frames
 * of those joins, in a process without mediasoup.
 */
export async function openFilledBaseline(
  workers: number,
  filling: (size: number) => Filling,
): Promise<Subject> {
  const baseline = await Child.start<MediasoupApi>('mediasoup.ts', { workers });
  const sockets = await Child.start<WebSocketsApi>('webSockets.ts');
  const url = await sockets.ask('url');
  return {
    async round({ size }: Round) {
      const { total, joins, consumers, cpu } = await baseline.ask(
        'fill',
        filling(size),
      );
      const carrying = cpu + (await carry(sockets, url, filling(size)));
      return {
        figures: { ...figuresOf(total, joins), cpu, carrying },
        done: { joins: joins.length, consumers },
      };
    },
    async close() {
      await baseline.close();
      await sockets.close();
    },
  };
}

/** Exchanges the frames of joins. @returns The CPU time of the process, ms. */
async function carry(
  sockets: Child<WebSocketsApi>,
  url: string,
  { rooms, peers, atOnce }: Filling,
): Promise<number> {
  const clients = await eachOf(Array.from({ length: rooms * peers }), () =>
    BareJoin.connect(url),
  );
  const busy = await sockets.ask('cpu');
  await eachOf(clients, (client) => client.join(peers), atOnce ? Infinity : 1);
  const cpu = (await sockets.ask('cpu')) - busy;
  for (const client of clients) {
    client.close();
  }
  return cpu;
}

async function fill(
  server: Child<AtriumApi>,
  url: string,
  filling: Filling,
): Promise<Outcome> {
  const { rooms, peers, atOnce } = filling;
  const tally = new Tally(rooms * consumersAmong(peers));
  const places = Array.from({ length: rooms * peers }, (_, place) => place);
  const connects: number[] = [];
  const participants = await eachOf(places, async (place) => {
    const since = performance.now();
    const participant = await Participant.connect(
      url,
      `room-${Math.floor(place / peers)}`,
      `peer-${place}`,
      () => tally.add(),
    );
    connects.push(performance.now() - since);
    return participant;
  });
  const busy = await server.ask('cpu');
  const start = performance.now();
  const joins: number[] = [];
  const join = async (participant: Participant): Promise<void> => {
    const since = performance.now();
    await participant.join();
    joins.push(performance.now() - since);
  };
  await eachOf(participants, join, atOnce ? Infinity : 1);
  await tally.reached;
  const total = performance.now() - start;
  const cpu = (await server.ask('cpu')) - busy;
  await Promise.all(participants.map((it) => it.connection.close()));
  await server.ask('emptied');
  return {
    figures: {
      ...figuresOf(total, joins),
      connect: percentile(connects, 0.5),
      cpu,
      carrying: cpu,
    },
    done: { joins: joins.length, consumers: tally.count },
  };
}

function figuresOf(total: number, joins: number[]): Outcome['figures'] {
  return {
    total,
    rate: (joins.length / total) * 1_000,
    joinP50: percentile(joins, 0.5),
    joinP99: percentile(joins, 0.99),
  };
}
