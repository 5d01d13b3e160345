import { playNotes } from './playNotes.ts';

const NOTES = [
  { frequency: 523.25, from: 0, to: 0.35 },
  { frequency: 783.99, from: 0.3, to: 0.9 },
];

const LOUDNESS = 0.2;

/** Plays a sound on a speaker, by its id; empty for the one that the browser prefers. */
export async function playTestSound(speakerId: string): Promise<void> {
  await playNotes(NOTES, LOUDNESS, speakerId);
}
