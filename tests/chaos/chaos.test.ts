import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import type { Server } from '../../lib/Server.ts';
import { takeCensus } from '../../lib/rooms/census.ts';
import { Random } from '../soak/Random.ts';
import { startServer } from '../support/server.ts';
import { Guest } from './Guest.ts';

const BLOWS = 60;
const ROOMS = ['red', 'green', 'blue'];

/** A worker that dies more often at once is left dead for too long. */
const DEATHS_OF_A_WORKER = 5;

/** What the server holds too much or too little for so long is stuck, ms. */
const PATIENCE = 10_000;

interface Counts {
  rooms: number;
  peers: number;
  transports: number;
  producers: number;
  consumers: number;
}

describe('a server under blows', () => {
  let server: Server;
  let guests: Guest[] = [];
  let idle = 0;
  /** What a room itself takes in its worker. */
  let perRoom = 0;

  before(async () => {
    server = await startServer({
      workers: { count: 2 },
      rooms: { resumeGrace: 200 },
    });
    idle = await handlersInWorkers();
    const alone = await Guest.enter(server.url, 'alone', 'alone');
    await alone.settled();
    const { transports, producers } = heldByAtrium();
    perRoom = (await handlersInWorkers()) - idle - transports - producers;
    await alone.leave();
  });

  after(async () => {
    await server.close();
  });

  /** What answers requests in all workers: routers, transports and so on. */
  async function handlersInWorkers(): Promise<number> {
    let sum = 0;
    for (const { worker } of server.pool.alive) {
      const { channelMessageHandlers } = await worker.dump();
      sum += channelMessageHandlers.channelRequestHandlers.length;
    }
    return sum;
  }

  function heldByAtrium(): Counts {
    const { rooms, all } = takeCensus(server.registry);
    const { peers, transports, producers, consumers } = all;
    return {
      rooms,
      peers,
      transports,
      producers: producers.audio + producers.video,
      consumers: consumers.audio + consumers.video,
    };
  }

  /** What those who are here need, and nothing else. */
  function needed(): Counts {
    const sizes = ROOMS.map(
      (room) => guests.filter((guest) => guest.room === room).length,
    );
    return {
      rooms: sizes.filter((size) => size > 0).length,
      peers: guests.length,
      transports: guests.length * 2,
      producers: guests.length,
      consumers: sizes.reduce((sum, size) => sum + size * (size - 1), 0),
    };
  }

  /** Waits until the server holds what is needed, in Atrium and its workers. */
  async function assertExact(what: string): Promise<void> {
    const wanted = needed();
    const { rooms, transports, producers, consumers } = wanted;
    const handlers =
      idle + rooms * perRoom + transports + producers + consumers;
    let held = heldByAtrium();
    let inWorkers = 0;
    const deadline = performance.now() + PATIENCE;
    while (performance.now() < deadline) {
      await Promise.all(guests.map((guest) => guest.settled()));
      await setImmediate();
      inWorkers = await handlersInWorkers().catch(() => -1);
      held = heldByAtrium();
      if (
        server.pool.alive.length === server.pool.size &&
        JSON.stringify(held) === JSON.stringify(wanted) &&
        inWorkers === handlers
      ) {
        return;
      }
    }
    assert.deepEqual(
      { ...held, inWorkers },
      { ...wanted, inWorkers: handlers },
      what,
    );
  }

  test('holds exactly what those who are left need', async (t) => {
    const seed = Date.now() % 1_000_000;
    t.diagnostic(`seed ${seed}`);
    const random = new Random(seed);
    let names = 0;
    const deaths = new Map<number, number>();
    const blows: Record<string, () => Promise<void>> = {
      'somebody comes': async () => {
        names += 1;
        const room = ROOMS[random.below(ROOMS.length)] ?? 'red';
        guests.push(await Guest.enter(server.url, room, `guest-${names}`));
      },
      'somebody leaves': async () => {
        const [guest] = guests.splice(random.below(guests.length), 1);
        await guest?.leave();
      },
      'a connection breaks and is resumed': async () => {
        const guest = guests[random.below(guests.length)];
        await guest?.settled();
        await guest?.cut();
        await guest?.comeBack();
      },
      'a connection breaks for good': async () => {
        const [guest] = guests.splice(random.below(guests.length), 1);
        await guest?.cut();
      },
      'a worker dies': () => {
        const victims = server.pool.alive.filter(
          ({ index }) => (deaths.get(index) ?? 0) < DEATHS_OF_A_WORKER,
        );
        const victim = victims[random.below(victims.length)];
        if (victim !== undefined) {
          const { index, worker } = victim;
          deaths.set(index, (deaths.get(index) ?? 0) + 1);
          process.kill(worker.pid, 'SIGKILL');
        }
        return Promise.resolve();
      },
    };
    for (let count = 0; count < 8; count += 1) {
      await blows['somebody comes']?.();
    }
    await assertExact('before the first blow');
    const kinds = Object.keys(blows);
    for (let count = 1; count <= BLOWS; count += 1) {
      // Guests come as often as they go.
      const kind =
        guests.length < 6
          ? 'somebody comes'
          : (kinds[random.below(kinds.length)] ?? '');
      await blows[kind]?.();
      if (count % 10 === 0) {
        await assertExact(`after ${count} blows, the last: ${kind}`);
      }
    }
    assert.ok(server.pool.deaths > 0, 'no worker died');
    await Promise.all(guests.splice(0).map((guest) => guest.leave()));
    await assertExact('when everybody has left');
    guests = [];
  });
});
