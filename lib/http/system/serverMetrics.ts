import type { Registry } from 'prom-client';

import pkg from '../../../package.json' with { type: 'json' };
import type { LimitUse } from '../../limits/options.ts';
import type { WorkerUsage } from '../../media/MediaWorker.ts';
import { FLOW_DIRECTIONS, MEDIA_KINDS } from '../../media/WorkerTraffic.ts';
import type { TrafficTotals } from '../../media/WorkerTraffic.ts';
import type { RoomStats } from '../../rooms/roomStats.ts';
import { ObservedMetrics } from './ObservedMetrics.ts';
import { webhookMetrics } from './webhookMetrics.ts';
import type { OutboxReading } from './webhookMetrics.ts';

/** The state of a server at one moment. */
export interface ServerReading {
  nodeId: string;
  ready: boolean;
  /** The number of open links to other nodes. */
  nodeLinks: number;
  /** The connections of clients that go to other nodes, or come from them. */
  nodeConnections: Readonly<Record<'to' | 'from', number>>;
  /** Undefined where no address has TLS. */
  certificate: { expires: Date; reloadFailed: boolean } | undefined;
  limitUses: readonly LimitUse[];
  stats: RoomStats;
  /** The people in sessions, by how their media goes. */
  sessions: { inRoom: number; bySocketAlone: number };
  /** Undefined while it cannot be read. */
  outbox: OutboxReading | undefined;
  pool: {
    usable: readonly unknown[];
    size: number;
    deaths: number;
    stalls: number;
  };
  workers: readonly WorkerUsage[];
  traffic: TrafficTotals;
}

type Update = (reading: ServerReading) => void;

/** Declares the metrics of the state of a server, which is read at each scrape. */
export function declareServerMetrics(
  registry: Registry,
  read: () => Promise<ServerReading>,
): void {
  const observed = new ObservedMetrics(registry, async () => {
    const reading = await read();
    for (const update of updates) {
      update(reading);
    }
  });
  const updates = [
    serverMetrics,
    clusterMetrics,
    certificateMetrics,
    limitMetrics,
    roomMetrics,
    workerMetrics,
    trafficMetrics,
    webhookMetrics,
  ].map((declare) => declare(observed));
}

function serverMetrics(observed: ObservedMetrics): Update {
  const info = observed.gauge(
    'atrium_info',
    'Always 1, with the version of the server and the id of its run as labels.',
    ['version', 'node_id'],
  );
  const ready = observed.gauge(
    'atrium_ready',
    '1 while new clients are accepted, otherwise 0.',
  );
  const workers = observed.gauge(
    'atrium_workers',
    'Media workers that are alive and answer.',
  );
  const wanted = observed.gauge(
    'atrium_workers_wanted',
    'Media workers that are configured.',
  );
  const deaths = observed.counter(
    'atrium_worker_deaths_total',
    'Media workers that died; each is replaced.',
  );
  const stalls = observed.counter(
    'atrium_worker_stalls_total',
    'Times that a media worker did not answer for workers.probeTimeout. A worker that does not recover is killed.',
  );
  return ({ nodeId, ready: isReady, pool }): void => {
    info.set({ version: pkg.version, node_id: nodeId }, 1);
    ready.set(isReady ? 1 : 0);
    workers.set(pool.usable.length);
    wanted.set(pool.size);
    deaths.reset();
    deaths.inc(pool.deaths);
    stalls.reset();
    stalls.inc(pool.stalls);
  };
}

function clusterMetrics(observed: ObservedMetrics): Update {
  const connections = observed.gauge(
    'atrium_cluster_connections',
    'Connections of clients between this node and others, by direction: "to" the home of a room, or "from" the node that a client has reached.',
    ['direction'],
  );
  const links = observed.gauge(
    'atrium_cluster_links',
    'Open links to other nodes. Fewer than there are other nodes means that calls do not reach the devices of some, and that deletions of chat rooms and failed logins there are not known here.',
  );
  return ({ nodeLinks, nodeConnections }): void => {
    links.set(nodeLinks);
    for (const direction of ['to', 'from'] as const) {
      connections.set({ direction }, nodeConnections[direction]);
    }
  };
}

function certificateMetrics(observed: ObservedMetrics): Update {
  const expiry = observed.gauge(
    'atrium_certificate_expiry_timestamp_seconds',
    'Unix time at which the certificate in use expires.',
  );
  const reloaded = observed.gauge(
    'atrium_certificate_last_reload_successful',
    '1 if tls.cert and tls.key could be used when they were last read, otherwise 0.',
  );
  return ({ certificate }): void => {
    if (certificate === undefined) {
      // Else they would be 0, which means an expired certificate.
      expiry.remove();
      reloaded.remove();
      return;
    }
    expiry.set(certificate.expires.getTime() / 1_000);
    reloaded.set(certificate.reloadFailed ? 0 : 1);
  };
}

function limitMetrics(observed: ObservedMetrics): Update {
  const limits = observed.gauge(
    'atrium_limit',
    'A limit on all clients together, by the option that sets it.',
    ['option'],
  );
  const limitsUsed = observed.gauge(
    'atrium_limit_used',
    'Objects or bytes that count towards the limit.',
    ['option'],
  );
  return ({ limitUses }): void => {
    for (const { option, limit, used } of limitUses) {
      const labels = { option: `limits.${option}` };
      limits.set(labels, limit);
      limitsUsed.set(labels, used);
    }
  };
}

function roomMetrics(observed: ObservedMetrics): Update {
  const rooms = observed.gauge('atrium_rooms', 'Rooms, empty ones included.');
  const routers = observed.gauge(
    'atrium_routers',
    'Routers of the rooms: one for each worker that a room uses.',
  );
  const pipes = observed.gauge(
    'atrium_pipes',
    'Tracks and data that are piped from one router of a room to another.',
  );
  const peers = observed.gauge('atrium_peers', 'Peers in rooms.', ['gateway']);
  const people = observed.gauge(
    'atrium_session_people',
    'People in sessions: those in the room of their session (sfu="true"), and those on a socket alone.',
    ['sfu'],
  );
  const transports = observed.gauge(
    'atrium_transports',
    'WebRTC transports of peers.',
    ['gateway'],
  );
  const producers = observed.gauge(
    'atrium_producers',
    'Tracks that peers send, paused ones included.',
    ['gateway', 'kind'],
  );
  const consumers = observed.gauge(
    'atrium_consumers',
    'Tracks that peers receive, paused ones included.',
    ['gateway', 'kind'],
  );
  const dataProducers = observed.gauge(
    'atrium_data_producers',
    'Data channels that peers send over.',
    ['gateway'],
  );
  const dataConsumers = observed.gauge(
    'atrium_data_consumers',
    'Data channels that peers receive from.',
    ['gateway'],
  );
  return ({ stats, sessions }): void => {
    rooms.set(stats.rooms);
    people.set({ sfu: 'true' }, sessions.inRoom);
    people.set({ sfu: 'false' }, sessions.bySocketAlone);
    routers.set(stats.routers);
    pipes.set(stats.pipes);
    for (const [gateway, counts] of stats.byGateway) {
      peers.set({ gateway }, counts.peers);
      transports.set({ gateway }, counts.transports);
      for (const kind of MEDIA_KINDS) {
        producers.set({ gateway, kind }, counts.producers[kind]);
        consumers.set({ gateway, kind }, counts.consumers[kind]);
      }
      dataProducers.set({ gateway }, counts.dataProducers);
      dataConsumers.set({ gateway }, counts.dataConsumers);
    }
  };
}

function workerMetrics(observed: ObservedMetrics): Update {
  const cpu = observed.counter(
    'atrium_worker_cpu_seconds_total',
    'CPU time of a media worker; starts at 0 again when the worker is replaced.',
    ['worker'],
  );
  const memory = observed.gauge(
    'atrium_worker_memory_peak_bytes',
    'Peak resident memory of a media worker.',
    ['worker'],
  );
  return ({ workers }): void => {
    cpu.reset();
    memory.reset();
    for (const { index, cpuSeconds, peakMemory } of workers) {
      cpu.inc({ worker: index }, cpuSeconds);
      memory.set({ worker: index }, peakMemory);
    }
  };
}

function trafficMetrics(observed: ObservedMetrics): Update {
  const track = ['direction', 'kind'] as const;
  const rtpBytes = observed.counter(
    'atrium_rtp_bytes_total',
    'RTP bytes from clients (in) and to clients (out), sampled at each scrape: the bytes between the last sample and the end of a track are missing.',
    track,
  );
  const rtpPackets = observed.counter(
    'atrium_rtp_packets_total',
    'RTP packets, sampled as the bytes are.',
    track,
  );
  const rtpPacketsLost = observed.counter(
    'atrium_rtp_packets_lost_total',
    'RTP packets lost on the way from clients, or on the way to clients as they report it.',
    track,
  );
  const rtpRate = observed.gauge(
    'atrium_rtp_bytes_per_second',
    'RTP bytes per second at present.',
    track,
  );
  const dataMessages = observed.counter(
    'atrium_data_messages_total',
    'Messages from and to clients over data channels, sampled as the RTP is.',
    ['direction'],
  );
  const dataBytes = observed.counter(
    'atrium_data_bytes_total',
    'Bytes of the messages over data channels.',
    ['direction'],
  );
  const transportBytes = observed.counter(
    'atrium_transport_bytes_total',
    'All bytes over WebRTC transports: media, retransmission, probes, data, ICE and DTLS; sampled as the RTP is.',
    ['direction'],
  );
  const counters = [
    rtpBytes,
    rtpPackets,
    rtpPacketsLost,
    dataMessages,
    dataBytes,
    transportBytes,
  ];
  return ({ traffic }): void => {
    const { rtp, data } = traffic;
    for (const counter of counters) {
      counter.reset();
    }
    for (const direction of FLOW_DIRECTIONS) {
      transportBytes.inc({ direction }, traffic.transportBytes[direction]);
      dataMessages.inc({ direction }, data[direction].messages);
      dataBytes.inc({ direction }, data[direction].bytes);
      for (const kind of MEDIA_KINDS) {
        const labels = { direction, kind };
        const flow = rtp[direction][kind];
        rtpBytes.inc(labels, flow.bytes);
        rtpPackets.inc(labels, flow.packets);
        rtpPacketsLost.inc(labels, flow.packetsLost);
        rtpRate.set(labels, flow.bitrate / 8);
      }
    }
  };
}
