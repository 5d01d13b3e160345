import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import type { MediaWorker } from '../../lib/media/MediaWorker.ts';
import type { Server } from '../../lib/Server.ts';
import { EngineObjects } from './EngineObjects.ts';
import { get } from './http.ts';

/** Objects in a worker without rooms: its WebRtcServer. */
const HELD_BY_A_WORKER = 1;

/** Turns of the event loop that the server gets for releasing everything. */
const MAX_TURNS = 200;

/**
 * Records every object that is opened in a server's workers from now on, so that
 * a test can check that each was closed again, in whichever map it was kept.
 */
export class Leftovers {
  readonly #server: Server;
  readonly #objects = new EngineObjects();
  readonly #watched = new Set<MediaWorker>();

  constructor(server: Server) {
    this.#server = server;
    this.watchWorkers();
  }

  /** Includes workers that have been started since. */
  watchWorkers(): void {
    for (const worker of this.#server.pool.alive) {
      if (!this.#watched.has(worker)) {
        this.#watched.add(worker);
        this.#objects.watch(worker.worker);
      }
    }
  }

  /**
   * Asserts that every room, peer, quota and mediasoup object is gone, in this
   * process and in the workers, and that the metrics can be read.
   */
  async assertNone(): Promise<void> {
    await this.#settled(() => {
      for (const room of this.#server.registry.rooms.values()) {
        // Rooms created by name would wait for members.
        if (room.peers.size === 0) {
          room.close('empty');
        }
      }
      assert.deepEqual(Array.from(this.#server.registry.rooms.keys()), []);
      const kinds = this.#objects.open.map(([, kind]) => kind);
      assert.deepEqual(kinds, [], `${kinds.length} objects were left open`);
      assert.deepEqual(
        Array.from(this.#watched, ({ consumers }) => consumers),
        Array.from(this.#watched, () => 0),
        'expected no consumers to count for placement',
      );
    });
    // A worker may still make a router for a room that has closed meanwhile.
    await this.#settled(async () => {
      for (const { worker } of this.#server.pool.alive) {
        const { routerIds, channelMessageHandlers } = await worker.dump();
        assert.deepEqual(routerIds, []);
        assert.equal(
          channelMessageHandlers.channelRequestHandlers.length,
          HELD_BY_A_WORKER,
        );
      }
    });
    this.#objects.clear();
    const { status, body } = await get(this.#server.url, '/metrics');
    assert.equal(status, 200, body);
    const held = body.matchAll(
      /^atrium_(?:rooms|routers|pipes|peers|transports|(?:data_)?(?:produc|consum)ers)(?:\{.*\})? [1-9].*$/gm,
    );
    assert.deepEqual(
      Array.from(held, ([line]) => line),
      [],
    );
  }

  /** Waits, turn by turn of the event loop, until a condition holds. */
  async #settled(assertion: () => void | Promise<void>): Promise<void> {
    for (let turns = 0; turns < MAX_TURNS; turns += 1) {
      try {
        await assertion();
        return;
      } catch {
        const { alive } = this.#server.pool;
        await Promise.allSettled(alive.map(({ worker }) => worker.dump()));
        await setImmediate();
      }
    }
    await assertion();
  }
}
