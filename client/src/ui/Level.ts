/** The time between two looks at the level, ms. */
const INTERVAL = 80;

/** The root mean square of speech close to a microphone. */
const LOUD = 0.2;

/** Shows how loud a microphone is in an element with the role `meter`. */
export class Level {
  readonly #meter: HTMLElement;
  #track: MediaStreamTrack | undefined;
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(meter: HTMLElement) {
    this.#meter = meter;
  }

  /** Follows a track from now on, or none. */
  follow(track: MediaStreamTrack | undefined): void {
    if (track === this.#track) {
      return;
    }
    this.#track = track;
    clearInterval(this.#timer);
    void this.#context?.close();
    this.#context = undefined;
    this.#show(0);
    if (!track) {
      return;
    }
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#context = context;
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) {
        sum += sample * sample;
      }
      this.#show(Math.sqrt(sum / samples.length));
    }, INTERVAL);
  }

  #show(loudness: number): void {
    const level = Math.min(1, Math.sqrt(loudness / LOUD));
    this.#meter.style.setProperty('--level', level.toFixed(2));
    this.#meter.setAttribute('aria-valuenow', String(Math.round(level * 100)));
  }
}
