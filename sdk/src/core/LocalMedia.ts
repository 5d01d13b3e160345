import { openDevices } from './devices.ts';
import type {
  DeviceConstraints,
  DeviceFailures,
  DeviceSource,
} from './devices.ts';
import { Emitter } from './Emitter.ts';
import type { Publisher } from './Publisher.ts';
import type { Source } from './wire.ts';

/** `muted` keeps the device open, `off` has released it. */
export type LocalState = 'off' | 'starting' | 'on' | 'muted';

/** A problem with the user's devices. */
export type DeviceProblem =
  /** Some could not be opened. */
  | { kind: 'unopened'; failures: DeviceFailures }
  /** The device went away while it was used. */
  | { kind: 'lost'; source: DeviceSource }
  /** The server or the browser refused to send the track. */
  | { kind: 'unsent'; source: DeviceSource; error: Error }
  /** A moderator has muted it. */
  | { kind: 'muted'; source: DeviceSource }
  /** A moderator asks the user to turn it on. */
  | { kind: 'wanted'; source: DeviceSource };

type LocalMediaEvents = {
  change: [];
  /** Devices are being opened: earlier problems with them may be solved. */
  opening: [];
  problem: [DeviceProblem];
};

/** The user's own microphone and camera, and their way into the room. */
export class LocalMedia extends Emitter<LocalMediaEvents> {
  readonly #publisher: Publisher;
  readonly #tracks = new Map<DeviceSource, MediaStreamTrack>();
  readonly #states = new Map<DeviceSource, LocalState>();
  readonly #constraints: DeviceConstraints;
  /** The last change of the constraints of each. */
  readonly #changes = new Map<DeviceSource, symbol>();
  #closed = false;

  /** @param constraints - How devices are opened, beside the usual constraints. */
  constructor(publisher: Publisher, constraints: DeviceConstraints = {}) {
    super();
    this.#publisher = publisher;
    this.#constraints = { ...constraints };
    publisher.on('publishFailed', (source, error) => {
      if (source !== 'mic' && source !== 'camera') {
        return;
      }
      this.#release(source);
      this.emit('problem', { kind: 'unsent', source, error });
    });
  }

  state(source: DeviceSource): LocalState {
    return this.#states.get(source) ?? 'off';
  }

  track(source: DeviceSource): MediaStreamTrack | undefined {
    return this.#tracks.get(source);
  }

  /** Opens devices and publishes their tracks. */
  async open(sources: DeviceSource[]): Promise<void> {
    const closed = sources.filter((source) => this.state(source) === 'off');
    for (const source of closed) {
      this.#states.set(source, 'starting');
    }
    this.emit('opening');
    this.emit('change');
    const { tracks, failures } = await openDevices(closed, this.#constraints);
    if (this.#closed) {
      stopAll(tracks);
      return;
    }
    for (const source of closed) {
      const track = tracks.get(source);
      if (track) {
        this.#adopt(source, track);
      } else {
        this.#states.delete(source);
      }
    }
    this.emit('change');
    if (failures.size > 0) {
      this.emit('problem', { kind: 'unopened', failures });
    }
  }

  /** Takes over tracks of devices that were opened before, and publishes them. */
  adopt(tracks: ReadonlyMap<DeviceSource, MediaStreamTrack>): void {
    for (const [source, track] of tracks) {
      this.#adopt(source, track);
    }
    this.emit('change');
  }

  /**
   * Opens a device under these constraints from now on. One that is open is opened
   * anew and takes the place of the one before, which goes on if that fails.
   */
  async setConstraints(
    source: DeviceSource,
    constraints: MediaTrackConstraints,
  ): Promise<void> {
    this.#constraints[source] = constraints;
    const change = Symbol(source);
    this.#changes.set(source, change);
    if (!this.#tracks.has(source)) {
      return;
    }
    const { tracks, failures } = await openDevices([source], {
      [source]: constraints,
    });
    const before = this.#tracks.get(source);
    const track = tracks.get(source);
    if (!before || this.#changes.get(source) !== change) {
      stopAll(tracks);
      return;
    }
    if (track) {
      before.onended = null;
      before.stop();
      this.#adopt(source, track, this.state(source) === 'muted');
      this.emit('change');
    } else {
      this.emit('problem', { kind: 'unopened', failures });
    }
  }

  /** Mutes or unmutes the microphone; opens it first when it is off. */
  async toggleMic(): Promise<void> {
    const state = this.state('mic');
    if (state === 'off') {
      await this.open(['mic']);
    }
    if (state !== 'on' && state !== 'muted') {
      return;
    }
    const mute = state === 'on';
    this.#publisher.setPaused('mic', mute);
    this.#states.set('mic', mute ? 'muted' : 'on');
    this.emit('change');
  }

  /** Shows that a moderator has muted the microphone. */
  showMuted(): void {
    if (this.state('mic') === 'on') {
      this.#states.set('mic', 'muted');
      this.emit('change');
      this.emit('problem', { kind: 'muted', source: 'mic' });
    }
  }

  /** Shows that a moderator asks the user to speak, or to be seen. */
  showWanted(source: Source): void {
    if (source === 'mic' || source === 'camera') {
      this.emit('problem', { kind: 'wanted', source });
    }
  }

  /** Turns the camera on, or off so that its light goes out. */
  async toggleCamera(): Promise<void> {
    if (this.state('camera') === 'on') {
      this.#release('camera');
    } else if (this.state('camera') === 'off') {
      await this.open(['camera']);
    }
  }

  /** Releases both devices for good. */
  close(): void {
    this.#closed = true;
    stopAll(this.#tracks);
    this.#tracks.clear();
    this.#states.clear();
  }

  #adopt(source: DeviceSource, track: MediaStreamTrack, muted = false): void {
    this.#tracks.set(source, track);
    this.#states.set(source, muted ? 'muted' : 'on');
    // Emitted when the device goes away, not when the page itself stops it.
    track.onended = () => {
      this.#release(source);
      this.emit('problem', { kind: 'lost', source });
    };
    this.#publisher.publish(source, track, muted);
  }

  #release(source: DeviceSource): void {
    const track = this.#tracks.get(source);
    if (!track) {
      return;
    }
    track.onended = null;
    track.stop();
    this.#tracks.delete(source);
    this.#states.delete(source);
    this.#publisher.unpublish(source);
    this.emit('change');
  }
}

function stopAll(tracks: ReadonlyMap<DeviceSource, MediaStreamTrack>): void {
  for (const track of tracks.values()) {
    track.stop();
  }
}
