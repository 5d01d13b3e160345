import process from 'node:process';

import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';

import type { Config } from '../config.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A worker that was asked to close and has not within this time is killed. */
const CLOSE_TIMEOUT = 2_000;

/** What a worker process has used of the machine. */
export interface WorkerUsage {
  index: number;
  cpuSeconds: number;
  /** Most memory that it was resident with, bytes. */
  peakMemory: number;
}

/** One mediasoup worker process with the ports that its clients share. */
export class MediaWorker {
  /** Which worker of the pool this is; its successor has the same number. */
  readonly index: number;
  readonly worker: types.Worker;
  readonly webRtcServer: types.WebRtcServer;
  #consumers = 0;

  private constructor(
    index: number,
    worker: types.Worker,
    webRtcServer: types.WebRtcServer,
  ) {
    this.index = index;
    this.worker = worker;
    this.webRtcServer = webRtcServer;
  }

  /**
   * Starts the process and opens its ports.
   *
   * @param index - Which worker this is; decides its ports.
   * @throws {Error} When the process does not start or a port is taken.
   */
  static async create(index: number, config: Config): Promise<MediaWorker> {
    const worker = await withoutSignalHandlers(() =>
      createWorker({ logLevel: config.workers.logLevel }),
    );
    try {
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: listenInfos(index, config.rtc),
      });
      return new MediaWorker(index, worker, webRtcServer);
    } catch (error) {
      await end(worker);
      throw error;
    }
  }

  get closed(): boolean {
    return this.worker.closed;
  }

  /** How many consumers it carries, those of all rooms. */
  get consumers(): number {
    return this.#consumers;
  }

  /**
   * Counts one consumer more.
   *
   * @returns To be called once, when the consumer is gone.
   */
  countConsumer(): () => void {
    this.#consumers += 1;
    return () => {
      this.#consumers -= 1;
    };
  }

  /** What the process has used of the machine. */
  async usage(): Promise<WorkerUsage> {
    const { ru_utime, ru_stime, ru_maxrss } =
      await this.worker.getResourceUsage();
    return {
      index: this.index,
      cpuSeconds: (ru_utime + ru_stime) / 1_000,
      // libuv counts in KiB.
      peakMemory: ru_maxrss * 1_024,
    };
  }

  /** Ends the process; resolves when it is gone. */
  close(): Promise<void> {
    return end(this.worker);
  }
}

/** Ends a worker's process, if need be by force; resolves when it is gone. */
async function end(worker: types.Worker): Promise<void> {
  if (worker.subprocessClosed) {
    return;
  }
  const gone = new Promise<void>((resolve) => {
    worker.once('subprocessclose', resolve);
  });
  worker.close();
  const deadline = setTimeout(() => {
    process.kill(worker.pid, 'SIGKILL');
  }, CLOSE_TIMEOUT);
  await gone;
  clearTimeout(deadline);
}

function listenInfos(
  index: number,
  rtc: Config['rtc'],
): types.TransportListenInfo[] {
  const protocols: types.TransportProtocol[] = [];
  if (rtc.udp) {
    protocols.push('udp');
  }
  if (rtc.tcp) {
    protocols.push('tcp');
  }
  return protocols.map((protocol) => ({
    protocol,
    ip: rtc.listenIp,
    ...(rtc.announcedAddress && { announcedAddress: rtc.announcedAddress }),
    ...(rtc.port !== 0 && { port: rtc.port + index }),
  }));
}

/**
 * mediasoup closes its workers on SIGINT and SIGTERM through listeners of its
 * own, before the server could say goodbye to anybody. The server closes the
 * workers itself, so those listeners are taken off again. They are put on
 * synchronously, so no other listener can be mistaken for one of them.
 */
function withoutSignalHandlers<Result>(create: () => Result): Result {
  const before = SIGNALS.map((signal) => process.rawListeners(signal));
  const result = create();
  for (const [index, signal] of SIGNALS.entries()) {
    for (const listener of process.rawListeners(signal)) {
      if (!before[index]?.includes(listener)) {
        process.removeListener(signal, listener as () => void);
      }
    }
  }
  return result;
}
