/** Keeps the screen on during a visit, where the browser can. */
export class WakeLock {
  #wanted = false;
  #lock: WakeLockSentinel | undefined;

  constructor() {
    // The browser takes the lock back when the page is hidden.
    document.addEventListener('visibilitychange', () => void this.#request());
  }

  async hold(): Promise<void> {
    this.#wanted = true;
    await this.#request();
  }

  release(): void {
    this.#wanted = false;
    void this.#lock?.release();
    this.#lock = undefined;
  }

  async #request(): Promise<void> {
    const isHeld = this.#lock?.released === false;
    if (!this.#wanted || isHeld || document.hidden) {
      return;
    }
    try {
      const lock = await navigator.wakeLock?.request('screen');
      this.#lock = lock;
      if (!this.#wanted) {
        this.release();
      }
    } catch {
      // The battery may be low; the screen goes off as usual.
    }
  }
}
