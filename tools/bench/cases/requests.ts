import { setTimeout as delay } from 'node:timers/promises';

import type { BenchCase, Outcome, Round } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import { connectBare } from '../clients/bare.ts';
import { eachOf } from '../clients/eachOf.ts';
import { Participant } from '../clients/Participant.ts';
import { Tally } from '../clients/Tally.ts';
import type { AtriumApi } from '../processes/atrium.ts';
import { Child } from '../processes/Child.ts';
import type { WebSocketsApi } from '../processes/webSockets.ts';
import { percentile } from '../statistics.ts';

const ROOMS = 10;
const PEERS_PER_ROOM = 10;
const CLIENTS = ROOMS * PEERS_PER_ROOM;

/** The duration of a request while others arrive. */
export const requests: BenchCase = {
  letter: 'd',
  name: 'requests',
  summary: `${CLIENTS} peers in rooms of ${PEERS_PER_ROOM}, all with audio, alternately pause and resume consumers at a constant rate. The time runs from sending a request to its answer, including that of the media worker.`,
  baseline:
    'A server that returns the same frames over TLS, without a media worker.',
  sizeName: 'requests/s',
  sizes: { full: [10, 100, 1_000], quick: [100, 1_000], smoke: [100] },
  warmUps: 2,
  figures: {
    p50: { what: 'round trip, p50', unit: 'ms' },
    p99: { what: 'round trip, p99', unit: 'ms' },
    tail: { what: 'p99 divided by p50', unit: '' },
    cpu: { what: 'CPU of the server process per request', unit: 'ms' },
  },
  work: ({ size, seconds }) => ({ answers: Math.round(size * seconds) }),
  targets: [
    {
      what: 'p99 divided by p50, at the highest rate',
      atMost: 5,
      measured: (sizes) => figureOf(largest(sizes), 'tail').subject.median,
    },
  ],

  async open() {
    const server = await Child.start<AtriumApi>('atrium.ts');
    const clients = await meet(await server.ask('url'));
    const ask = (turn: number): Promise<unknown> => {
      const client = clients[turn % CLIENTS];
      const [consumerId] = client?.consumerIds ?? [];
      const method = Math.floor(turn / CLIENTS) % 2 === 0 ? 'pause' : 'resume';
      return (
        client?.connection.requestJson(
          method,
          `{"consumerId":"${consumerId}"}`,
        ) ?? Promise.reject(new Error('there is no peer'))
      );
    };
    return {
      round: (round) => askAll(round, ask, () => server.ask('cpu')),
      close: () => server.close(),
    };
  },

  async openBaseline() {
    const baseline = await Child.start<WebSocketsApi>('webSockets.ts');
    const url = `${await baseline.ask('url')}/echo`;
    const sockets = await eachOf(Array.from({ length: CLIENTS }), () =>
      connectBare(url),
    );
    // As long as a request to pause a consumer.
    const frame = JSON.stringify({
      request: true,
      id: 1_000,
      method: 'resume',
      data: { consumerId: crypto.randomUUID() },
    });
    const ask = async (turn: number): Promise<void> => {
      const socket = sockets[turn % CLIENTS];
      await new Promise((resolve) => {
        socket?.once('message', resolve);
        socket?.send(frame);
      });
    };
    return {
      round: (round) => askAll(round, ask, () => baseline.ask('cpu')),
      close: () => baseline.close(),
    };
  },
};

/** All peers in their rooms, each receiving the others there. */
async function meet(url: string): Promise<Participant[]> {
  const tally = new Tally(CLIENTS * (PEERS_PER_ROOM - 1));
  const clients = await eachOf(
    Array.from({ length: CLIENTS }, (_, place) => place),
    async (place) => {
      const client = await Participant.connect(
        url,
        `room-${place % ROOMS}`,
        `peer-${place}`,
        () => tally.add(),
      );
      await client.join();
      return client;
    },
  );
  await tally.reached;
  return clients;
}

/** Asks at an even pace, whatever becomes of what was asked before. */
async function askAll(
  { size: rate, seconds }: Round,
  ask: (turn: number) => Promise<unknown>,
  cpu: () => Promise<number>,
): Promise<Outcome> {
  const wanted = Math.round(rate * seconds);
  const answers: Promise<number>[] = [];
  const busy = await cpu();
  const start = performance.now();
  while (answers.length < wanted) {
    const due = ((performance.now() - start) / 1_000) * rate;
    while (answers.length < Math.min(due, wanted)) {
      answers.push(timed(ask(answers.length)));
    }
    await delay(1);
  }
  const times = await Promise.all(answers);
  const spent = (await cpu()) - busy;
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  return {
    figures: { p50, p99, tail: p99 / p50, cpu: spent / times.length },
    done: { answers: times.length },
  };
}

async function timed(answer: Promise<unknown>): Promise<number> {
  const since = performance.now();
  await answer;
  return performance.now() - since;
}
