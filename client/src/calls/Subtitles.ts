import { Emitter } from 'videoconf-sdk/core';
import { text } from '../texts/texts.ts';
import { calls } from '../texts/en/calls.ts';

/** The part of the browsers' speech recognition that the page uses. */
type Recognition = EventTarget & {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: ResultEvent) => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  onend: (() => void) | null;
  start: () => void;
  abort: () => void;
};

type ResultEvent = {
  resultIndex: number;
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>;
};

type RecognitionClass = new () => Recognition;

type Events = {
  change: [];
  text: [text: string, isFinal: boolean];
  problem: [words: () => string];
};

/** True in browsers that can recognise speech. */
export function canRecognise(): boolean {
  return recognitionClass() !== undefined;
}

/**
 * The user's own words as texts, by the browser's speech recognition. It has a
 * microphone of its own, and so it rests while the user is muted.
 */
export class Subtitles extends Emitter<Events> {
  readonly #language: string;
  #active = false;
  #muted = true;
  #recognition: Recognition | undefined;

  constructor(language: string) {
    super();
    this.#language = language;
  }

  /** True once the user has turned them on, also while they rest. */
  get active(): boolean {
    return this.#active;
  }

  toggle(): void {
    this.#setActive(!this.#active);
  }

  /** Rests while the user does not want to be heard. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#review();
  }

  /** Stops listening. */
  close(): void {
    this.#setActive(false);
  }

  #setActive(active: boolean): void {
    this.#active = active;
    this.#review();
    this.emit('change');
  }

  #review(): void {
    const listens = this.#active && !this.#muted;
    if (listens && !this.#recognition) {
      this.#start();
    } else if (!listens && this.#recognition) {
      const recognition = this.#recognition;
      this.#recognition = undefined;
      recognition.abort();
    }
  }

  #start(): void {
    const Class = recognitionClass();
    if (!Class) {
      return;
    }
    const recognition = new Class();
    this.#recognition = recognition;
    recognition.lang = this.#language;
    recognition.continuous = true;
    recognition.interimResults = true;
    recognition.onresult = (event) => {
      if (this.#recognition === recognition) {
        this.#onResult(event);
      }
    };
    recognition.onerror = ({ error }) => {
      if (isProblem(error) && this.#recognition === recognition) {
        this.close();
        this.emit('problem', () => text(`recognition.${error}`));
      }
    };
    // Browsers stop after a silence, and have to be asked to go on.
    recognition.onend = () => {
      if (this.#recognition === recognition) {
        recognition.start();
      }
    };
    recognition.start();
  }

  #onResult({ resultIndex, results }: ResultEvent): void {
    for (const result of Array.from(results).slice(resultIndex)) {
      const spoken = result[0]?.transcript.trim();
      if (spoken) {
        this.emit('text', spoken, result.isFinal);
      }
    }
  }
}

/** True of an error that the user has to know about. */
function isProblem(error: string): error is keyof typeof calls.recognition {
  return Object.hasOwn(calls.recognition, error);
}

function recognitionClass(): RecognitionClass | undefined {
  const scope = globalThis as {
    SpeechRecognition?: RecognitionClass;
    webkitSpeechRecognition?: RecognitionClass;
  };
  return scope.SpeechRecognition ?? scope.webkitSpeechRecognition;
}
