import { Emitter } from '../core/index.ts';

/** The time between two looks at the levels, ms. */
const INTERVAL = 250;

/** The least level of speech, linear: about -50 dBov. */
const SPEECH = 0.003;

/** The microphones to listen to. */
export type Voices = {
  others: ReadonlyMap<string, RTCRtpReceiver>;
  /** The user's own, as it is sent. */
  own: { peerId: string; sender: RTCRtpSender } | undefined;
};

type LoudnessEvents = {
  /** The loudness of each person, up to 1; those missing are silent. */
  levels: [ReadonlyMap<string, number>];
  /** Another person is the active speaker now. */
  active: [peerId: string];
};

/** The people who are speaking, by what the browser measures of their sound. */
export class Loudness extends Emitter<LoudnessEvents> {
  readonly #voices: () => Voices;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #active: string | undefined;

  /** Takes the microphones that are connected at the moment. */
  constructor(voices: () => Voices) {
    super();
    this.#voices = voices;
  }

  start(): void {
    this.#timer ??= this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #next(): ReturnType<typeof setTimeout> {
    return setTimeout(() => void this.#look(), INTERVAL);
  }

  async #look(): Promise<void> {
    const { others, own } = this.#voices();
    const levels = new Map<string, number>();
    for (const [peerId, receiver] of others) {
      const [source] = receiver.getSynchronizationSources();
      note(levels, peerId, source?.audioLevel ?? 0);
    }
    if (own) {
      note(levels, own.peerId, await levelOf(own.sender));
    }
    if (this.#timer === undefined) {
      return;
    }
    this.#timer = this.#next();
    this.emit('levels', levels);
    const [loudest] = [...levels].toSorted((a, b) => b[1] - a[1]);
    if (loudest && loudest[0] !== this.#active) {
      this.#active = loudest[0];
      this.emit('active', loudest[0]);
    }
  }
}

function note(
  levels: Map<string, number>,
  peerId: string,
  level: number,
): void {
  if (level > SPEECH) {
    levels.set(peerId, Math.min(level, 1));
  }
}

/** The level of a track that is sent, linear. */
async function levelOf(sender: RTCRtpSender): Promise<number> {
  const stats = await sender.getStats();
  for (const stat of stats.values() as Iterable<{
    type: string;
    audioLevel?: number;
  }>) {
    if (stat.type === 'media-source') {
      return stat.audioLevel ?? 0;
    }
  }
  return 0;
}
