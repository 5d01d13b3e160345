import { QualityMeter, StatsMonitor } from 'videoconf-sdk/core';
import type { ConnectionQuality } from 'videoconf-sdk/core';

/** The quality of both ways of a direct connection, by the browser's statistics. */
export class DirectQuality {
  readonly #onChange: () => void;
  readonly #sent = new QualityMeter();
  readonly #received = new QualityMeter();
  readonly #monitor: StatsMonitor;

  constructor(connection: RTCPeerConnection, onChange: () => void) {
    this.#onChange = onChange;
    this.#monitor = new StatsMonitor(() => [
      { direction: 'recv', getStats: () => connection.getStats() },
    ]);
    this.#monitor.on('look', (look) => {
      const { stats } = look;
      this.#take(this.#sent, {
        ...look,
        direction: 'send',
        stats: stats.filter(({ type }) => type === 'remote-inbound-rtp'),
      });
      this.#take(this.#received, {
        ...look,
        stats: stats.filter(({ type }) => type === 'inbound-rtp'),
      });
    });
    this.#monitor.start();
  }

  /** The quality of the media that the other person receives. */
  get sent(): ConnectionQuality {
    return this.#sent.quality;
  }

  /** The quality of the received media. */
  get received(): ConnectionQuality {
    return this.#received.quality;
  }

  close(): void {
    this.#monitor.stop();
  }

  #take(meter: QualityMeter, look: Parameters<QualityMeter['take']>[0]): void {
    const before = meter.quality;
    meter.take(look, false);
    if (meter.quality !== before) {
      this.#onChange();
    }
  }
}
