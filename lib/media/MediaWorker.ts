import process from 'node:process';

import type { types } from 'mediasoup';

import { listenAddresses } from './addresses.ts';
import type { MediaOptions, RtcOptions } from './options.ts';
import { startWorkerProcess } from './workerProcess.ts';
import { WorkerProbe } from './WorkerProbe.ts';

/** A worker that was asked to close and has not within this time is killed. */
const CLOSE_TIMEOUT = 2_000;

/** A worker does not answer, and may or may not do so again. */
export class WorkerStalledError extends Error {
  constructor() {
    super('the media worker does not answer');
    this.name = 'WorkerStalledError';
  }
}

/** Resources used by a worker process. */
export interface WorkerUsage {
  index: number;
  pid: number;
  cpuSeconds: number;
  /** Peak resident memory, bytes. */
  peakMemory: number;
}

/** One mediasoup worker process with the ports that its clients share. */
export class MediaWorker {
  /** Its number in the pool; its successor has the same. */
  readonly index: number;
  readonly worker: types.Worker;
  readonly webRtcServer: types.WebRtcServer;
  /** Detects that the process stops answering, and has it killed if it hangs. */
  readonly probe: WorkerProbe;
  readonly #settled = Promise.withResolvers<void>();
  #consumers = 0;

  private constructor(
    index: number,
    worker: types.Worker,
    webRtcServer: types.WebRtcServer,
    probe: WorkerProbe,
  ) {
    this.index = index;
    this.worker = worker;
    this.webRtcServer = webRtcServer;
    this.probe = probe;
    // Requests wait here, one listener each.
    this.probe.setMaxListeners(0);
  }

  /**
   * Starts the process and opens its ports.
   *
   * @param index - Which worker this is; decides its ports.
   * @throws {Error} When the process does not start or a port is taken.
   */
  static async create(
    index: number,
    config: MediaOptions,
  ): Promise<MediaWorker> {
    const { logLevel, hangTimeout } = config.workers;
    const worker = await startWorkerProcess({ logLevel }, hangTimeout);
    const probe = new WorkerProbe(
      () => worker.getResourceUsage(),
      config.workers,
    );
    worker.observer.once('close', () => probe.stop());
    // Requests that wait for the process are refused when it is dead.
    probe.once('hung', () => kill(worker));
    try {
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: listenInfos(index, config.rtc),
      });
      return new MediaWorker(index, worker, webRtcServer, probe);
    } catch (error) {
      await end(worker);
      throw error;
    }
  }

  get closed(): boolean {
    return this.worker.closed;
  }

  /** True while it is alive and answers in time. */
  get responsive(): boolean {
    return !this.closed && !this.probe.stalled;
  }

  /**
   * Waits for the answer to a request while the worker is responsive.
   *
   * @param patience - The longest wait, ms.
   * @throws {WorkerStalledError} If the worker stalls, or the wait is over.
   */
  async whileResponsive<Answer>(
    answer: Promise<Answer>,
    patience?: number,
  ): Promise<Answer> {
    const stalled = Promise.withResolvers<never>();
    const giveUp = (): void => stalled.reject(new WorkerStalledError());
    const timer =
      patience === undefined ? undefined : setTimeout(giveUp, patience);
    this.probe.once('stalled', giveUp);
    if (this.probe.stalled) {
      giveUp();
    }
    try {
      return await Promise.race([answer, stalled.promise]);
    } finally {
      clearTimeout(timer);
      this.probe.off('stalled', giveUp);
    }
  }

  /** The number of consumers on it, of all rooms. */
  get consumers(): number {
    return this.#consumers;
  }

  /**
   * Counts one more consumer.
   *
   * @returns A function to be called once, when the consumer has closed.
   */
  countConsumer(): () => void {
    this.#consumers += 1;
    return () => {
      this.#consumers -= 1;
    };
  }

  /** The resources used by the process so far. */
  async usage(): Promise<WorkerUsage> {
    const { ru_utime, ru_stime, ru_maxrss } =
      await this.worker.getResourceUsage();
    return {
      index: this.index,
      pid: this.worker.pid,
      cpuSeconds: (ru_utime + ru_stime) / 1_000,
      // libuv counts in KiB.
      peakMemory: ru_maxrss * 1_024,
    };
  }

  /**
   * Fulfilled after the end of the process, once nothing new is placed on it.
   */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Fulfils {@link settled}. */
  settle(): void {
    this.#settled.resolve();
  }

  /** Ends the process; fulfilled when it is gone. */
  async close(): Promise<void> {
    await end(this.worker);
    this.settle();
  }

  /** Ends the process at once, without a chance to tidy up. */
  kill(): void {
    kill(this.worker);
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
  const deadline = setTimeout(() => kill(worker), CLOSE_TIMEOUT);
  await gone;
  clearTimeout(deadline);
}

function kill({ pid, subprocessClosed }: types.Worker): void {
  // The number may be that of another process afterwards.
  if (subprocessClosed) {
    return;
  }
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended a moment ago, and its pipes are about to say so.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

function listenInfos(
  index: number,
  rtc: RtcOptions,
): types.TransportListenInfo[] {
  const addresses = listenAddresses(rtc);
  const protocols: types.TransportProtocol[] = [];
  if (rtc.udp) {
    protocols.push('udp');
  }
  if (rtc.tcp) {
    protocols.push('tcp');
  }
  return protocols.flatMap((protocol) =>
    addresses.map((address) => ({
      protocol,
      ...address,
      ...(rtc.port !== 0 && { port: rtc.port + index }),
    })),
  );
}
