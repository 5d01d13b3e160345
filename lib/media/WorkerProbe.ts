import { EventEmitter } from 'node:events';

/** Longest time between two checks of the clock, ms. */
const MAX_TICK = 250;

/** Times of a probe, ms. */
export interface ProbeTimes {
  /** Between two requests. */
  readonly probeInterval: number;
  /** Until a worker that does not answer gets no new work. */
  readonly probeTimeout: number;
  /** Until a worker that does not answer counts as hung. */
  readonly hangTimeout: number;
}

/**
 * Probes a worker with a cheap request at an interval. Emits "stalled" when an
 * answer is overdue, "recovered" with the time that it took when it arrives late,
 * and "hung" when it is not to be expected any more.
 *
 * Time counts only while this process runs: time in which it was stopped or had
 * no CPU says nothing about the worker.
 */
export class WorkerProbe extends EventEmitter<{
  stalled: [];
  recovered: [silence: number];
  hung: [];
}> {
  readonly #ask: () => Promise<unknown>;
  readonly #times: ProbeTimes;
  readonly #timer: NodeJS.Timeout;
  readonly #tick: number;
  #lookedAt = performance.now();
  /** The time since the last request, while this process ran, ms. */
  #elapsed = 0;
  #waiting = false;
  #stalled = false;
  #stopped = false;

  /** @param ask - Sends the request; a refusal is an answer, too. */
  constructor(ask: () => Promise<unknown>, times: ProbeTimes) {
    super();
    this.#ask = ask;
    this.#times = times;
    this.#tick = Math.min(MAX_TICK, times.probeInterval, times.probeTimeout);
    this.#timer = setInterval(() => this.#look(), this.#tick);
  }

  /** True while an answer is overdue. */
  get stalled(): boolean {
    return this.#stalled;
  }

  /** Ends the probing, because the worker has closed. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    this.#elapsed += Math.min(now - this.#lookedAt, 2 * this.#tick);
    this.#lookedAt = now;
    const { probeInterval, probeTimeout, hangTimeout } = this.#times;
    if (!this.#waiting) {
      if (this.#elapsed >= probeInterval) {
        this.#probe();
      }
    } else if (this.#elapsed >= hangTimeout) {
      this.stop();
      this.emit('hung');
    } else if (this.#elapsed >= probeTimeout && !this.#stalled) {
      this.#stalled = true;
      this.emit('stalled');
    }
  }

  #probe(): void {
    this.#waiting = true;
    this.#elapsed = 0;
    const onAnswer = (): void => this.#answered();
    this.#ask().then(onAnswer, onAnswer);
  }

  #answered(): void {
    this.#waiting = false;
    if (this.#stalled && !this.#stopped) {
      this.#stalled = false;
      this.emit('recovered', this.#elapsed);
    }
  }
}
