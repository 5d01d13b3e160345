import { Logger } from '../core/logger.ts';
import { WorkerStalledError } from './MediaWorker.ts';
import type { MediaWorker } from './MediaWorker.ts';
import { whenClosed } from './whenClosed.ts';
import {
  FLOW_DIRECTIONS,
  MEDIA_KINDS,
  noTraffic,
  WorkerTraffic,
} from './WorkerTraffic.ts';
import type { FlowDirection, TrafficTotals } from './WorkerTraffic.ts';

const logger = new Logger('Traffic');

/** Longest wait for the figures of one worker, ms. */
const PATIENCE = 2_000;

/** Adds up the traffic of all workers, including those that died. */
export class Traffic {
  readonly #sources = new Map<MediaWorker, WorkerTraffic>();
  /** The totals of the workers that have closed. */
  readonly #past = noTraffic();

  /** Observes a worker until it closes. */
  watch(worker: MediaWorker): void {
    const source = new WorkerTraffic(worker.worker);
    this.#sources.set(worker, source);
    whenClosed(worker.worker, () => {
      this.#sources.delete(worker);
      addTo(this.#past, source.totals);
    });
  }

  /** The bitrates of media by worker as of the last {@link sample}, bit/s. */
  get bitrates(): Map<MediaWorker, Record<FlowDirection, number>> {
    return new Map(
      Array.from(this.#sources, ([worker, { totals }]) => [
        worker,
        { in: bitrateOf(totals, 'in'), out: bitrateOf(totals, 'out') },
      ]),
    );
  }

  /**
   * Fetches the figures of all workers and adds them up. A worker that is late
   * counts with its last figures; one that stalls has no bitrate.
   */
  async sample(): Promise<TrafficTotals> {
    await Promise.all(
      Array.from(this.#sources, async ([worker, source]) => {
        try {
          await worker.whileResponsive(source.sample(), PATIENCE);
        } catch (error) {
          if (!(error instanceof WorkerStalledError)) {
            logger.error(
              'the traffic of worker %d is unknown: %o',
              worker.index,
              error,
            );
          }
        }
      }),
    );
    const sum = structuredClone(this.#past);
    for (const [worker, source] of this.#sources) {
      addTo(sum, source.totals);
      if (worker.responsive) {
        addBitrates(sum, source.totals);
      }
    }
    return sum;
  }
}

function bitrateOf({ rtp }: TrafficTotals, direction: FlowDirection): number {
  return rtp[direction].audio.bitrate + rtp[direction].video.bitrate;
}

/** Adds all figures but bitrates. */
function addTo(sum: TrafficTotals, part: TrafficTotals): void {
  for (const direction of FLOW_DIRECTIONS) {
    sum.transportBytes[direction] += part.transportBytes[direction];
    sum.data[direction].messages += part.data[direction].messages;
    sum.data[direction].bytes += part.data[direction].bytes;
    for (const kind of MEDIA_KINDS) {
      const flow = sum.rtp[direction][kind];
      const { bytes, packets, packetsLost } = part.rtp[direction][kind];
      flow.bytes += bytes;
      flow.packets += packets;
      flow.packetsLost += packetsLost;
    }
  }
}

function addBitrates(sum: TrafficTotals, part: TrafficTotals): void {
  for (const direction of FLOW_DIRECTIONS) {
    for (const kind of MEDIA_KINDS) {
      sum.rtp[direction][kind].bitrate += part.rtp[direction][kind].bitrate;
    }
  }
}
