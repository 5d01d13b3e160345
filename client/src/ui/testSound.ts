/** Two notes, each with its frequency, Hz, and its times, s. */
const NOTES = [
  { frequency: 523.25, from: 0, to: 0.35 },
  { frequency: 783.99, from: 0.3, to: 0.9 },
] as const;

/** The end of the last note, s. */
const LENGTH = Math.max(...NOTES.map(({ to }) => to));

const LOUDNESS = 0.2;

/** Plays a sound on a speaker, by its id; empty for the one that the browser prefers. */
export async function playTestSound(speakerId: string): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  for (const { frequency, from, to } of NOTES) {
    const note = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(LOUDNESS, from + 0.03);
    gain.gain.linearRampToValueAtTime(0, to);
    note.connect(gain).connect(output);
    note.start(from);
    note.stop(to);
    if (to === LENGTH) {
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
