import { Emitter } from './Emitter.ts';
import type { SpeakerNotification } from './wire.ts';

/** As far below a loud voice as makes no difference any more, dBov. */
const QUIET = -70;

/** A voice close to the microphone; louder makes no difference, dBov. */
const LOUD = -20;

type SpeakersEvents = {
  /** Another person is the active speaker now, or none is. */
  active: [peerId: string | undefined];
  /** The loudness of each person, up to 1; those missing are silent. */
  levels: [ReadonlyMap<string, number>];
};

/** The active speaker and the levels in the room, as reported by the server. */
export class Speakers extends Emitter<SpeakersEvents> {
  handle({ method, data }: SpeakerNotification): void {
    switch (method) {
      case 'activeSpeaker':
        this.emit('active', data.peerId ?? undefined);
        break;
      case 'audioLevels':
        this.emit(
          'levels',
          new Map(data.levels.map((it) => [it.peerId, levelOf(it.volume)])),
        );
        break;
    }
  }

  /** Forgets the active speaker: the server no longer reports one. */
  clear(): void {
    this.emit('active', undefined);
    this.emit('levels', new Map());
  }
}

function levelOf(volume: number): number {
  const level = (volume - QUIET) / (LOUD - QUIET);
  // The server reports only those who are heard.
  return Math.min(Math.max(level, 0.1), 1);
}
