import { SOURCES } from './core/index.ts';
import type { Source } from './core/index.ts';
import type { Playback } from './Playback.ts';
import { RemoteTrack } from './RemoteTrack.ts';
import type { Participant, Track } from './Snapshot.ts';
import type { RemotePerson, Way } from './Way.ts';

/** A listener for changes of the participants. */
export interface ParticipantsListener {
  joined: (participant: Participant) => void;
  left: (participant: Participant) => void;
  trackAdded: (track: Track, participant: Participant) => void;
  trackRemoved: (track: Track, participant: Participant) => void;
  /** Anything has changed that a snapshot shows. */
  changed: () => void;
}

/** The properties of a participant that their way reports. */
type Profile = Pick<
  Participant,
  'name' | 'role' | 'permissions' | 'reconnecting'
>;

/** A participant with the sources that outlast their tracks. */
type Entry = { view: Participant; sources: Map<Source, RemoteTrack> };

/** The others in a place, as views that never change. */
export class Participants {
  readonly #way: Way;
  readonly #playback: Playback;
  readonly #listener: ParticipantsListener;
  readonly #entries = new Map<string, Entry>();
  /** Receives everything at its full size, for streams. */
  readonly #streamed: boolean;
  #speaking: ReadonlySet<string> = new Set();

  constructor(
    way: Way,
    playback: Playback,
    listener: ParticipantsListener,
    { streamed }: { streamed: boolean },
  ) {
    this.#way = way;
    this.#playback = playback;
    this.#listener = listener;
    this.#streamed = streamed;
    way.on('person', (person) => this.#follow(person));
    way.on('personLeft', (peerId) => this.#remove(peerId));
    way.on('levels', (levels) => this.#setSpeaking(levels));
  }

  get views(): Participant[] {
    return [...this.#entries.values()].map(({ view }) => view);
  }

  /** Lets go of all elements. */
  close(): void {
    for (const { sources } of this.#entries.values()) {
      for (const source of sources.values()) {
        source.close();
      }
    }
  }

  #follow(person: RemotePerson): void {
    const { peerId: id, displayName: name, rights, reconnecting } = person;
    const now = {
      name,
      role: rights?.role,
      permissions: rights?.permissions,
      reconnecting,
    };
    const known = this.#entries.get(id);
    const sources = known?.sources ?? new Map<Source, RemoteTrack>();
    let changed = !known || differs(known.view, now);
    for (const source of SOURCES) {
      const remote = person.get(source);
      if (remote && !sources.has(source)) {
        sources.set(source, this.#trackOf(id, source));
      }
      changed = (sources.get(source)?.follow(remote) ?? false) || changed;
    }
    if (!changed) {
      return;
    }
    this.#renew({
      sources,
      view: known?.view ?? {
        id,
        ...now,
        speaking: this.#speaking.has(id),
        tracks: new Map(),
      },
      now,
      isNew: !known,
    });
  }

  #renew({
    sources,
    view: before,
    now,
    isNew = false,
  }: Entry & { now?: Profile; isNew?: boolean }): void {
    const view: Participant = Object.freeze({
      ...before,
      ...now,
      tracks: viewsOf(sources),
    });
    this.#entries.set(view.id, { view, sources });
    if (isNew) {
      this.#listener.joined(view);
    }
    for (const [source, track] of before.tracks) {
      if (
        track.mediaStreamTrack &&
        !view.tracks.get(source)?.mediaStreamTrack
      ) {
        this.#listener.trackRemoved(track, view);
      }
    }
    for (const [source, track] of view.tracks) {
      const earlier = before.tracks.get(source)?.mediaStreamTrack;
      if (track.mediaStreamTrack && !earlier) {
        this.#listener.trackAdded(track, view);
      }
    }
    this.#listener.changed();
  }

  #trackOf(id: string, source: Source): RemoteTrack {
    const track = new RemoteTrack(source, this.#way, this.#playback, () => {
      const entry = this.#entries.get(id);
      if (entry) {
        this.#renew(entry);
      }
    });
    if (this.#streamed) {
      track.stream();
    }
    return track;
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) {
      return;
    }
    this.#entries.delete(id);
    for (const source of entry.sources.values()) {
      source.close();
    }
    for (const track of entry.view.tracks.values()) {
      if (track.mediaStreamTrack) {
        this.#listener.trackRemoved(track, entry.view);
      }
    }
    this.#listener.left(entry.view);
    this.#listener.changed();
  }

  #setSpeaking(levels: ReadonlyMap<string, number>): void {
    this.#speaking = new Set(levels.keys());
    let changed = false;
    for (const [id, { view, sources }] of this.#entries) {
      const speaking = levels.has(id);
      if (speaking !== view.speaking) {
        changed = true;
        const renewed = Object.freeze({ ...view, speaking });
        this.#entries.set(id, { view: renewed, sources });
      }
    }
    if (changed) {
      this.#listener.changed();
    }
  }
}

function differs(before: Profile, now: Profile): boolean {
  return (
    before.name !== now.name ||
    before.role !== now.role ||
    before.permissions !== now.permissions ||
    before.reconnecting !== now.reconnecting
  );
}

function viewsOf(
  sources: ReadonlyMap<Source, RemoteTrack>,
): ReadonlyMap<Source, Track> {
  const views = new Map<Source, Track>();
  for (const [source, { view }] of sources) {
    if (view) {
      views.set(source, view);
    }
  }
  return views;
}
