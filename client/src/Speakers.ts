import { Emitter } from './Emitter.ts';
import type { SpeakerNotification } from './protocol.ts';

/** As far below a loud voice as makes no difference any more, dBov. */
const QUIET = -70;

/** A voice close to the microphone; louder makes no difference, dBov. */
const LOUD = -20;

type SpeakersEvents = {
  /** Somebody else speaks most now, or nobody does. */
  active: [peerId: string | undefined];
  /** How loud people are, up to 1; who is not in it is silent. */
  levels: [ReadonlyMap<string, number>];
};

/** Who speaks in the room, the user included, as the server tells. */
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

  /** Nobody is known to speak: whoever listened for it is gone. */
  clear(): void {
    this.emit('active', undefined);
    this.emit('levels', new Map());
  }
}

function levelOf(volume: number): number {
  const level = (volume - QUIET) / (LOUD - QUIET);
  // Whoever is told of at all is heard.
  return Math.min(Math.max(level, 0.1), 1);
}
