/** A note of a sound: its frequency, Hz, and its times, s. */
export type Note = { frequency: number; from: number; to: number };

/** Plays notes on a speaker, by its id; empty for the one that the browser prefers. */
export async function playNotes(
  notes: readonly Note[],
  loudness: number,
  speakerId: string,
): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  const length = Math.max(...notes.map(({ to }) => to));
  for (const { frequency, from, to } of notes) {
    const note = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(loudness, from + 0.03);
    gain.gain.linearRampToValueAtTime(0, to);
    note.connect(gain).connect(output);
    note.start(from);
    note.stop(to);
    if (to === length) {
      note.onended = () => void context.close();
    }
  }
  const audio = new Audio();
  audio.srcObject = output.stream;
  if ('setSinkId' in audio) {
    await audio.setSinkId(speakerId);
  }
  await audio.play();
}
