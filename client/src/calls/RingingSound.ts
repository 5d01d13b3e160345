import { samplesOf } from './tones.ts';
import type { Tone } from './tones.ts';

const KEY = 'atrium.sound';

/** Events after which browsers let a page make sounds. */
const GESTURES = ['pointerup', 'keydown'] as const;

/**
 * The sound of calls that ring, unless the user has switched it off. Browsers
 * allow none before the user has touched the page: until then it is silent.
 */
export class RingingSound {
  #on = loadOn();
  #wanted: Tone | undefined;
  #playing: { tone: Tone; source: AudioBufferSourceNode } | undefined;
  #context: AudioContext | undefined;

  constructor() {
    for (const name of GESTURES) {
      document.addEventListener(name, () => this.#unlock(), {
        capture: true,
        passive: true,
      });
    }
  }

  get on(): boolean {
    return this.#on;
  }

  /** Switches the sound on or off, on later visits as well. */
  switch(on: boolean): void {
    this.#on = on;
    saveOn(on);
    this.#update();
  }

  /** Plays a tone until another is wanted, or none. */
  play(tone: Tone | undefined): void {
    this.#wanted = tone;
    this.#update();
  }

  #update(): void {
    const tone = this.#on ? this.#wanted : undefined;
    if (tone === this.#playing?.tone) {
      return;
    }
    this.#playing?.source.stop();
    this.#playing?.source.disconnect();
    this.#playing = undefined;
    if (tone === undefined) {
      settle(this.#context?.suspend());
      return;
    }
    this.#context ??= new AudioContext();
    const source = sourceOf(tone, this.#context);
    source.start();
    this.#playing = { tone, source };
    settle(this.#context.resume());
  }

  /** Takes the permission that comes with a gesture, for this ring or later ones. */
  #unlock(): void {
    if (this.#context === undefined) {
      this.#context = new AudioContext();
      settle(this.#context.suspend());
    } else if (this.#playing !== undefined) {
      settle(this.#context.resume());
    }
  }
}

/** A tone that repeats, once it is started. */
function sourceOf(tone: Tone, context: AudioContext): AudioBufferSourceNode {
  const { sampleRate } = context;
  const samples = samplesOf(tone, sampleRate);
  const source = context.createBufferSource();
  source.buffer = context.createBuffer(1, samples.length, sampleRate);
  source.buffer.copyToChannel(samples, 0);
  source.loop = true;
  source.connect(context.destination);
  return source;
}

/** Takes a refusal of the browser for what it is: no sound. */
function settle(change: Promise<void> | undefined): void {
  change?.catch((error: unknown) => {
    console.warn('The ringing makes no sound:', error);
  });
}

function loadOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

function saveOn(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // Without storage it has to be switched off again next time.
  }
}
