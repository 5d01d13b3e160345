import { claimsOf } from './core/index.ts';
import type { Source } from './core/index.ts';
import type { VideoconfEvents } from './events.ts';
import { Listeners } from './Listeners.ts';
import { LocalTracks } from './LocalTracks.ts';
import type { DeviceKind, ScreenOptions } from './LocalTracks.ts';
import { roomOptions, serverOf } from './options.ts';
import type { ProjectOptions, VideoconfOptions } from './options.ts';
import { RoomWay } from './RoomWay.ts';
import { Sessions } from './Sessions.ts';
import { sessionOptions, sessionWay } from './sessionWay.ts';
import { IDLE } from './Snapshot.ts';
import type { Snapshot } from './Snapshot.ts';
import { notConnected, Stay } from './Stay.ts';
import type { StayListener } from './Stay.ts';
import { Streams } from './Streams.ts';
import type { Way } from './Way.ts';

/**
 * A client of an Atrium server: rooms by `join`, sessions with a password by
 * `createSession` and `joinSession`. It is in one of them at a time.
 */
export class VideoconfSDK {
  readonly #options: VideoconfOptions & ProjectOptions;
  readonly #sessions: Sessions | undefined;
  readonly #adaptive: boolean;
  readonly #events = new Listeners<VideoconfEvents>();
  readonly #subscribers = new Set<() => void>();
  readonly #streams = new Streams({
    added: (stream, peerId) =>
      this.#events.emit('stream-added', stream, peerId),
    removed: (peerId) => this.#events.emit('stream-removed', peerId),
  });
  readonly #local = new LocalTracks({
    changed: () => this.#renew(),
    failed: (error) => this.#events.emit('error', error),
  });
  #stay: Stay | undefined;
  #snapshot: Snapshot = IDLE;

  /** A client that enters rooms. */
  constructor(options?: VideoconfOptions);
  /**
   * A client with the key of a project, which creates and enters sessions. Videos
   * are received at their full size unless `adaptive` is set.
   */
  constructor(apiKey: string, projectId: string, options?: ProjectOptions);
  constructor(
    first: string | VideoconfOptions = {},
    _projectId?: string,
    project: ProjectOptions = {},
  ) {
    if (typeof first === 'string') {
      this.#options = sessionOptions(project);
      this.#sessions = new Sessions(serverOf(project), first);
      this.#adaptive = project.adaptive ?? false;
    } else {
      this.#options = first;
      this.#adaptive = first.adaptive ?? true;
    }
  }

  /** Calls a function after each change. Returns one that ends that. */
  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#subscribers.add(onChange);
    return () => this.#subscribers.delete(onChange);
  };

  /** The state; the same object until something changes. */
  readonly getSnapshot = (): Snapshot => this.#snapshot;

  /**
   * Calls a function whenever something happens. Streams that are there already
   * are told to new listeners of `stream-added` as well. Returns a function that
   * removes the listener.
   */
  on<Name extends keyof VideoconfEvents>(
    name: Name,
    listener: (...args: VideoconfEvents[Name]) => void,
  ): () => void {
    const remove = this.#events.add(name, listener);
    if (name === 'stream-added') {
      this.#tellStreams(
        listener as (...args: VideoconfEvents['stream-added']) => void,
      );
    }
    return remove;
  }

  off<Name extends keyof VideoconfEvents>(
    name: Name,
    listener: (...args: VideoconfEvents[Name]) => void,
  ): void {
    this.#events.remove(name, listener);
  }

  /**
   * Enters a room, after leaving another. Resolves once it is entered; as long as
   * the server does not answer, that is tried again.
   *
   * @throws {VideoconfError} The reason of the server, or LEFT.
   */
  join(room: string): Promise<void> {
    return this.#enter(
      room,
      async () => new RoomWay(await roomOptions(this.#options, room)),
    );
  }

  /** Leaves the room. Devices stay open; see `close`. */
  leave(): void {
    this.#stay?.leave();
  }

  /** Leaves the room, and closes all devices. */
  close(): void {
    this.leave();
    this.#local.close();
  }

  /** Turns the microphone on or off. Off, it stays open and silent. */
  setMicrophone(
    on: boolean,
    constraints?: MediaTrackConstraints,
  ): Promise<void> {
    return this.#local.set('microphone', on, constraints);
  }

  /** Turns the camera on, or off so that its light goes out. */
  setCamera(on: boolean, constraints?: MediaTrackConstraints): Promise<void> {
    return this.#local.set('camera', on, constraints);
  }

  /** Shares the screen, sharp by default or smooth, or stops sharing it. */
  async setScreenShare(
    on: boolean,
    options: ScreenOptions = {},
  ): Promise<void> {
    if (on) {
      await this.#local.share(options);
    } else {
      this.#local.unpublish('screen');
    }
  }

  /** Chooses a microphone or a camera by its `deviceId`. */
  setDevice(kind: DeviceKind, id: string): Promise<void> {
    return this.#local.setDevice(kind, id);
  }

  /** Sends a track, which stays open after `unpublish`. */
  publish(track: MediaStreamTrack, { source }: { source: Source }): void {
    this.#local.publish(track, source);
  }

  /** Stops sending a source. */
  unpublish(source: Source): void {
    this.#local.unpublish(source);
  }

  /**
   * Sends a message, to all others by default. During a reconnect it waits, and
   * it is never sent twice.
   *
   * @throws {VideoconfError} NOT_CONNECTED, DELIVERY_UNKNOWN, NOT_ENCRYPTED, or the
   *   reason of the server.
   */
  async send(data: unknown, to?: string | string[]): Promise<void> {
    if (!this.#stay) {
      throw notConnected();
    }
    await this.#stay.send(data, typeof to === 'string' ? [to] : to);
  }

  /** Plays the sound that the browser has refused. To be called in a click. */
  async startAudio(): Promise<void> {
    await this.#stay?.startAudio();
  }

  /**
   * Creates a session with a password, and enters it. Resolves to its address.
   *
   * @throws {VideoconfError}
   */
  async createSession(title: string, password: string): Promise<string> {
    const address = await this.#projectSessions.create(title, password);
    await this.joinSession(address, password);
    return address;
  }

  /**
   * Enters a session, after leaving another.
   *
   * @throws {VideoconfError} PASSWORD_WRONG, SESSION_NOT_FOUND, or another reason.
   */
  async joinSession(address: string, password: string): Promise<void> {
    const sessions = this.#projectSessions;
    await this.#enter(`session-${address}`, () =>
      sessionWay(sessions, { address, password }, this.#options),
    );
  }

  /** Opens camera and microphone, which are sent to the session. */
  async initializeCall(
    constraints: MediaStreamConstraints = { audio: true, video: true },
  ): Promise<void> {
    await this.#local.open(constraints);
  }

  /** The user's camera and microphone; null before `initializeCall`. */
  getLocalStream(): MediaStream | null {
    return this.#streams.all.get('local') ?? null;
  }

  /** Holds the camera back, or sends it again. */
  toggleVideo(on: boolean): void {
    this.#local.setMuted('camera', !on);
  }

  /** Holds the microphone back, or sends it again. */
  toggleAudio(on: boolean): void {
    this.#local.setMuted('mic', !on);
  }

  /** Leaves the session, and closes camera and microphone. */
  async leaveCall(): Promise<void> {
    this.close();
  }

  get #projectSessions(): Sessions {
    if (!this.#sessions) {
      throw new TypeError(
        'sessions: expected a client made with an API key, got one without',
      );
    }
    return this.#sessions;
  }

  #enter(place: string, find: () => Promise<Way>): Promise<void> {
    const before = this.#stay;
    if (before?.place === place && before.state !== 'ended') {
      return before.entered;
    }
    this.#stay = undefined;
    before?.leave();
    const stay: Stay = new Stay(place, {
      local: this.#local,
      adaptive: this.#adaptive,
      listener: this.#listenerOf(() => this.#stay === stay),
    });
    this.#stay = stay;
    this.#tellState();
    void stay.enter(find);
    return stay.entered;
  }

  /** Passes on what happens during a stay, until another takes its place. */
  #listenerOf(isCurrent: () => boolean): StayListener {
    const events = this.#events;
    const whileCurrent =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args): void => {
        if (isCurrent()) {
          act(...args);
        }
      };
    return {
      changed: whileCurrent(() => this.#renew()),
      stateChanged: whileCurrent(() => this.#tellState()),
      resumed: whileCurrent(() => events.emit('resumed')),
      mediaReset: whileCurrent(() => events.emit('mediaReset')),
      failed: whileCurrent((error) => events.emit('error', error)),
      message: whileCurrent((from, data) =>
        events.emit('message', { from, data }),
      ),
      serverMessage: whileCurrent((data) =>
        events.emit('server-message', { data }),
      ),
      chatCleared: whileCurrent(() => events.emit('chat-cleared')),
      joined: whileCurrent((it) => events.emit('participant-joined', it)),
      left: whileCurrent((it) => events.emit('participant-left', it)),
      trackAdded: whileCurrent((track, it) =>
        events.emit('track-added', track, it),
      ),
      trackRemoved: whileCurrent((track, it) =>
        events.emit('track-removed', track, it),
      ),
    };
  }

  #tellState(): void {
    this.#renew();
    this.#events.emit('state', this.#snapshot);
  }

  /** Makes a new snapshot, and tells the subscribers. */
  #renew(): void {
    const stay = this.#stay;
    if (stay) {
      const { state, endReason, error, position } = stay;
      const { activeSpeaker, audioBlocked } = stay;
      const ended = state === 'ended';
      this.#snapshot = Object.freeze({
        state,
        endReason,
        error,
        position,
        self: selfOf(stay, this.#local),
        participants: ended ? [] : stay.participants,
        activeSpeaker: ended ? undefined : activeSpeaker,
        audioBlocked,
      });
    }
    this.#streams.update(this.#snapshot, this.#local.views);
    for (const subscriber of this.#subscribers) {
      subscriber();
    }
  }

  #tellStreams(
    listener: (...args: VideoconfEvents['stream-added']) => void,
  ): void {
    const there = [...this.#streams.all];
    queueMicrotask(() => {
      for (const [peerId, stream] of there) {
        if (
          this.#events.has('stream-added', listener) &&
          this.#streams.all.get(peerId) === stream
        ) {
          listener(stream, peerId);
        }
      }
    });
  }
}

/** The user as the snapshot shows them; undefined until the room is known. */
function selfOf(
  { self, speaking }: Stay,
  { views }: LocalTracks,
): Snapshot['self'] {
  if (!self) {
    return undefined;
  }
  const { peerId, displayName, token, rights } = self;
  const claim = token === undefined ? undefined : claimsOf(token)['role'];
  return Object.freeze({
    id: peerId,
    name: displayName,
    role: rights?.role ?? (typeof claim === 'string' ? claim : undefined),
    permissions: rights?.permissions,
    speaking,
    tracks: views,
  });
}
