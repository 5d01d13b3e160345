import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
} from 'prom-client';

/** From what nobody notices to what nobody waits for, in seconds. */
const REQUEST_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** The first receiver includes a round trip to its client, in seconds. */
const FIRST_CONSUMER_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The method under which requests are counted that no contract has. */
export const UNKNOWN_METHOD = 'unknown';

/**
 * CPU, memory, garbage collection and event loop of the process. Servers in
 * one process share them, because what watches them cannot be taken off again.
 */
let processFigures: Registry | undefined;

function figuresOfProcess(): Registry {
  if (processFigures === undefined) {
    processFigures = new Registry();
    collectDefaultMetrics({ register: processFigures });
    // Sums of others, under names that only counters may have.
    for (const what of ['handles', 'requests', 'resources']) {
      processFigures.removeSingleMetric(`nodejs_active_${what}_total`);
    }
  }
  return processFigures;
}

/**
 * All that one server counts and measures, declared in one place. Label values
 * are bounded: never the id or the name of a room, a peer or a user.
 *
 * @see https://prometheus.io/docs/practices/naming/
 */
export class Metrics {
  readonly #process = figuresOfProcess();
  readonly #registry = new Registry();

  readonly info = this.#gauge('atrium_info', 'Always 1, of this version.', [
    'version',
  ]);
  readonly ready = this.#gauge(
    'atrium_ready',
    'Whether new clients are welcome: 1, or 0.',
  );

  readonly certificateExpiry = this.#gauge(
    'atrium_certificate_expiry_timestamp_seconds',
    'Time at which the certificate that is served expires, since the epoch.',
  );
  readonly certificateReloaded = this.#gauge(
    'atrium_certificate_last_reload_successful',
    'Whether the files of tls.cert and tls.key, as last read, could be served: 1, or 0.',
  );
  readonly configReloaded = this.#gauge(
    'atrium_config_last_reload_successful',
    'Whether the configuration was taken over when it was last loaded: 1, or 0.',
  );
  readonly configReloadedAt = this.#gauge(
    'atrium_config_last_reload_success_timestamp_seconds',
    'Time at which a configuration was last taken over, since the epoch.',
  );
  readonly limits = this.#gauge(
    'atrium_limit',
    'A limit on all clients together, by the option that sets it.',
    ['option'],
  );
  readonly limitsUsed = this.#gauge(
    'atrium_limit_used',
    'Objects or bytes that exist under that limit.',
    ['option'],
  );

  readonly rooms = this.#gauge('atrium_rooms', 'Rooms that stand.');
  readonly routers = this.#gauge(
    'atrium_routers',
    'Routers under the rooms: one for each worker that a room is on.',
  );
  readonly pipes = this.#gauge(
    'atrium_pipes',
    'Tracks and data that go from one router of a room to another, where somebody receives them.',
  );
  readonly peers = this.#gauge('atrium_peers', 'Peers in rooms.', ['gateway']);
  readonly transports = this.#gauge(
    'atrium_transports',
    'WebRTC transports of peers.',
    ['gateway'],
  );
  readonly producers = this.#gauge(
    'atrium_producers',
    'Tracks that peers send, paused ones included.',
    ['gateway', 'kind'],
  );
  readonly consumers = this.#gauge(
    'atrium_consumers',
    'Tracks that peers receive, paused ones included.',
    ['gateway', 'kind'],
  );

  readonly dataProducers = this.#gauge(
    'atrium_data_producers',
    'Data channels that peers send over.',
    ['gateway'],
  );
  readonly dataConsumers = this.#gauge(
    'atrium_data_consumers',
    'Data channels that peers receive from.',
    ['gateway'],
  );

  readonly requests = this.#histogram(
    'atrium_request_duration_seconds',
    'Time from a request to its answer. Outcome: ok, refused (a mistake of the client), failed (one of the server).',
    ['gateway', 'method', 'outcome'],
    REQUEST_BUCKETS,
  );
  readonly errors = this.#counter(
    'atrium_request_errors_total',
    'Requests that were not served, by the code of the error.',
    ['gateway', 'code'],
  );
  readonly connectionsRefused = this.#counter(
    'atrium_tcp_connections_refused_total',
    'TCP connections that were cut off before TLS: LIMIT_REACHED by limits.connectionsPerAddress, SERVER_FULL by limits.connections or the open files of the process.',
    ['code'],
  );
  readonly handshakesRefused = this.#counter(
    'atrium_handshakes_refused_total',
    'WebSocket handshakes that were refused, by the code of the error and the option that set the limit. Gateway is "none" where no contract is served at the path.',
    ['gateway', 'code', 'option'],
  );
  readonly closings = this.#counter(
    'atrium_connections_closed_total',
    'Connections that ended: by the reason for which the server closed them, or client, lost, silent, protocolError.',
    ['gateway', 'reason'],
  );
  readonly stays = this.#counter(
    'atrium_stays_ended_total',
    'Stays of peers in rooms that ended, by the reason.',
    ['gateway', 'reason'],
  );
  readonly httpRefused = this.#counter(
    'atrium_http_requests_refused_total',
    'HTTP requests that were refused or failed, by the code of the error and the option that set the limit.',
    ['code', 'option'],
  );
  readonly joins = this.#histogram(
    'atrium_join_duration_seconds',
    'Time that it took to let a peer into its room, the making of a new room included.',
    ['gateway'],
    REQUEST_BUCKETS,
  );
  readonly firstConsumers = this.#histogram(
    'atrium_first_consumer_seconds',
    'Time from the start of a track to the first other peer that receives it, where somebody was there to do so at once.',
    ['kind'],
    FIRST_CONSUMER_BUCKETS,
  );

  readonly workers = this.#gauge(
    'atrium_workers',
    'Media workers that are alive and answer.',
  );
  readonly workersWanted = this.#gauge(
    'atrium_workers_wanted',
    'Media workers that should be alive.',
  );
  readonly workerDeaths = this.#counter(
    'atrium_worker_deaths_total',
    'Media workers that died; each is replaced.',
  );
  readonly workerStalls = this.#counter(
    'atrium_worker_stalls_total',
    'Media workers that stopped answering for workers.probeTimeout; some of them answer again, the others are killed.',
  );
  readonly workerCpu = this.#counter(
    'atrium_worker_cpu_seconds_total',
    'CPU time of a media worker; starts again when it is replaced.',
    ['worker'],
  );
  readonly workerMemory = this.#gauge(
    'atrium_worker_memory_peak_bytes',
    'Most memory that a media worker was resident with.',
    ['worker'],
  );

  readonly rtpBytes = this.#counter(
    'atrium_rtp_bytes_total',
    'RTP that came in from clients and went out to them, read when asked for: what flowed between the last reading and the end of a track is missing.',
    ['direction', 'kind'],
  );
  readonly rtpPackets = this.#counter(
    'atrium_rtp_packets_total',
    'RTP packets, read as the bytes are.',
    ['direction', 'kind'],
  );
  readonly rtpPacketsLost = this.#counter(
    'atrium_rtp_packets_lost_total',
    'RTP packets that did not arrive here, or at clients as they report it.',
    ['direction', 'kind'],
  );
  readonly rtpRate = this.#gauge(
    'atrium_rtp_bytes_per_second',
    'RTP that flows now.',
    ['direction', 'kind'],
  );
  readonly dataMessages = this.#counter(
    'atrium_data_messages_total',
    'Messages that came in over data channels and went out over them, read as the RTP is.',
    ['direction'],
  );
  readonly dataBytes = this.#counter(
    'atrium_data_bytes_total',
    'What those messages come to.',
    ['direction'],
  );
  readonly transportBytes = this.#counter(
    'atrium_transport_bytes_total',
    'All that went over WebRTC transports: media, repair, probes, data, ICE and DTLS; read as the RTP is.',
    ['direction'],
  );

  /** The metrics of a server, without those of its process. */
  get declared(): { name: string; help: string; type: string }[] {
    return this.#registry
      .getMetricsAsArray()
      .map(({ name, help, type }) => ({ name, help, type: String(type) }));
  }

  /** Everything, and the figures of the process, as Prometheus reads it. */
  text(): Promise<string> {
    return Registry.merge([this.#process, this.#registry]).metrics();
  }

  #gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #counter<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    buckets: number[],
  ): Histogram<Label> {
    const registers = [this.#registry];
    return new Histogram({ name, help, labelNames, buckets, registers });
  }
}
