import assert from 'node:assert/strict';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';

import type { Peer } from '../../../lib/rooms/Peer.ts';
import type { Server } from '../../../lib/Server.ts';
import { Load } from '../../../tools/load/Load.ts';
import type { Standing } from '../../../tools/load/Load.ts';
import { readOptions } from '../../../tools/load/options.ts';
import { resultOf } from '../../../tools/load/report.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { Forwarder } from './Forwarder.ts';

const NO_LIMITS = { loss: undefined, joinP99: undefined, errors: undefined };

/** Starts a load that lasts until it is stopped. */
function start(server: { readonly url: string }, args: string): Promise<Load> {
  const options = readOptions(
    `--url ${server.url} --duration 600 --ramp 50 ${args}`.split(' '),
  );
  assert.ok(options);
  return Load.start(options);
}

/** All peers in the rooms of a server. */
function membersOf({ registry }: Server): Peer[] {
  return Array.from(registry.rooms.values()).flatMap(({ peers }) =>
    Array.from(peers.values()),
  );
}

/** Runs a load until a condition holds, and ends it. */
async function until(load: Load, stands: (standing: Standing) => boolean) {
  while (!stands(load.standing)) {
    await once(load, 'progress');
  }
  load.stop();
  return resultOf(await load.finish(), NO_LIMITS);
}

describe('a load', () => {
  let server: Server;

  before(async () => {
    server = await startServer();
  });

  after(async () => {
    await server?.close();
  });

  test('of recordings fills rooms in which all peers receive each other', async () => {
    const load = await start(server, '--rooms 2 --peers 3 --processes 2');
    const { peers, tracks, packets, errors, join, firstPacket } = await until(
      load,
      ({ progress }) =>
        progress.receives === 24 &&
        progress.firstPackets.length === 6 &&
        progress.traffic.receivedPackets > 1_000,
    );
    assert.deepEqual(errors, {});
    assert.deepEqual(peers, { started: 6, joined: 6, failed: 0 });
    assert.deepEqual(tracks, { sent: 12, received: 24 });
    assert.ok(packets.sent > packets.received / 3);
    assert.ok(join && join.p50 > 0 && join.p50 <= join.p99);
    assert.ok(firstPacket && firstPacket.p50 > 0);
    assert.equal(server.registry.rooms.size, 0, 'everybody has left');
  });

  test('of real media encodes and decodes', async () => {
    const load = await start(
      server,
      '--peers 3 --publishers 2 --engine real --processes 2',
    );
    const { errors, tracks, packets } = await until(
      load,
      ({ progress }) =>
        progress.receives === 8 &&
        progress.firstPackets.length === 3 &&
        progress.traffic.receivedPackets > 100,
    );
    assert.deepEqual(errors, {});
    assert.deepEqual(tracks, { sent: 4, received: 8 });
    assert.ok(packets.sent > 0);
    assert.equal(server.registry.rooms.size, 0, 'everybody has left');
  });

  test('sets its media up again when the worker dies', async () => {
    const load = await start(server, '--peers 3 --publish audio');
    while (load.standing.progress.firstPackets.length < 3) {
      await once(load, 'progress');
    }
    const [media] = server.pool.alive;
    process.kill(media?.worker.pid ?? 0, 'SIGKILL');
    let before = Infinity;
    const { errors, tracks } = await until(load, ({ progress }) => {
      const { receivedPackets } = progress.traffic;
      const isBack =
        progress.errors['mediaReset']?.count === 3 && progress.receives === 6;
      before = isBack ? Math.min(before, receivedPackets) : Infinity;
      return receivedPackets > before + 100;
    });
    assert.deepEqual(Object.keys(errors), ['mediaReset']);
    assert.deepEqual(tracks, { sent: 3, received: 6 });
  });

  for (const [how, resumeTimeout] of [
    ['resumes its peers', 15_000],
    ['sends its peers in anew where nothing can be resumed', 0],
  ] as const) {
    test(`${how} when connections break`, async () => {
      const other = await startServer({ rooms: { resumeTimeout } });
      const forwarder = await Forwarder.to(other.url);
      try {
        const load = await start(forwarder, '--peers 2 --publish audio');
        while (load.standing.progress.firstPackets.length < 2) {
          await once(load, 'progress');
        }
        const before = membersOf(other);
        assert.equal(before.length, 2);
        forwarder.cut();
        let packets = Infinity;
        let after: Peer[] = [];
        const { errors, tracks } = await until(load, ({ progress }) => {
          const isBack =
            forwarder.connections === 4 &&
            progress.errors['closed 1006']?.count === 2 &&
            progress.receives === 2 &&
            progress.sends === 2;
          const { receivedPackets } = progress.traffic;
          packets = isBack ? Math.min(packets, receivedPackets) : Infinity;
          after = membersOf(other);
          return receivedPackets > packets + 50;
        });
        assert.deepEqual(Object.keys(errors), ['closed 1006']);
        assert.deepEqual(tracks, { sent: 2, received: 2 });
        assert.equal(
          after.filter((peer) => before.includes(peer)).length,
          resumeTimeout > 0 ? 2 : 0,
        );
      } finally {
        forwarder.close();
        await other.close();
      }
    });
  }

  test('fails and names the peers that receive nothing', async () => {
    const load = await start(server, '--peers 2 --publish audio');
    while (load.standing.progress.firstPackets.length < 2) {
      await once(load, 'progress');
    }
    const { worker } = server.pool.next();
    process.kill(worker.pid, 'SIGSTOP');
    while (load.standing.progress.silent.length < 2) {
      await once(load, 'progress');
    }
    process.kill(worker.pid, 'SIGCONT');
    load.stop();
    const { failures } = resultOf(await load.finish(), NO_LIMITS);
    assert.equal(failures.length, 1);
    assert.match(
      failures[0] ?? '',
      /^received nothing for 3 s, though others sent: load-0-\d, load-0-\d$/,
    );
  });

  test('counts peers that the server removes', async () => {
    const load = await start(server, '--peers 2 --publish audio');
    while (load.standing.progress.joined < 2) {
      await once(load, 'progress');
    }
    // A peer with an id in use replaces the other.
    const { client } = await ProtooClient.join(
      server.url,
      'load-0',
      'load-0-1',
    );
    const { errors } = await until(
      load,
      ({ progress }) => Object.keys(progress.errors).length > 0,
    );
    assert.deepEqual(errors, {
      'closed 4000': {
        count: 1,
        example: 'replaced: a newer connection uses the same peerId',
      },
    });
    await client.close();
  });
});
