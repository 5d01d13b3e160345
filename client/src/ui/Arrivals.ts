import { preferences } from '../preferences.ts';
import { showText } from '../texts/show.ts';
import { sentences, text } from '../texts/texts.ts';
import { announce } from './announce.ts';
import { find } from './find.ts';
import { playNotes } from './playNotes.ts';

/** The time for which a line is shown after the last change of it, ms. */
const SHOWN = 4_000;

/** Most that the line says at a time: of many people who join at once, the last. */
const MOST = 2;

/** Two notes that rise when someone joins, and fall when someone leaves. */
const SOUNDS = {
  joined: [
    { frequency: 523.25, from: 0, to: 0.15 },
    { frequency: 659.25, from: 0.12, to: 0.35 },
  ],
  left: [
    { frequency: 523.25, from: 0, to: 0.15 },
    { frequency: 392, from: 0.12, to: 0.35 },
  ],
};

const LOUDNESS = 0.08;

/**
 * Tells of people who join and leave: in a line over the pictures for a while, to
 * screen readers, and with a sound if the user wants one.
 */
export class Arrivals {
  readonly #line: HTMLElement;
  readonly #recent: (() => string)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: ParentNode) {
    this.#line = find(root, '#arrivals', HTMLElement);
  }

  /** Tells that a person of this name has joined or left. */
  tell(what: keyof typeof SOUNDS, name: string): void {
    const words = (): string => text(`room.${what}`, { name });
    announce(words());
    if (this.#timer === undefined) {
      this.#play(what);
    }
    this.#recent.push(words);
    this.#recent.splice(0, this.#recent.length - MOST);
    const shown = [...this.#recent];
    showText(this.#line, () => shown.map((it) => it()).reduce(sentences));
    this.#line.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.clear(), SHOWN);
  }

  /** Takes the line away. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#recent.length = 0;
    this.#line.hidden = true;
  }

  /** Once for people who come and go together. */
  #play(what: keyof typeof SOUNDS): void {
    const { arrivalSound, speakerId } = preferences();
    if (arrivalSound) {
      playNotes(SOUNDS[what], LOUDNESS, speakerId).catch((error: unknown) =>
        console.warn('The sound of arrivals cannot be played:', error),
      );
    }
  }
}
