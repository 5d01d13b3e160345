import { QualityMeter } from '../core/QualityMeter.ts';
import { StatsMonitor } from '../core/StatsMonitor.ts';
import type { Quality } from '../Snapshot.ts';

/**
 * The condition of what is received over a direct connection: `lost` while it is
 * interrupted, and else by the browser's statistics.
 */
export class LinkQuality {
  readonly #onChange: () => void;
  readonly #monitor: StatsMonitor;
  readonly #meter = new QualityMeter();
  #interrupted = false;
  #quality: Quality = 'good';

  constructor(connection: RTCPeerConnection, onChange: () => void) {
    this.#onChange = onChange;
    this.#monitor = new StatsMonitor(() => [
      { direction: 'recv', getStats: () => connection.getStats() },
    ]);
    this.#monitor.on('look', ({ stats, ...look }) => {
      // Losses of sent media do not count here.
      const received = stats.filter(({ type }) => type === 'inbound-rtp');
      this.#meter.take({ ...look, stats: received }, false);
      this.#update();
    });
  }

  get quality(): Quality {
    return this.#quality;
  }

  /** Takes the state of the connection: it carries media, or has ceased to. */
  setInterrupted(interrupted: boolean): void {
    this.#interrupted = interrupted;
    this.#monitor.start();
    this.#update();
  }

  close(): void {
    this.#monitor.stop();
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
