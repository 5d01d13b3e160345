import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
} from 'prom-client';

/** Buckets for the duration of requests, in seconds. */
const REQUEST_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Buckets for the first consumer, a round trip to its client included, in seconds. */
const FIRST_CONSUMER_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The label for requests with a method that the contract does not have. */
export const UNKNOWN_METHOD = 'unknown';

/**
 * CPU, memory, garbage collection and event loop of the process. Shared by all
 * servers in the process, because the collection of them cannot be stopped.
 */
let processFigures: Registry | undefined;

function figuresOfProcess(): Registry {
  if (processFigures === undefined) {
    processFigures = new Registry();
    collectDefaultMetrics({ register: processFigures });
    // Sums of other gauges, under names that are reserved for counters.
    for (const kind of ['handles', 'requests', 'resources']) {
      processFigures.removeSingleMetric(`nodejs_active_${kind}_total`);
    }
  }
  return processFigures;
}

/**
 * The metrics of one server: those that are counted where things happen, and,
 * in {@link registry}, those that are read when they are scraped. Label values
 * are bounded: never the id or the name of a room, a peer or a user.
 *
 * @see https://prometheus.io/docs/practices/naming/
 */
export class Metrics {
  readonly #process = figuresOfProcess();
  /** Holds every metric of the server; those that are read declare themselves. */
  readonly registry = new Registry();
  /** The labels of all metrics. */
  #labels: { readonly node?: string } = {};

  readonly configReloaded = this.#gauge(
    'atrium_config_last_reload_successful',
    '1 if the configuration was accepted when it was last loaded, otherwise 0.',
  );
  readonly configReloadedAt = this.#gauge(
    'atrium_config_last_reload_success_timestamp_seconds',
    'Unix time at which a configuration was last accepted.',
  );

  readonly requests = this.#histogram(
    'atrium_request_duration_seconds',
    'Time from a request to its reply. Outcomes: ok, refused (an error of the client), failed (an error of the server).',
    ['gateway', 'method', 'outcome'],
    REQUEST_BUCKETS,
  );
  readonly errors = this.#counter(
    'atrium_request_errors_total',
    'Requests that ended in an error, by the code of the error.',
    ['gateway', 'code'],
  );
  readonly connectionsRefused = this.#counter(
    'atrium_tcp_connections_refused_total',
    'TCP connections that were cut off before TLS. LIMIT_REACHED: limits.connectionsPerAddress; SERVER_FULL: limits.connections or the open files of the process; FORBIDDEN: plain HTTP from an address that is not in access.trustProxy.',
    ['code'],
  );
  readonly handshakesRefused = this.#counter(
    'atrium_handshakes_refused_total',
    'Handshakes of WebSocket and Socket.IO that were refused, by the code of the error and the option of the limit. The gateway is "none" if no contract is served at the path.',
    ['gateway', 'code', 'option'],
  );
  readonly closings = this.#counter(
    'atrium_connections_closed_total',
    'Connections that ended, by reason: that of the server, or client, returning, lost, silent, protocolError, or handedOver to the node that has the room.',
    ['gateway', 'reason'],
  );
  readonly stays = this.#counter(
    'atrium_stays_ended_total',
    'Peers that left their room, by reason.',
    ['gateway', 'reason'],
  );
  readonly moderations = this.#counter(
    'atrium_moderations_total',
    'Uses of a power over others in a room: mute, stop, remove, lock, lobby, chat, metadata, close, promote.',
    ['power'],
  );
  readonly httpRefused = this.#counter(
    'atrium_http_requests_refused_total',
    'HTTP requests that were refused or failed, by the code of the error and the option of the limit.',
    ['code', 'option'],
  );
  readonly joins = this.#histogram(
    'atrium_join_duration_seconds',
    'Time for a peer to enter its room, creation of a new room included.',
    ['gateway'],
    REQUEST_BUCKETS,
  );
  readonly firstConsumers = this.#histogram(
    'atrium_first_consumer_seconds',
    'Time from the start of a track to its first consumer, if another peer was in the room at the start.',
    ['kind'],
    FIRST_CONSUMER_BUCKETS,
  );

  readonly roomClaims = this.#counter(
    'atrium_cluster_claims_total',
    'Claims of rooms in a cluster. Outcomes: held; elsewhere (another node has the room); unavailable (Redis does not answer, or has lost its data a moment ago).',
    ['outcome'],
  );
  readonly roomsLost = this.#counter(
    'atrium_cluster_rooms_lost_total',
    'Rooms that were closed here, because another node had opened them while this one could not reach Redis.',
  );
  readonly clusterReachable = this.#gauge(
    'atrium_cluster_reachable',
    '1 while the Redis of the cluster answers, otherwise 0; 0 without a cluster.',
  );

  readonly webhookAttempts = this.#counter(
    'atrium_webhook_attempts_total',
    'Attempts to deliver events to endpoints of webhooks. Outcomes: delivered; retried (it failed and is tried again); failed (the last attempt failed); gone (the receiver answered 410).',
    ['outcome'],
  );
  readonly webhookEventsDropped = this.#counter(
    'atrium_webhook_events_dropped_total',
    'Events for webhooks that were lost, because webhooks.queue of them waited for the database.',
  );

  /** The metrics that are declared, those of the process excluded. */
  get declared(): { name: string; help: string; type: string }[] {
    return this.registry
      .getMetricsAsArray()
      .map(({ name, help, type }) => ({ name, help, type: String(type) }));
  }

  /** All metrics, those of the process included, in the format of Prometheus. */
  text(): Promise<string> {
    const all = Registry.merge([this.#process, this.registry]);
    all.setDefaultLabels(this.#labels);
    return all.metrics();
  }

  /**
   * Gives all metrics the label `node`, by which those of a cluster are told apart.
   *
   * @param address - Its address, which it keeps when it starts again: each new value
   *   makes new series.
   */
  nameNode(address: string): void {
    this.#labels = { node: address };
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  #counter<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    buckets: number[],
  ): Histogram<Label> {
    const registers = [this.registry];
    return new Histogram({ name, help, labelNames, buckets, registers });
  }
}
