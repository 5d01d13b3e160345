import type { Signal } from './protocol.ts';

/** Most signals that are kept. */
const MAX_KEPT = 100;

/** Signals that came before the connection that they are for. */
export class EarlySignals {
  #kept: { from: string; signal: Signal }[] = [];

  add(from: string, signal: Signal): void {
    this.#kept = [...this.#kept, { from, signal }].slice(-MAX_KEPT);
  }

  /** The signals of a participant; those of others are of no use any more. */
  take(participantId: string): Signal[] {
    const signals = this.#kept
      .filter(({ from }) => from === participantId)
      .map(({ signal }) => signal);
    this.#kept = [];
    return signals;
  }
}
