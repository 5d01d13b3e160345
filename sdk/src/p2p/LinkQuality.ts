import { QualityMeter } from '../core/QualityMeter.ts';
import { lookIn } from '../core/StatsMonitor.ts';
import type { Quality } from '../Snapshot.ts';

/** The time between two looks at the statistics, ms. */
const INTERVAL = 1_000;

/**
 * The condition of what is received over a direct connection: `lost` while it is
 * interrupted, and else by the browser's statistics.
 */
export class LinkQuality {
  readonly #connection: RTCPeerConnection;
  readonly #onChange: () => void;
  readonly #meter = new QualityMeter();
  #interrupted = false;
  #quality: Quality = 'good';
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(connection: RTCPeerConnection, onChange: () => void) {
    this.#connection = connection;
    this.#onChange = onChange;
  }

  get quality(): Quality {
    return this.#quality;
  }

  /** Takes the state of the connection: it carries media, or has ceased to. */
  setInterrupted(interrupted: boolean): void {
    this.#interrupted = interrupted;
    this.#timer ??= setInterval(() => void this.#look(), INTERVAL);
    this.#update();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { stats, ...look } = lookIn(
      await this.#connection.getStats(),
      'recv',
    );
    // The losses of what is sent are of no concern here.
    const received = stats.filter(({ type }) => type === 'inbound-rtp');
    this.#meter.take({ ...look, stats: received }, false);
    this.#update();
  }

  #update(): void {
    const measured = this.#meter.quality === 'good' ? 'good' : 'poor';
    const quality = this.#interrupted ? 'lost' : measured;
    if (quality !== this.#quality) {
      this.#quality = quality;
      this.#onChange();
    }
  }
}
