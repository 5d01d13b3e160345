import type { Source } from './core/index.ts';
import type { Snapshot } from './Snapshot.ts';

/** A listener for streams that come and go. */
export interface StreamsListener {
  added: (stream: MediaStream, peerId: string) => void;
  removed: (peerId: string) => void;
}

type Tracks = ReadonlyMap<
  Source,
  { readonly mediaStreamTrack: MediaStreamTrack | undefined }
>;

/** The name of the user among the streams. */
const LOCAL = 'local';

/** The streams of a person: camera and microphone in one, the screen in another. */
const PARTS: readonly (readonly [suffix: string, sources: Source[]])[] = [
  ['', ['camera', 'mic']],
  [':screen', ['screen', 'screen-audio']],
];

/**
 * One MediaStream for each person, and one for each screen, whose tracks come
 * and go in the same object.
 */
export class Streams {
  readonly #listener: StreamsListener;
  readonly #streams = new Map<string, MediaStream>();

  constructor(listener: StreamsListener) {
    this.#listener = listener;
  }

  /** The streams at the moment, by their peerId. */
  get all(): ReadonlyMap<string, MediaStream> {
    return this.#streams;
  }

  /** Brings the streams up to the state of a snapshot. */
  update({ participants }: Snapshot, local: Tracks): void {
    const wanted = new Map<string, MediaStreamTrack[]>();
    for (const { id, tracks } of participants) {
      collect(id, tracks, wanted);
    }
    // A participant may have this id, too; the user takes precedence.
    wanted.delete(LOCAL);
    collect(LOCAL, local, wanted);
    for (const peerId of this.#streams.keys()) {
      if (!wanted.has(peerId)) {
        this.#streams.delete(peerId);
        this.#listener.removed(peerId);
      }
    }
    for (const [peerId, tracks] of wanted) {
      this.#fill(peerId, tracks);
    }
  }

  #fill(peerId: string, tracks: MediaStreamTrack[]): void {
    const known = this.#streams.get(peerId);
    const stream = known ?? new MediaStream();
    for (const track of stream.getTracks()) {
      if (!tracks.includes(track)) {
        stream.removeTrack(track);
      }
    }
    // Adds only those that are not in it yet.
    for (const track of tracks) {
      stream.addTrack(track);
    }
    if (!known) {
      this.#streams.set(peerId, stream);
      this.#listener.added(stream, peerId);
    }
  }
}

function collect(
  id: string,
  tracks: Tracks,
  wanted: Map<string, MediaStreamTrack[]>,
): void {
  for (const [suffix, sources] of PARTS) {
    const present = sources.flatMap(
      (source) => tracks.get(source)?.mediaStreamTrack ?? [],
    );
    if (present.length > 0) {
      wanted.set(`${id}${suffix}`, present);
    }
  }
}
