/** A note of a tone, within the tone's period. */
type Note = { frequency: number; from: number; to: number };

/** Notes that repeat; times in s. */
type Pattern = { period: number; notes: Note[] };

/** The tones of the page: a call that comes in, and one that rings elsewhere. */
export type Tone = 'incoming' | 'ringback';

const PATTERNS: Record<Tone, Pattern> = {
  incoming: {
    period: 3,
    notes: [
      { frequency: 659.26, from: 0, to: 0.4 },
      { frequency: 880, from: 0.25, to: 1 },
    ],
  },
  // As telephones in most of Europe have it.
  // See https://www.itu.int/rec/T-REC-E.180
  ringback: { period: 5, notes: [{ frequency: 425, from: 0, to: 1 }] },
};

/** The loudest sample of one note, of at most 1. */
const LOUDNESS = 0.05;

/** Time in which a note rises and falls, s: a hard edge clicks. */
const FADE = 0.03;

/** The samples of one period of a tone. */
export function samplesOf(
  tone: Tone,
  sampleRate: number,
): Float32Array<ArrayBuffer> {
  const { period, notes } = PATTERNS[tone];
  const samples = new Float32Array(Math.round(period * sampleRate));
  for (const { frequency, from, to } of notes) {
    const end = Math.round(to * sampleRate);
    for (let index = Math.round(from * sampleRate); index < end; index += 1) {
      const time = index / sampleRate;
      const edge = Math.min(time - from, to - time) / FADE;
      const level = LOUDNESS * Math.min(Math.max(edge, 0), 1);
      samples[index] =
        (samples[index] ?? 0) +
        level * Math.sin(2 * Math.PI * frequency * (time - from));
    }
  }
  return samples;
}
