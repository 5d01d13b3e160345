import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';

import { errorSchema } from '../../../lib/http/RouteSpec.ts';
import type { RouteSpec } from '../../../lib/http/RouteSpec.ts';
import { systemContract } from '../../../lib/http/system/contract.ts';
import type { Server } from '../../../lib/Server.ts';
import pkg from '../../../package.json' with { type: 'json' };
import { get } from '../../support/http.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { until } from '../../support/until.ts';
import { freePort } from '../../support/freePort.ts';

type RouteName = keyof typeof systemContract.routes;

/** Gets a route and checks its reply against the schema of its status. */
async function ask(base: string, name: RouteName) {
  const spec: RouteSpec = systemContract.routes[name];
  const { status, headers, body } = await get(base, spec.path);
  const reply = spec.replies[status];
  assert.ok(reply, `${spec.path} has no reply with status ${status}`);
  assert.ok(
    headers['content-type']?.startsWith(reply.mediaType ?? 'application/json'),
  );
  assert.equal(headers['cache-control'], 'no-store');
  const value: unknown = reply.mediaType ? body : JSON.parse(body);
  reply.body?.parse(value);
  // The schema has been checked; the tests read fields of many routes.
  // oxlint-disable-next-line typescript/no-explicit-any
  return { status, body: value as any };
}

describe('system routes', () => {
  let server: Server;
  let client: ProtooClient;

  before(async () => {
    server = await startServer();
    ({ client } = await ProtooClient.join(server.url, 'lounge', 'alice'));
  });

  after(async () => {
    await client.close();
    await server.close();
  });

  for (const name of Object.keys(systemContract.routes) as RouteName[]) {
    test(`${systemContract.routes[name].path} replies as its contract defines`, async () => {
      assert.equal((await ask(server.url, name)).status, 200);
    });
  }

  test('/health fits both documents and counts peers', async () => {
    const { body } = await ask(server.url, 'health');
    assert.equal(body.message, 'ok');
    assert.equal(body.status, 'healthy');
    assert.equal(body.version, pkg.version);
    assert.deepEqual(body.checks, {
      database: 'healthy',
      redis: 'disabled',
      mediasoup: 'healthy',
      django: 'disabled',
    });
    const { body: figures } = await ask(server.url, 'jsonMetrics');
    assert.deepEqual(
      [
        body.metrics.activeRooms,
        body.metrics.activeParticipants,
        body.metrics.activeProducers,
        body.metrics.activeConsumers,
      ],
      [
        figures.rooms.active,
        figures.participants.active,
        figures.producers.active,
        figures.consumers.active,
      ],
    );
    assert.equal(body.metrics.activeRooms, 1);
    assert.equal(body.metrics.activeParticipants, 0);
    assert.deepEqual([body.rooms, body.peers, body.workers], [1, 1, 1]);
  });

  test('/status names the same instance as /health', async () => {
    const { body } = await ask(server.url, 'status');
    const { body: health } = await ask(server.url, 'health');
    assert.equal(body.service, 'atrium');
    assert.equal(body.instance.id, health.instanceId);
    assert.equal(body.instance.pid, process.pid);
    assert.deepEqual(body.checks, health.checks);
  });

  test('/metrics names the same instance, and no node where there is one alone', async () => {
    const { body } = await ask(server.url, 'metrics');
    const { body: health } = await ask(server.url, 'health');
    assert.ok(body.includes(`node_id="${health.instanceId}"`));
    assert.ok(!body.includes('node="'));
  });

  test('/healthz and /readyz report a healthy server', async () => {
    assert.equal((await ask(server.url, 'liveness')).body.status, 'alive');
    assert.equal((await ask(server.url, 'readiness')).body.status, 'ready');
  });

  test('an unknown room is not found, and an invalid id is refused', async () => {
    for (const [path, status, code] of [
      ['/rooms/nowhere', 404, 'ROOM_NOT_FOUND'],
      ['/rooms/no%20where', 400, 'VALIDATION_ERROR'],
      ['/nowhere', 404, 'NOT_FOUND'],
    ] as const) {
      const reply = await get(server.url, path);
      assert.equal(reply.status, status);
      assert.equal(errorSchema.parse(JSON.parse(reply.body)).error.code, code);
    }
    assert.deepEqual(Array.from(server.registry.rooms.keys()), ['lounge']);
  });

  test('/health shows that a user service is configured', async () => {
    const other = await startServer({
      auth: { users: { url: 'https://users.example/{id}' } },
    });
    try {
      const { body } = await ask(other.url, 'health');
      assert.equal(body.checks.django, 'healthy');
    } finally {
      await other.close();
    }
  });
});

describe('an impaired server', () => {
  test('is alive, not ready and unhealthy without workers, and then recovers', async () => {
    const port = await freePort();
    const server = await startServer({ rtc: { port }, workers: { count: 1 } });
    try {
      const release = await killAndBlock(server, 0, port);
      assert.equal((await ask(server.url, 'liveness')).status, 200);
      const readiness = await ask(server.url, 'readiness');
      assert.equal(readiness.status, 503);
      assert.equal(readiness.body.status, 'not_ready');
      const health = await ask(server.url, 'health');
      assert.equal(health.status, 503);
      assert.equal(health.body.status, 'unhealthy');
      assert.equal(health.body.message, 'no media worker is ready');
      assert.equal(health.body.checks.mediasoup, 'unhealthy');
      assert.equal((await ask(server.url, 'status')).body.status, 'unhealthy');

      await release();
      await untilAlive(server, 1);
      assert.equal((await ask(server.url, 'readiness')).status, 200);
      assert.equal((await ask(server.url, 'health')).body.status, 'healthy');
    } finally {
      await server.close();
    }
  });

  test('is degraded and keeps serving while a worker is missing', async () => {
    const port = await freePort();
    const server = await startServer({ rtc: { port }, workers: { count: 2 } });
    try {
      const release = await killAndBlock(server, 1, port + 1);
      const { status, body } = await ask(server.url, 'health');
      assert.equal(status, 200);
      assert.equal(body.status, 'degraded');
      assert.equal(
        body.message,
        'a media worker is missing or does not answer',
      );
      assert.equal(body.workers, 1);
      assert.equal(body.checks.mediasoup, 'unhealthy');
      assert.equal((await ask(server.url, 'readiness')).status, 200);
      await release();
    } finally {
      await server.close();
    }
  });

  test('is degraded, serves metrics and creates rooms while a worker does not answer', async () => {
    const server = await startServer({
      workers: {
        count: 2,
        probeInterval: 100,
        probeTimeout: 1_500,
        hangTimeout: 60_000,
      },
    });
    try {
      const [hung] = server.pool.alive;
      assert.ok(hung);
      process.kill(hung.worker.pid, 'SIGSTOP');
      // It is next in turn, and not known to be stalled yet.
      const [metrics, { client }] = await Promise.all([
        ask(server.url, 'metrics'),
        ProtooClient.join(server.url, 'lounge', 'alice'),
      ]);
      assert.match(metrics.body, /^atrium_worker_cpu_seconds_total.+"1"/m);
      assert.doesNotMatch(metrics.body, /^atrium_worker_cpu.+"0"/m);
      await client.request('createWebRtcTransport', { direction: 'send' });
      assert.equal(hung.responsive, false);

      const { status, body } = await ask(server.url, 'health');
      assert.equal(status, 200);
      assert.equal(body.status, 'degraded');
      assert.equal(body.workers, 1);
      assert.equal(body.checks.mediasoup, 'unhealthy');
      const again = once(hung.probe, 'recovered');
      process.kill(hung.worker.pid, 'SIGCONT');
      await again;
      assert.equal((await ask(server.url, 'health')).body.status, 'healthy');
      assert.equal(server.pool.deaths, 0);
    } finally {
      await server.close();
    }
  });

  test('shows figures to operators only', async () => {
    const server = await startServer({ ops: { port: 0 } });
    try {
      const { client } = await ProtooClient.join(server.url, 'lounge', 'alice');
      const { body } = await ask(server.url, 'health');
      assert.equal(body.status, 'healthy');
      assert.deepEqual([body.rooms, body.peers, body.workers], [0, 0, 0]);
      assert.deepEqual(new Set(Object.values(body.metrics)), new Set([0]));
      const shown = (await ask(server.opsUrl ?? '', 'health')).body;
      assert.deepEqual([shown.rooms, shown.peers, shown.workers], [1, 1, 1]);
      assert.ok(shown.metrics.memoryUsage > 0);
      await client.close();
    } finally {
      await server.close();
    }
  });

  test('is not ready while it drains, and keeps serving existing rooms', async () => {
    const server = await startServer({ ops: { port: 0 } });
    const ops = server.opsUrl ?? '';
    const { client } = await ProtooClient.join(server.url, 'lounge', 'alice');
    const drained = server.drain();
    assert.equal((await ask(ops, 'readiness')).status, 503);
    assert.match((await ask(ops, 'metrics')).body, /^atrium_ready 0$/m);
    const { status, body } = await ask(ops, 'health');
    assert.equal(status, 200);
    assert.equal(body.status, 'degraded');
    assert.equal(body.message, 'the server is draining');
    assert.equal(body.peers, 1);
    // The connection of the last peer may close before the answer.
    await Promise.allSettled([client.request('leaveRoom')]);
    await drained;
  });

  test('is not ready while it stops', async () => {
    const server = await startServer({ ops: { port: 0 } });
    const ops = server.opsUrl ?? '';
    // A stopped worker does not react to its closing, which delays the end.
    const [worker] = server.pool.alive;
    process.kill(worker?.worker.pid ?? 0, 'SIGSTOP');
    const closed = server.close();
    const readiness = await ask(ops, 'readiness');
    assert.equal(readiness.status, 503);
    const { status, body } = await ask(ops, 'health');
    assert.equal(status, 503);
    assert.equal(body.message, 'the server is stopping');
    assert.match((await ask(ops, 'metrics')).body, /^atrium_ready 0$/m);
    await closed;
    await assert.rejects(get(ops, '/readyz'), { code: 'ECONNREFUSED' });
  });
});

/**
 * Kills a worker and takes its port, so that it cannot be replaced.
 *
 * @returns A function that releases the port.
 */
async function killAndBlock(
  server: Server,
  index: number,
  port: number,
): Promise<() => Promise<void>> {
  const victim = server.pool.alive.find((worker) => worker.index === index);
  assert.ok(victim);
  const died = once(victim.worker, 'died');
  process.kill(victim.worker.pid, 'SIGKILL');
  await died;
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return async () => {
    socket.close();
    await once(socket, 'close');
  };
}

/** Waits for a replacement, for which the pool has no event. */
async function untilAlive(server: Server, workers: number): Promise<void> {
  await until('a new worker', () => server.pool.alive.length >= workers);
}
