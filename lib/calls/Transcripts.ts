import { AppError } from '../core/errors.ts';
import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import type {
  Calls as CallStore,
  TranscriptionRecord,
} from '../store/CallStore.ts';
import { callErrors } from './errors.ts';
import type { LiveCall } from './LiveCall.ts';
import type { LiveCalls } from './LiveCalls.ts';
import type { Participant } from './Participant.ts';
import { newId } from './People.ts';
import { requireOwn, requireParticipation } from './permissions.ts';
import type { Translator } from './Translator.ts';
import type { Caller, SpokenText } from './types.ts';
import { errorEvent } from './views.ts';

/** Translations by language, as the translator calls it. */
type Translations = ReadonlyMap<string, Promise<string | undefined>>;

/** A text as one participant receives it. */
interface Relayed {
  readonly isFinal: boolean;
  readonly translation?: string | undefined;
  readonly targetLanguage?: string | undefined;
}

/** A language as translators call it: `fr` for `fr-CA`. */
function baseOf(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? '';
}

/** The texts of calls: relayed as they are spoken, translated, and stored. */
export class Transcripts {
  readonly #calls: LiveCalls;
  readonly #store: CallStore;
  readonly #limits: Live<Limits>;
  readonly #translator: Translator | undefined;
  /** The last text for each participant, until it is relayed. */
  readonly #relays = new WeakMap<Participant, Promise<void>>();

  constructor(
    calls: LiveCalls,
    store: CallStore,
    limits: Live<Limits>,
    translator: Translator | undefined,
  ) {
    this.#calls = calls;
    this.#store = store;
    this.#limits = limits;
    this.#translator = translator;
  }

  /**
   * Relays a text that a participant has recognised to the others; a final one
   * is translated and stored as well.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PERMISSION_DENIED,
   *   TRANSCRIPTION_ERROR, STORE_UNAVAILABLE.
   */
  async speak(
    caller: Caller,
    callId: string,
    spoken: SpokenText & { isFinal: boolean; participantId?: string },
  ): Promise<void> {
    const { call, participant } = await this.#calls.in(callId, caller);
    requireOwn(participant, spoken.participantId);
    this.#requireText(spoken);
    if (spoken.isFinal) {
      await this.#keep(call, participant, spoken);
    } else {
      for (const listener of listenersOf(call, participant)) {
        relay(call, participant, spoken, listener, { isFinal: false });
      }
    }
  }

  /**
   * Relays, translates and stores a text that a media server has recognised.
   *
   * @throws {AppError} CALL_NOT_FOUND, CALL_ENDED, PARTICIPANT_NOT_FOUND,
   *   TRANSCRIPTION_ERROR, STORE_UNAVAILABLE.
   */
  async submit(
    callId: string,
    participantId: string,
    spoken: SpokenText,
    confidence?: number,
  ): Promise<TranscriptionRecord> {
    const call = await this.#calls.get(callId);
    const participant = call.people.get(participantId);
    this.#requireText(spoken);
    return this.#keep(call, participant, spoken, confidence);
  }

  /**
   * The final texts of a call, for people who were in it.
   *
   * @throws {AppError} CALL_NOT_FOUND, PERMISSION_DENIED, STORE_UNAVAILABLE.
   */
  async list(
    caller: Caller,
    callId: string,
    page: { limit: number; offset: number },
  ): Promise<{ transcriptions: TranscriptionRecord[]; total: number }> {
    requireParticipation(caller, await this.#calls.record(callId));
    return this.#store.transcriptions(callId, page);
  }

  /** Stops the translator. */
  close(): void {
    this.#translator?.close();
  }

  async #keep(
    call: LiveCall,
    participant: Participant,
    spoken: SpokenText,
    confidence?: number,
  ): Promise<TranscriptionRecord> {
    const translations = this.#translate(call, participant, spoken);
    // A slow translation delays those alone who wait for it.
    await Promise.all(
      listenersOf(call, participant).map((listener) =>
        this.#relayFinal(call, participant, spoken, listener, translations),
      ),
    );
    const translated = await Promise.all(
      Array.from(
        translations,
        async ([target, translation]) => [target, await translation] as const,
      ),
    );
    const { text, language, timestamp } = spoken;
    const transcription = {
      id: newId(),
      callId: call.id,
      participantId: participant.id,
      text,
      language,
      timestamp,
      confidence,
      translations: Object.fromEntries(
        translated.flatMap(([target, translation]) =>
          translation === undefined ? [] : [[target, translation]],
        ),
      ),
    };
    await this.#store.addTranscription(transcription);
    return transcription;
  }

  /** Relays a text with its translation, after those before it. */
  #relayFinal(
    call: LiveCall,
    speaker: Participant,
    spoken: SpokenText,
    listener: Participant,
    translations: Translations,
  ): Promise<void> {
    const { language } = listener;
    const target = language === undefined ? undefined : baseOf(language);
    const asked = target === undefined ? undefined : translations.get(target);
    const before = this.#relays.get(listener);
    const relayed = (async () => {
      const translation = await asked;
      await before;
      if (call.ended || !call.participants.has(listener.id)) {
        return;
      }
      relay(call, speaker, spoken, listener, {
        isFinal: true,
        translation,
        targetLanguage: translation === undefined ? undefined : language,
      });
      if (asked !== undefined && translation === undefined) {
        listener.deliver(
          errorEvent(
            call.id,
            callErrors.TRANSLATION_ERROR,
            `a text was not translated to "${target}"`,
          ),
        );
      }
    })();
    this.#relays.set(listener, relayed);
    return relayed;
  }

  /** Translates once into each language of the other participants. */
  #translate(
    call: LiveCall,
    speaker: Participant,
    { text, language }: SpokenText,
  ): Translations {
    const source = baseOf(language);
    const translator = this.#translator;
    if (translator === undefined) {
      return new Map();
    }
    const targets = new Set(
      listenersOf(call, speaker).map((it) => baseOf(it.language ?? source)),
    );
    targets.delete(source);
    return new Map(
      Array.from(targets, (target) => [
        target,
        translator.translate(text, source, target),
      ]),
    );
  }

  /** @throws {AppError} TRANSCRIPTION_ERROR. */
  #requireText({ text }: SpokenText): void {
    const { transcriptionLength } = this.#limits;
    if (text.trim() === '' || text.length > transcriptionLength) {
      throw new AppError(
        callErrors.TRANSCRIPTION_ERROR,
        `text: expected 1 to ${transcriptionLength} characters, got ${text.trim() === '' ? 'none' : text.length}`,
        { option: 'limits.transcriptionLength' },
      );
    }
    if (text.includes('\0') || !text.isWellFormed()) {
      throw new AppError(
        callErrors.TRANSCRIPTION_ERROR,
        'text: expected no null characters and no halves of characters, got one',
      );
    }
  }
}

/** Participants other than the one who speaks. */
function listenersOf(call: LiveCall, speaker: Participant): Participant[] {
  return Array.from(call.participants.values()).filter((it) => it !== speaker);
}

/** Sends a text to a participant. */
function relay(
  call: LiveCall,
  speaker: Participant,
  { text, language, timestamp }: SpokenText,
  listener: Participant,
  { isFinal, translation, targetLanguage }: Relayed,
): void {
  listener.deliver({
    type: 'transcription',
    callId: call.id,
    participantId: speaker.id,
    username: speaker.record.username,
    text,
    language,
    translation,
    targetLanguage,
    timestamp,
    isFinal,
  });
}
