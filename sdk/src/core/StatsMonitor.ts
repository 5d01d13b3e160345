import type { types } from 'mediasoup-client';
import { Emitter } from './Emitter.ts';

/** Between two looks, ms. */
const INTERVAL = 1_000;

/** An entry of the browser's statistics, with what is read of it here. */
export type BrowserStat = {
  id: string;
  type: string;
  kind?: string;
  mid?: string;
  packetsReceived?: number;
  packetsDiscarded?: number;
  nackCount?: number;
  totalSamplesReceived?: number;
  concealedSamples?: number;
  silentConcealedSamples?: number;
  freezeCount?: number;
  framesDecoded?: number;
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
};

/** Reads the browser's statistics of transports once a second, until it is stopped. */
export class StatsMonitor extends Emitter<{ look: [Look] }> {
  readonly #transports: () => readonly WatchedTransport[];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(transports: () => readonly WatchedTransport[]) {
    super();
    this.#transports = transports;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#lookAtAll(), INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #lookAtAll(): void {
    for (const transport of this.#transports()) {
      void this.#lookAt(transport);
    }
  }

  async #lookAt(transport: WatchedTransport): Promise<void> {
    const report = await transport.getStats().catch(() => undefined);
    if (!report || this.#timer === undefined) {
      return;
    }
    this.emit('look', lookIn(report, transport.direction));
  }
}

/** The statistics in a report of the browser. */
function lookIn(report: RTCStatsReport, direction: Look['direction']): Look {
  const stats = [...report.values()] as BrowserStat[];
  const wire = stats.find(({ type }) => type === 'transport');
  const pair = report.get(wire?.selectedCandidatePairId ?? '') as
    BrowserStat | undefined;
  return {
    direction,
    stats,
    roundTrip: (pair?.currentRoundTripTime ?? 0) * 1_000,
  };
}
