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
type Translations = ReadonlyMap<string, string | undefined>;

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
  /** The last text of each call, until it is relayed. */
  readonly #relays = new WeakMap<LiveCall, Promise<void>>();

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
      relay(call, participant, spoken, false, new Map());
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
   * The final texts of a call, for those who were in it.
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
    const translating = this.#translate(call, participant, spoken);
    // Translations take different times, and texts keep their order.
    const before = this.#relays.get(call);
    const relayed = (async () => {
      const translations = await translating;
      await before;
      relay(call, participant, spoken, true, translations);
    })();
    this.#relays.set(call, relayed);
    const translations = await translating;
    await relayed;
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
        Array.from(translations).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      ),
    };
    await this.#store.addTranscription(transcription);
    return transcription;
  }

  /** Translates once into each language of the other participants. */
  async #translate(
    call: LiveCall,
    speaker: Participant,
    { text, language }: SpokenText,
  ): Promise<Translations> {
    const source = baseOf(language);
    const translator = this.#translator;
    if (translator === undefined) {
      return new Map();
    }
    const targets = new Set(
      Array.from(call.participants.values())
        .filter((it) => it !== speaker && it.language !== undefined)
        .map((it) => baseOf(it.language ?? source)),
    );
    targets.delete(source);
    return new Map(
      await Promise.all(
        Array.from(
          targets,
          async (target) =>
            [target, await translator.translate(text, source, target)] as const,
        ),
      ),
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

/** Sends a text to all other participants, to each in their language. */
function relay(
  call: LiveCall,
  speaker: Participant,
  { text, language, timestamp }: SpokenText,
  isFinal: boolean,
  translations: Translations,
): void {
  if (call.ended) {
    return;
  }
  for (const participant of call.participants.values()) {
    const target = participant.language;
    const base = target === undefined ? undefined : baseOf(target);
    const translation = base === undefined ? undefined : translations.get(base);
    if (participant !== speaker) {
      participant.deliver({
        type: 'transcription',
        callId: call.id,
        participantId: speaker.id,
        username: speaker.record.username,
        text,
        language,
        translation,
        targetLanguage: translation === undefined ? undefined : target,
        timestamp,
        isFinal,
      });
      if (
        base !== undefined &&
        translations.has(base) &&
        translation === undefined
      ) {
        participant.deliver(
          errorEvent(
            call.id,
            callErrors.TRANSLATION_ERROR,
            `a text was not translated to "${base}"`,
          ),
        );
      }
    }
  }
}
