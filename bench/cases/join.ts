import type { BenchCase, Outcome, Round } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import { Participant } from '../clients/Participant.ts';
import { Tally } from '../clients/Tally.ts';
import type { AtriumApi } from '../processes/atrium.ts';
import { Child } from '../processes/Child.ts';
import type { MediasoupApi } from '../processes/mediasoup.ts';
import { percentile } from '../statistics.ts';

/** Everybody receives everybody else. */
function consumersAmong(peers: number): number {
  return peers * (peers - 1);
}

/** One room that fills up, one peer after another. */
export const join: BenchCase = {
  letter: 'a',
  name: 'join',
  summary:
    'Peers join one room, one after another; each opens and connects two transports, sends audio, and everybody receives everybody. A join is over when the newcomer sends and receives all who are there.',
  floor: 'The same calls of mediasoup in one process, with no server.',
  sizeName: 'peers',
  sizes: { full: [8, 15, 30], quick: [8, 30], smoke: [4] },
  figures: {
    total: { what: 'until everybody receives everybody', unit: 'ms' },
    joinP50: { what: 'join, p50', unit: 'ms' },
    joinP99: { what: 'join, p99', unit: 'ms' },
    connect: { what: 'connecting over TLS, p50', unit: 'ms' },
    cpu: { what: 'CPU of the server process', unit: 'ms' },
  },
  work: ({ size }) => ({ joins: size, consumers: consumersAmong(size) }),
  growth: { figure: 'total', over: 'consumers', amount: consumersAmong },
  targets: [
    {
      what: 'time until everybody receives everybody, by that of the floor',
      atMost: 1.3,
      measured: (sizes) =>
        figureOf(largest(sizes), 'total').ratio?.median ?? NaN,
    },
  ],

  async open() {
    const server = await Child.start<AtriumApi>('atrium.ts');
    const url = await server.ask('url');
    return {
      round: async ({ size }: Round) => {
        const outcome = await fill(server, url, size);
        await server.ask('emptied');
        return outcome;
      },
      close: () => server.close(),
    };
  },

  async openFloor() {
    const floor = await Child.start<MediasoupApi>('mediasoup.ts');
    return {
      round: async ({ size }: Round) => {
        const { total, joins, consumers, cpu } = await floor.ask('fill', {
          rooms: 1,
          peers: size,
          atOnce: false,
        });
        return {
          figures: {
            total,
            joinP50: percentile(joins, 0.5),
            joinP99: percentile(joins, 0.99),
            cpu,
          },
          done: { joins: joins.length, consumers },
        };
      },
      close: () => floor.close(),
    };
  },
};

async function fill(
  server: Child<AtriumApi>,
  url: string,
  peers: number,
): Promise<Outcome> {
  const consumers = new Tally(consumersAmong(peers));
  const participants: Participant[] = [];
  const connects: number[] = [];
  for (let peer = 0; peer < peers; peer += 1) {
    const since = performance.now();
    participants.push(
      await Participant.connect(url, 'room', `peer-${peer}`, () =>
        consumers.add(),
      ),
    );
    connects.push(performance.now() - since);
  }
  const busy = await server.ask('cpu');
  const start = performance.now();
  const joins: number[] = [];
  for (const participant of participants) {
    const since = performance.now();
    await participant.join();
    joins.push(performance.now() - since);
  }
  await consumers.reached;
  const total = performance.now() - start;
  const cpu = (await server.ask('cpu')) - busy;
  await Promise.all(participants.map((it) => it.signaller.close()));
  return {
    figures: {
      total,
      joinP50: percentile(joins, 0.5),
      joinP99: percentile(joins, 0.99),
      connect: percentile(connects, 0.5),
      cpu,
    },
    done: { joins: joins.length, consumers: consumers.count },
  };
}
