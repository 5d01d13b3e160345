import { Emitter } from '../core/index.ts';
import type { Rights, Source } from '../core/index.ts';
import type {
  Identity,
  Reception,
  RemotePerson,
  RemoteSource,
  Way,
  WayEvents,
} from '../Way.ts';
import type { Mesh } from './Mesh.ts';

/** A person who may be seen through the server, directly, or both. */
class MixedPerson implements RemotePerson {
  readonly peerId: string;
  room: RemotePerson | undefined;
  direct: RemotePerson | undefined;

  constructor(peerId: string) {
    this.peerId = peerId;
  }

  get displayName(): string {
    return (this.room ?? this.direct)?.displayName ?? '';
  }

  get rights(): Rights | undefined {
    return this.room?.rights;
  }

  get reconnecting(): boolean {
    return (this.room ?? this.direct)?.reconnecting ?? false;
  }

  get(source: Source): RemoteSource | undefined {
    return this.room?.get(source) ?? this.direct?.get(source);
  }
}

/** The ways by which a person may be seen. */
type Part = 'room' | 'direct';

/**
 * The way to everyone in a session: through the server to those who are in the
 * room as well, and directly to the others.
 */
export class SessionWay extends Emitter<WayEvents> implements Way {
  readonly #room: Way;
  readonly #mesh: Mesh;
  readonly #people = new Map<string, MixedPerson>();
  /** The loudness of people, by the way that tells. */
  readonly #levels: Record<Part, ReadonlyMap<string, number>> = {
    room: new Map(),
    direct: new Map(),
  };

  constructor(room: Way, mesh: Mesh) {
    super();
    this.#room = room;
    this.#mesh = mesh;
    this.#follow('room', room);
    this.#follow('direct', mesh);
    room.on('mediaReset', () => this.emit('mediaReset'));
    room.on('muted', () => this.emit('muted'));
    room.on('self', () => this.emit('self'));
    room.on('serverMessage', (data) => this.emit('serverMessage', data));
    room.on('chatCleared', () => this.emit('chatCleared'));
    room.on('state', (state) => {
      if (state.name === 'connected') {
        // Before that, the others would take the user for one without the room.
        mesh.join();
      } else if (state.name === 'ended') {
        mesh.leave();
      }
      this.emit('state', state);
    });
    mesh.on('state', (state) => {
      if (state.name === 'ended' && state.error) {
        this.emit('failed', state.error);
      }
    });
  }

  get self(): Identity {
    return this.#room.self;
  }

  join(): void {
    this.#room.join();
  }

  leave(): void {
    this.#room.leave();
  }

  retryNow(): void {
    this.#room.retryNow();
    this.#mesh.retryNow();
  }

  publish(source: Source, track: MediaStreamTrack, paused?: boolean): void {
    this.#room.publish(source, track, paused);
    this.#mesh.publish(source, track, paused);
  }

  unpublish(source: Source): void {
    this.#room.unpublish(source);
    this.#mesh.unpublish(source);
  }

  setPaused(source: Source, paused: boolean): void {
    this.#room.setPaused(source, paused);
    this.#mesh.setPaused(source, paused);
  }

  receive(track: MediaStreamTrack, reception: Reception): void {
    this.#room.receive(track, reception);
    this.#mesh.receive(track, reception);
  }

  async send(data: unknown, to: string[] | undefined): Promise<void> {
    const direct = to?.filter((peerId) => this.#mesh.reaches(peerId));
    const others = to?.filter((peerId) => !direct?.includes(peerId));
    await Promise.all([
      direct?.length === 0 ? undefined : this.#mesh.send(data, direct),
      others?.length === 0 ? undefined : this.#room.send(data, others),
    ]);
  }

  #follow(part: Part, way: Way): void {
    way.on('person', (person) => this.#note(part, person));
    way.on('personLeft', (peerId) => this.#forget(part, peerId));
    way.on('levels', (levels) => {
      this.#levels[part] = levels;
      this.emit(
        'levels',
        new Map([...this.#levels.direct, ...this.#levels.room]),
      );
    });
    way.on('active', (peerId) => this.emit('active', peerId));
    way.on('message', (from, data) => this.emit('message', from, data));
    way.on('failed', (error) => this.emit('failed', error));
    way.on('publishFailed', (...failure) =>
      this.emit('publishFailed', ...failure),
    );
  }

  #note(part: Part, person: RemotePerson): void {
    let mixed = this.#people.get(person.peerId);
    if (!mixed) {
      mixed = new MixedPerson(person.peerId);
      this.#people.set(person.peerId, mixed);
    }
    mixed[part] = person;
    this.emit('person', mixed);
  }

  #forget(part: Part, peerId: string): void {
    const mixed = this.#people.get(peerId);
    if (!mixed?.[part]) {
      return;
    }
    mixed[part] = undefined;
    if (mixed.room || mixed.direct) {
      this.emit('person', mixed);
    } else {
      this.#people.delete(peerId);
      this.emit('personLeft', peerId);
    }
  }
}
