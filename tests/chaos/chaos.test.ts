import assert from 'node:assert/strict';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Server } from '../../lib/Server.ts';
import { roomStats } from '../../lib/rooms/roomStats.ts';
import { Random } from '../../tools/fixtures/Random.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { chooseSeed } from '../support/seed.ts';
import { FileHandles, nextSpawn } from './FileHandles.ts';
import { Guest } from './Guest.ts';
import { WorkerReport } from './WorkerReport.ts';

const FAULTS = 60;
const ROOMS = ['red', 'green', 'blue'];

/**
 * Failures of one worker, its deaths and its vain starts, that a run may cause.
 * Each doubles the delay of the next start, which the test has to wait for.
 */
const FAILURES_OF_A_WORKER = 6;

/**
 * Longest time for the server to hold exactly what is needed, ms: longer than
 * any delay of a worker's start.
 */
const PATIENCE = 60_000;

interface Counts {
  rooms: number;
  peers: number;
  transports: number;
  producers: number;
  consumers: number;
  pipes: number;
}

for (const [how, rooms] of Object.entries({
  'with each room on one worker': {},
  'with rooms spread over the workers': { consumersPerRouter: 0 },
})) {
  describe(`a server under random faults, ${how}`, () => testFaults(rooms));
}

function testFaults(spread: ConfigInput['rooms']): void {
  let server: Server;
  let handles: FileHandles;
  let report: WorkerReport;
  let guests: Guest[] = [];
  let idle = 0;
  /** Objects that a room itself needs in each of its workers. */
  let perRouter = 0;
  /** True once a room has been on more than one worker. */
  let spreading = false;

  before(async () => {
    handles = new FileHandles();
    report = new WorkerReport();
    server = await startServer({
      workers: {
        count: 2,
        probeInterval: 100,
        probeTimeout: 1_000,
        hangTimeout: 2_000,
      },
      rooms: { ...spread, resumeTimeout: 200 },
    });
    idle = await handlersInWorkers();
    const alone = await Guest.enter(server.url, 'alone', 'alone');
    await alone.settled();
    const { transports, producers } = heldByAtrium();
    perRouter = (await handlersInWorkers()) - idle - transports - producers;
    await alone.leave();
  });

  after(async () => {
    await server.close();
    await handles.close();
    report.close();
  });

  /** Objects in all workers that answer requests: routers, transports, … */
  async function handlersInWorkers(): Promise<number> {
    let sum = 0;
    for (const { worker } of server.pool.alive) {
      const { channelMessageHandlers } = await worker.dump();
      sum += channelMessageHandlers.channelRequestHandlers.length;
    }
    return sum;
  }

  function heldByAtrium(): Counts {
    const { rooms, pipes, all } = roomStats(server.registry);
    const { peers, transports, producers, consumers } = all;
    return {
      rooms,
      peers,
      transports,
      producers: producers.audio + producers.video,
      consumers: consumers.audio + consumers.video,
      pipes,
    };
  }

  /** The number of workers that a room is on. */
  function routersOf(room: string): number {
    return server.registry.rooms.get(room)?.routers.ids.length ?? 0;
  }

  /** The counts that exactly meet the needs of the present guests. */
  function needed(): Counts {
    const sizes = ROOMS.map(
      (room) => guests.filter((guest) => guest.room === room).length,
    );
    // Each of the room's workers has a guest, who receives all others.
    const pipes = sizes.map(
      (size, index) => size * (routersOf(ROOMS[index] ?? '') - 1),
    );
    return {
      rooms: sizes.filter((size) => size > 0).length,
      peers: guests.length,
      transports: guests.length * 2,
      producers: guests.length,
      consumers: sizes.reduce((sum, size) => sum + size * (size - 1), 0),
      pipes: pipes.reduce((sum, count) => sum + Math.max(0, count), 0),
    };
  }

  /** Objects in the workers for all of that and for the rooms themselves. */
  function handlersFor(counts: Counts): number {
    const { rooms, transports, producers, consumers, pipes } = counts;
    const routers = ROOMS.reduce((sum, room) => sum + routersOf(room), 0);
    // A pipe has two ends, and so has the link between a room's two routers.
    const joints = routers - rooms;
    return (
      idle +
      routers * perRouter +
      (joints + pipes) * 2 +
      transports +
      producers +
      consumers
    );
  }

  /** Waits until the server and its workers hold exactly what is needed. */
  async function assertExact(what: string): Promise<void> {
    let wanted = needed();
    let handlers = handlersFor(wanted);
    let held = heldByAtrium();
    let inWorkers = 0;
    const deadline = performance.now() + PATIENCE;
    while (performance.now() < deadline) {
      await Promise.all(guests.map((guest) => guest.settled()));
      await setImmediate();
      inWorkers = await handlersInWorkers().catch(() => -1);
      held = heldByAtrium();
      wanted = needed();
      handlers = handlersFor(wanted);
      if (
        server.pool.usable.length === server.pool.size &&
        JSON.stringify(held) === JSON.stringify(wanted) &&
        inWorkers === handlers
      ) {
        spreading ||= wanted.pipes > 0;
        return;
      }
    }
    assert.deepEqual(
      { ...held, inWorkers },
      { ...wanted, inWorkers: handlers },
      `${what}\n${await report.describe(server.pool)}`,
    );
  }

  test('holds exactly what its remaining guests need', async (t) => {
    const random = new Random(chooseSeed(t));
    let names = 0;
    const failures = new Map<number, number>();
    /** Sends a signal to a worker that can bear so many failures more. */
    const strike = (signal: NodeJS.Signals, cost = 1): boolean => {
      const victims = server.pool.usable.filter(
        ({ index }) =>
          (failures.get(index) ?? 0) + cost <= FAILURES_OF_A_WORKER,
      );
      const victim = victims[random.below(victims.length)];
      if (victim !== undefined) {
        const { index, worker } = victim;
        failures.set(index, (failures.get(index) ?? 0) + cost);
        process.kill(worker.pid, signal);
      }
      return victim !== undefined;
    };
    const faults: Record<string, () => Promise<void>> = {
      'a guest joins': async () => {
        names += 1;
        const room = ROOMS[random.below(ROOMS.length)] ?? 'red';
        guests.push(await Guest.enter(server.url, room, `guest-${names}`));
      },
      'a guest leaves': async () => {
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
        strike('SIGKILL');
        return Promise.resolve();
      },
      'a worker dies while there are no file handles': () =>
        handles.without(async () => {
          const spawning = nextSpawn();
          // It dies, and its successor cannot start at first.
          if (strike('SIGKILL', 2)) {
            await spawning;
          }
        }),
      'a worker hangs until it is killed': () => {
        strike('SIGSTOP');
        return Promise.resolve();
      },
      'a worker does not answer for a while': async () => {
        const victims = server.pool.usable;
        const victim = victims[random.below(victims.length)];
        if (victim !== undefined) {
          const { probe, worker } = victim;
          process.kill(worker.pid, 'SIGSTOP');
          await Promise.race([once(probe, 'stalled'), once(worker, 'died')]);
          if (!victim.closed) {
            process.kill(worker.pid, 'SIGCONT');
          }
        }
      },
    };
    for (let count = 0; count < 8; count += 1) {
      await faults['a guest joins']?.();
    }
    await assertExact('before the first fault');
    const kinds = Object.keys(faults);
    for (let count = 1; count <= FAULTS; count += 1) {
      // Guests join as often as they leave.
      const kind =
        guests.length < 6
          ? 'a guest joins'
          : (kinds[random.below(kinds.length)] ?? '');
      await faults[kind]?.();
      if (count % 10 === 0) {
        await assertExact(`after ${count} faults, the last: ${kind}`);
      }
    }
    assert.ok(server.pool.deaths > 0, 'no worker died');
    assert.equal(spreading, spread?.consumersPerRouter === 0);
    await Promise.all(guests.splice(0).map((guest) => guest.leave()));
    await assertExact('after all guests have left');
    guests = [];
  });
}
