import { EventEmitter } from 'node:events';

/** Longest time between two looks at the clock, ms. */
const MAX_TICK = 250;

/** Times of a probe, ms. */
export interface ProbeTimes {
  /** Between two requests. */
  readonly probeInterval: number;
  /** Until a worker that does not answer is passed over. */
  readonly probeTimeout: number;
  /** Until a worker that does not answer is given up. */
  readonly hangTimeout: number;
}

/**
 * Sends a cheap request to a worker again and again, and judges the worker by
 * the time that the answer takes. Emits "stalled" when an answer is overdue,
 * "recovered" with the time that it took when it comes after all, and "hung"
 * when the worker is to be given up.
 *
 * Time counts only while this process runs: what it slept through, stopped or
 * starved of CPU, says nothing of the worker.
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
  /** Since the last request was sent, while this process ran, ms. */
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

  /** Whether an answer is overdue. */
  get stalled(): boolean {
    return this.#stalled;
  }

  /** Ends the probing, as the worker does not live any more. */
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
