import type { types } from 'mediasoup-client';
import { Emitter } from './Emitter.ts';

/** Between two looks, ms. */
const INTERVAL = 1_000;

/**
 * The interval between looks while nothing arrives, ms, and the maximum number of such
 * looks in a row: after that, perhaps nothing is being sent at all.
 */
const QUICK_INTERVAL = 200;
const QUICK_LOOKS = 75;

/** An entry of the browser's statistics, with what is read of it here. */
export type BrowserStat = {
  id: string;
  type: string;
  /** ms. */
  timestamp?: number;
  kind?: string;
  mid?: string;
  /** Of a layer of a video that is sent in several. */
  rid?: string;
  active?: boolean;
  powerEfficientEncoder?: boolean;
  packetsReceived?: number;
  packetsDiscarded?: number;
  nackCount?: number;
  totalSamplesReceived?: number;
  concealedSamples?: number;
  silentConcealedSamples?: number;
  freezeCount?: number;
  framesDecoded?: number;
  framesReceived?: number;
  framesDropped?: number;
  /** In seconds, as the duration of the samples. */
  totalEncodeTime?: number;
  totalSamplesDuration?: number;
  fractionLost?: number;
  selectedCandidatePairId?: string;
  /** In seconds. */
  currentRoundTripTime?: number;
};

/** A transport, as far as it is looked at. */
export type WatchedTransport = Pick<types.Transport, 'direction' | 'getStats'>;

/** The statistics of one transport. */
export type Look = {
  direction: 'send' | 'recv';
  stats: BrowserStat[];
  /** The time to the server and back, ms; 0 until it is known. */
  roundTrip: number;
  /** True if nothing has come since the look before, as while the network is gone. */
  silent: boolean;
};

/**
 * Reads the browser's statistics of transports once a second, until it is stopped, and
 * more often for a while once nothing comes any more.
 */
export class StatsMonitor extends Emitter<{ look: [Look] }> {
  readonly #transports: () => readonly WatchedTransport[];
  /** Packets that had come at the last look, by transport. */
  readonly #packets = new WeakMap<WatchedTransport, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Looks since the last packet. */
  #silentLooks = 0;

  constructor(transports: () => readonly WatchedTransport[]) {
    super();
    this.#transports = transports;
  }

  start(): void {
    this.#timer ??= setTimeout(() => this.#lookAtAll(), INTERVAL);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #lookAtAll(): void {
    const quick = this.#silentLooks > 0 && this.#silentLooks <= QUICK_LOOKS;
    this.#timer = setTimeout(
      () => this.#lookAtAll(),
      quick ? QUICK_INTERVAL : INTERVAL,
    );
    for (const transport of this.#transports()) {
      void this.#lookAt(transport);
    }
  }

  async #lookAt(transport: WatchedTransport): Promise<void> {
    const report = await transport.getStats().catch(() => undefined);
    if (!report || this.#timer === undefined) {
      return;
    }
    const stats = [...report.values()] as BrowserStat[];
    const silent = this.#isSilent(transport, stats);
    this.emit('look', {
      direction: transport.direction,
      stats,
      roundTrip: roundTripIn(report, stats),
      silent,
    });
  }

  /** True if something came over a transport, and nothing since the look before. */
  #isSilent(
    transport: WatchedTransport,
    stats: readonly BrowserStat[],
  ): boolean {
    const before = this.#packets.get(transport) ?? 0;
    const packets = packetsIn(
      stats.filter(({ type }) => type === 'inbound-rtp'),
    );
    this.#packets.set(transport, packets);
    const silent = packets > 0 && packets === before;
    if (packets > 0) {
      this.#silentLooks = silent ? this.#silentLooks + 1 : 0;
    }
    return silent;
  }
}

/** The number of packets that have arrived, over all of these streams. */
export function packetsIn(received: readonly BrowserStat[]): number {
  return received.reduce(
    (sum, { packetsReceived = 0 }) => sum + packetsReceived,
    0,
  );
}

/** The time to the server and back by a report of the browser, ms. */
function roundTripIn(
  report: RTCStatsReport,
  stats: readonly BrowserStat[],
): number {
  const wire = stats.find(({ type }) => type === 'transport');
  const pair = report.get(wire?.selectedCandidatePairId ?? '') as
    BrowserStat | undefined;
  return (pair?.currentRoundTripTime ?? 0) * 1_000;
}
