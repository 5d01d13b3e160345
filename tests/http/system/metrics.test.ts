import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';

import { mediaCodecs } from '../../../lib/media/codecs.ts';
import type { Server } from '../../../lib/Server.ts';
import { get } from '../../support/http.ts';
import { layouts } from '../../../tools/fixtures/layouts.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { Exposition } from '../../support/prometheus.ts';
import {
  audioParameters,
  rtpCapabilities,
} from '../../../tools/fixtures/rtp.ts';
import { startServer, testConfig } from '../../../tools/fixtures/server.ts';
import { endSession, holdSession, SESSION } from '../../support/session.ts';
import type { HeldSession } from '../../support/session.ts';
import { withTokens } from '../../support/JsonClient.ts';
import { until } from '../../support/until.ts';

async function scrape(server: Server): Promise<Exposition> {
  const { status, headers, body } = await get(server.url, '/metrics');
  assert.equal(status, 200);
  assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
  return new Exposition(body);
}

// Tests assert the type of the fields that they read.
// oxlint-disable-next-line typescript/no-explicit-any
async function json(server: Server): Promise<any> {
  return JSON.parse((await get(server.url, '/metrics/json')).body);
}

describe('metrics of a session', () => {
  let server: Server;
  let session: HeldSession;
  let exposition: Exposition;

  before(async () => {
    server = await startServer({ ...withTokens, workers: { count: 1 } });
    session = await holdSession(server);
    exposition = await scrape(server);
  });

  after(async () => {
    await endSession(session);
    await server.close();
  });

  test('count rooms, peers and tracks by gateway and kind', () => {
    const protoo = { gateway: 'protoo' };
    const json = { gateway: 'json' };
    assert.equal(exposition.sum('atrium_rooms'), 1);
    assert.equal(exposition.sum('atrium_peers', protoo), 2);
    assert.equal(exposition.sum('atrium_peers', json), 1);
    assert.equal(exposition.sum('atrium_transports', protoo), 2);
    assert.equal(exposition.sum('atrium_transports', json), 0);
    for (const kind of ['audio', 'video']) {
      for (const name of ['atrium_producers', 'atrium_consumers']) {
        assert.equal(exposition.sum(name, { ...protoo, kind }), 1);
        assert.equal(exposition.sum(name, { ...json, kind }), 0);
      }
    }
    for (const name of ['atrium_data_producers', 'atrium_data_consumers']) {
      assert.equal(exposition.sum(name, protoo), 1);
      assert.equal(exposition.sum(name, json), 0);
    }
  });

  test('time requests by method and outcome, with one label for unknown methods', () => {
    const count = (labels: Record<string, string>) =>
      exposition.sum('atrium_request_duration_seconds_count', labels);
    const protoo = { gateway: 'protoo', outcome: 'ok' };
    assert.equal(count({ ...protoo, method: 'joinRoom' }), 2);
    assert.equal(count({ ...protoo, method: 'consume' }), 2);
    assert.equal(count({ gateway: 'json', method: 'joinRoom' }), 1);
    const refused = { gateway: 'protoo', outcome: 'refused' };
    assert.equal(count({ ...refused, method: 'consume' }), 1);
    assert.equal(count({ ...refused, method: 'unknown' }), 2);
    assert.ok(Number.isNaN(count({ outcome: 'failed' })));
    assert.ok(
      exposition.sum('atrium_request_duration_seconds_sum', protoo) > 0,
    );
    const errors = (code: string) =>
      exposition.sum('atrium_request_errors_total', {
        gateway: 'protoo',
        code,
      });
    assert.equal(errors('UNKNOWN_METHOD'), 2);
    assert.equal(errors('PRODUCER_NOT_FOUND'), 1);
  });

  test('time joins and first consumers', () => {
    const joins = (gateway: string) =>
      exposition.sum('atrium_join_duration_seconds_count', { gateway });
    assert.equal(joins('protoo'), 2);
    assert.equal(joins('json'), 1);
    for (const kind of ['audio', 'video']) {
      assert.equal(
        exposition.sum('atrium_first_consumer_seconds_count', { kind }),
        1,
      );
    }
  });

  test('cover the workers and the process', () => {
    assert.equal(exposition.sum('atrium_workers'), 1);
    assert.equal(exposition.sum('atrium_workers_wanted'), 1);
    assert.equal(exposition.sum('atrium_worker_deaths_total'), 0);
    const worker = { worker: '0' };
    assert.ok(exposition.sum('atrium_worker_cpu_seconds_total', worker) > 0);
    assert.ok(
      exposition.sum('atrium_worker_memory_peak_bytes', worker) > 1_000_000,
    );
    assert.equal(exposition.sum('atrium_ready'), 1);
    assert.ok(exposition.sum('process_resident_memory_bytes') > 1_000_000);
    assert.ok(exposition.sum('nodejs_eventloop_lag_p99_seconds') >= 0);
  });

  test('contain no room, peer or other value that clients choose', async () => {
    const { body } = await get(server.url, '/metrics');
    for (const secret of [
      SESSION.room,
      ...SESSION.people,
      session.producers.audio,
      session.consumers.video,
      session.carol.participantId,
      'makeCoffee',
    ]) {
      assert.ok(!body.includes(secret), secret);
    }
  });

  test('are available as JSON, active ones counted apart', async () => {
    const { bob, consumers, alice, producers } = session;
    const before = await json(server);
    assert.deepEqual(before.rooms, { total: 1, active: 1, participants: 3 });
    assert.deepEqual(before.participants, { total: 3, active: 1 });
    const one = { total: 2, audio: 1, video: 1 };
    assert.deepEqual(before.producers, { ...one, active: 2 });
    assert.deepEqual(before.consumers, { ...one, active: 0 });

    await bob.request('resume', { consumerId: consumers.audio });
    await bob.request('resume', { consumerId: consumers.video });
    await alice.request('pauseProducer', { producerId: producers.video });
    await bob.notified('consumerPaused');
    const after = await json(server);
    assert.deepEqual(after.participants, { total: 3, active: 2 });
    assert.deepEqual(after.producers, { ...one, active: 1 });
    assert.deepEqual(after.consumers, { ...one, active: 1 });
    assert.ok(after.system.memoryUsage > 1_000_000);
  });
});

describe('metrics', () => {
  let server: Server;

  before(async () => {
    server = await startServer(withTokens);
  });

  after(() => server.close());

  test('fall to 0 when all peers have left, while counters keep their values', async () => {
    await endSession(await holdSession(server));
    const exposition = await scrape(server);
    for (const name of [
      'atrium_rooms',
      'atrium_peers',
      'atrium_transports',
      'atrium_producers',
      'atrium_consumers',
      'atrium_data_producers',
      'atrium_data_consumers',
    ]) {
      assert.equal(exposition.sum(name), 0, name);
    }
    assert.equal(exposition.sum('atrium_join_duration_seconds_count'), 3);
  });

  test('count routers and pipes', async () => {
    const spread = await startServer(layouts['over two routers']);
    const join = (name: string) =>
      ProtooClient.join(spread.url, 'room', name, { rtpCapabilities });
    const [alice, bob] = [await join('alice'), await join('bob')];
    await alice.client.request('createWebRtcTransport', { direction: 'send' });
    await bob.client.request('createWebRtcTransport', { direction: 'recv' });
    const { producerId } = await alice.client.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const idle = await scrape(spread);
    assert.equal(idle.sum('atrium_routers'), 2);
    assert.equal(idle.sum('atrium_pipes'), 0);
    await bob.client.request('consume', { producerId });
    const busy = await scrape(spread);
    assert.equal(busy.sum('atrium_pipes'), 1);
    assert.equal(busy.sum('atrium_consumers'), 1);
    await Promise.all([alice.client.close(), bob.client.close()]);
    await spread.close();
  });

  test('do not time a track that no peer was there to receive', async () => {
    const before = await scrape(server);
    const alice = await ProtooClient.join(server.url, 'alone', 'alice');
    await alice.client.request('createWebRtcTransport', { direction: 'send' });
    const { producerId } = await alice.client.request('produce', {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const bob = await ProtooClient.join(server.url, 'alone', 'bob', {
      rtpCapabilities,
    });
    await bob.client.request('createWebRtcTransport', { direction: 'recv' });
    await bob.client.request('consume', { producerId });
    const after = await scrape(server);
    const name = 'atrium_first_consumer_seconds_count';
    assert.equal(after.sum(name), before.sum(name));
    await Promise.all([alice.client.close(), bob.client.close()]);
  });

  test('count traffic', async () => {
    const [media] = server.pool.alive;
    const router = await media?.worker.createRouter({ mediaCodecs });
    const transport = await router?.createDirectTransport();
    const rtpParameters = audioParameters();
    const producer = await transport?.produce({
      kind: 'audio',
      rtpParameters,
    });
    const rtp = Buffer.alloc(112);
    rtp.writeUInt16BE(0x806f, 0);
    rtp.writeUInt32BE(rtpParameters.encodings[0]?.ssrc ?? 0, 8);
    producer?.send(rtp);

    const flows = { direction: 'in', kind: 'audio' };
    const exposition = await scrapeUntil(
      server,
      (seen) => seen.sum('atrium_rtp_packets_total', flows) > 0,
    );
    assert.equal(exposition.sum('atrium_rtp_packets_total', flows), 1);
    assert.equal(exposition.sum('atrium_rtp_bytes_total', flows), 112);
    assert.equal(exposition.sum('atrium_rtp_packets_lost_total', flows), 0);
    assert.ok(exposition.sum('atrium_rtp_bytes_per_second', flows) > 0);
    assert.ok(
      exposition.sum('atrium_transport_bytes_total', { direction: 'in' }) >=
        112,
    );
    for (const name of [
      'atrium_data_messages_total',
      'atrium_data_bytes_total',
    ]) {
      assert.equal(exposition.sum(name, { direction: 'in' }), 0);
      assert.equal(exposition.sum(name, { direction: 'out' }), 0);
    }
    router?.close();
  });

  test('read the workers at most once a second for any number of scrapes', async (t) => {
    const other = await startServer();
    try {
      const sample = t.mock.method(other.pool.traffic, 'sample');
      const since = performance.now();
      const all = await Promise.all(
        Array.from({ length: 20 }, () => scrape(other)),
      );
      assert.ok(all.every((one) => one.sum('atrium_workers') === 1));
      const seconds = (performance.now() - since) / 1_000;
      const calls = sample.mock.callCount();
      assert.ok(calls >= 1 && calls <= 1 + seconds, `${calls} calls`);
    } finally {
      await other.close();
    }
  });

  test('count the deaths of workers', async () => {
    const [media] = server.pool.alive;
    assert.ok(media);
    const died = once(media.worker, 'died');
    process.kill(media.worker.pid, 'SIGKILL');
    await died;
    const exposition = await scrapeUntil(
      server,
      (seen) => seen.sum('atrium_workers') === 1,
    );
    assert.equal(exposition.sum('atrium_worker_deaths_total'), 1);
    assert.equal((await scrape(server)).sum('atrium_worker_deaths_total'), 1);
  });

  test('show the limits that all clients share, and their use', async () => {
    const limits = { rooms: 11, peers: 12, pendingConnections: 13 };
    const other = await startServer({
      limits: { ...limits, connections: 14, connectionsPerAddress: 14 },
    });
    const used = (exposition: Exposition, option: string) => [
      exposition.sum('atrium_limit', { option: `limits.${option}` }),
      exposition.sum('atrium_limit_used', { option: `limits.${option}` }),
    ];
    try {
      const ada = await ProtooClient.join(other.url, 'one', 'ada');
      const bob = await ProtooClient.join(other.url, 'two', 'bob');
      const eve = await ProtooClient.connect(other.url, 'two', 'eve');
      const exposition = await scrape(other);
      assert.deepEqual(used(exposition, 'rooms'), [11, 2]);
      assert.deepEqual(used(exposition, 'peers'), [12, 2]);
      assert.deepEqual(used(exposition, 'pendingConnections'), [13, 1]);
      const [most, open = 0] = used(exposition, 'connections');
      assert.equal(most, 14);
      assert.ok(open >= 4 && open <= 14, `${open} connections`);
      const [bytes, kept] = used(exposition, 'keptBytes');
      assert.equal(bytes, 67_108_864);
      assert.equal(kept, other.registry.queuedBytes);
      await Promise.all([ada.client, bob.client, eve].map((it) => it.close()));
    } finally {
      await other.close();
    }
  });

  test('show the expiry of the certificate and the results of reloads', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'atrium-metrics-'));
    const tls = {
      cert: path.join(folder, 'cert.pem'),
      key: path.join(folder, 'key.pem'),
    };
    const other = await startServer({ tls });
    try {
      const before = await scrape(other);
      const pem = await readFile(tls.cert);
      const { validToDate } = new X509Certificate(pem);
      assert.equal(
        before.sum('atrium_certificate_expiry_timestamp_seconds'),
        validToDate.getTime() / 1_000,
      );
      const certificate = 'atrium_certificate_last_reload_successful';
      const config = 'atrium_config_last_reload_successful';
      const at = 'atrium_config_last_reload_success_timestamp_seconds';
      assert.equal(before.sum(certificate), 1);
      assert.equal(before.sum(config), 1);
      assert.ok(Math.abs(before.sum(at) - Date.now() / 1_000) < 600);

      await writeFile(tls.cert, 'no certificate');
      await other.renewCertificate();
      other.noteRefusedConfig();
      const refused = await scrape(other);
      assert.equal(refused.sum(certificate), 0);
      assert.equal(refused.sum(config), 0);
      assert.equal(refused.sum(at), before.sum(at));

      await writeFile(tls.cert, pem);
      await other.renewCertificate();
      other.reconfigure(testConfig({ tls }));
      const restored = await scrape(other);
      assert.equal(restored.sum(certificate), 1);
      assert.equal(restored.sum(config), 1);
      assert.ok(restored.sum(at) > before.sum(at));
    } finally {
      await other.close();
      await rm(folder, { recursive: true });
    }
  });

  test('belong to one server only', async () => {
    const other = await startServer();
    try {
      const exposition = await scrape(other);
      const joins = exposition.sum('atrium_join_duration_seconds_count');
      assert.ok(Number.isNaN(joins));
      assert.equal(exposition.sum('atrium_worker_deaths_total'), 0);
      assert.ok(exposition.sum('process_resident_memory_bytes') > 0);
    } finally {
      await other.close();
    }
  });
});

/** Scrapes repeatedly, as the workers are queried only at intervals. */
async function scrapeUntil(
  server: Server,
  fits: (exposition: Exposition) => boolean,
): Promise<Exposition> {
  return until('a scrape that fits', async () => {
    const exposition = await scrape(server);
    return fits(exposition) && exposition;
  });
}
