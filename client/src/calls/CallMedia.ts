import { Emitter } from 'videoconf-sdk/core';
import type {
  ConnectionQuality,
  LocalSource,
  MediaPath,
  Publisher,
  Size,
  Source,
} from 'videoconf-sdk/core';
import { roleOf } from './Person.ts';
import type { CallServices, DirectRole, Person } from './Person.ts';
import { DirectLeg } from './DirectLeg.ts';
import { EarlySignals } from './EarlySignals.ts';
import { GOOD, tracksInUse } from './Leg.ts';
import type { Condition, Leg, Tracks } from './Leg.ts';
import type { CallMode, Signal } from './protocol.ts';
import { ServerLeg } from './ServerLeg.ts';
import type { Self } from './ServerLeg.ts';
import { ShownLegs } from './ShownLegs.ts';
import { Wait } from './Wait.ts';

/** The time that the old leg is kept for others who say nothing, ms. */
const KEEP_TIME = 15_000;

/** For the last message to the other to get through, ms. */
const PARTING_TIME = 500;

/** The pause before the server is tried again, ms. */
const PAUSE = 1_500;

type Events = {
  change: [];
  publishFailed: [Source, Error];
  /** Media is lost; undefined once it is back. */
  problem: [text: string | undefined];
};

/**
 * The media of a call, over one leg or, during a switch, over both: everyone is
 * shown by the old one until the new one has a picture of them.
 */
export class CallMedia extends Emitter<Events> implements Publisher {
  readonly #self: Self;
  readonly #services: CallServices;
  readonly #sources = new Map<Source, LocalSource>();
  readonly #shown = new ShownLegs();
  #people: Person[] = [];
  #joinedAt = '';
  #mode: CallMode = 'p2p';
  #direct: DirectLeg | undefined;
  #server: ServerLeg | undefined;
  #openingDirect = false;
  #openingServer = false;
  readonly #wait = new Wait();
  readonly #early = new EarlySignals();
  #otherShown: CallMode | undefined;
  #keepTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(self: Self, services: CallServices) {
    super();
    this.#self = self;
    this.#services = services;
  }

  /** The way of the media: the old leg during a switch, as long as it works. */
  get path(): MediaPath {
    return this.#legs.some((it) => it.reached)
      ? 'open'
      : (this.#wanted?.path ?? 'open');
  }

  /** The quality of the user's own connection, over the leg of the mode. */
  get quality(): ConnectionQuality {
    return this.#wanted?.quality ?? 'good';
  }

  /** The condition of a person's media, as received. */
  conditionOf({ participantId }: Person): Condition {
    return this.#shown.of(participantId)?.conditionOf(participantId) ?? GOOD;
  }

  /**
   * The received tracks of a person, without those that are not sent at the
   * moment; undefined for one of whom nothing is received.
   */
  tracksOf({ participantId, media }: Person): Tracks | undefined {
    const leg = this.#shown.of(participantId);
    const tracks = leg?.tracksOf(participantId);
    // The direct leg has all tracks from the start.
    return leg === this.#direct && tracks ? tracksInUse(tracks, media) : tracks;
  }

  /**
   * Goes on with these people, in this mode.
   *
   * @param role - The part in a new direct connection, if not the usual one.
   */
  update(
    mode: CallMode,
    people: Person[],
    joinedAt: string,
    role?: DirectRole,
  ): void {
    this.#people = people;
    this.#joinedAt = joinedAt;
    const present = new Set(people.map((it) => it.participantId));
    this.#shown.keep(present);
    if (this.#direct && !present.has(this.#direct.participantId)) {
      this.#closeDirect();
    }
    this.#mode = mode;
    if (mode === 'sfu') {
      void this.#openServer();
    } else if (people.length === 1 && people[0]) {
      void this.#openDirect(people[0], role);
    }
    this.#review();
  }

  /** Opens the other leg. False if it does not work in time. */
  async switchTo(mode: CallMode, time: number): Promise<boolean> {
    this.update(mode, this.#people, this.#joinedAt);
    const done = (): boolean =>
      mode === 'sfu'
        ? this.#server?.reached === true
        : this.#direct?.reached === true &&
          this.#people.every(
            (it) => this.#shown.of(it.participantId) === this.#direct,
          );
    const switched = await this.#wait.until(done, time);
    if (this.#mode !== mode || this.#closed) {
      return false;
    }
    if (switched) {
      this.#closeOtherIn(KEEP_TIME);
    }
    return switched;
  }

  /** Takes a signal of another participant. */
  handle(from: string, signal: Signal): void {
    const person = this.#people.find((it) => it.participantId === from);
    const isOffer = signal.type === 'offer';
    if (isOffer && this.#direct?.isForeign(signal.sdp)) {
      // The other has loaded the page again, and has a new connection.
      this.#closeDirect();
    }
    if (this.#direct?.participantId === from) {
      this.#direct.handle(signal);
      return;
    }
    this.#early.add(from, signal);
    if (isOffer && person && this.#mode === 'p2p') {
      void this.#openDirect(person, 'answerer');
    }
  }

  /** Tries again at once where media does not get through. */
  retryNow(): void {
    this.#server?.retryNow();
    if (this.#direct?.broken) {
      this.#direct.negotiate();
    }
  }

  publish(source: Source, track: MediaStreamTrack, paused = false): void {
    track.enabled = !paused;
    this.#sources.set(source, { track, paused });
    for (const leg of this.#legs) {
      leg.publish(source, track, paused);
    }
  }

  unpublish(source: Source): void {
    this.#sources.delete(source);
    for (const leg of this.#legs) {
      leg.unpublish(source);
    }
  }

  setPaused(source: Source, paused: boolean): void {
    const local = this.#sources.get(source);
    if (local) {
      this.publish(source, local.track, paused);
    }
  }

  setDisplaySize(track: MediaStreamTrack, size: Size | undefined): void {
    this.#server?.setDisplaySize(track, size);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#keepTimer);
    clearTimeout(this.#retryTimer);
    this.#closeDirect();
    this.#closeServer();
    this.#shown.close();
    this.#wait.cancel();
  }

  #roleTo(person: Person): DirectRole {
    return roleOf(this.#joinedAt, this.#self.participantId, person);
  }

  get #legs(): Leg[] {
    return [this.#direct, this.#server].filter((it) => it !== undefined);
  }

  get #wanted(): Leg | undefined {
    return this.#mode === 'sfu' ? this.#server : this.#direct;
  }

  async #openDirect(
    person: Person,
    role = this.#roleTo(person),
  ): Promise<void> {
    if (this.#direct || this.#openingDirect) {
      return;
    }
    this.#openingDirect = true;
    const { participantId } = person;
    let iceServers: RTCIceServer[] = [];
    try {
      iceServers = await this.#services.iceServers();
    } catch (error) {
      // Between browsers in one network it works without them.
      this.emit('problem', (error as Error).message);
    }
    this.#openingDirect = false;
    if (this.#closed) {
      return;
    }
    const present = this.#people.some(
      (it) => it.participantId === participantId,
    );
    if (present && this.#mode === 'p2p') {
      this.#beginDirect(new DirectLeg(participantId, role, iceServers));
    } else {
      this.update(this.#mode, this.#people, this.#joinedAt);
    }
  }

  #beginDirect(leg: DirectLeg): void {
    this.#direct = leg;
    leg.on('signal', (signal) =>
      this.#services.signal(leg.participantId, signal),
    );
    leg.on('stuck', () => this.#onStuck(leg));
    leg.on('shown', (mode) => {
      this.#otherShown = mode;
      this.#closeOtherIfDone();
    });
    this.#follow(leg);
    for (const signal of this.#early.take(leg.participantId)) {
      leg.handle(signal);
    }
  }

  /** Begins anew where both wait for the other's offer. */
  #onStuck(leg: DirectLeg): void {
    const [person] = this.#people;
    if (this.#direct === leg && person) {
      this.#closeDirect();
      if (this.#roleTo(person) === 'offerer') {
        void this.#openDirect(person);
      }
    }
  }

  async #openServer(): Promise<void> {
    if (this.#server || this.#openingServer) {
      return;
    }
    this.#openingServer = true;
    try {
      const token = await this.#services.token();
      if (!this.#closed && this.#mode === 'sfu') {
        const leg = new ServerLeg(this.#self, token);
        this.#server = leg;
        leg.on('ended', (problem) => this.#onServerEnded(leg, problem));
        this.#follow(leg);
        leg.open();
      }
    } catch (error) {
      this.#retryServer((error as Error).message);
    } finally {
      this.#openingServer = false;
    }
  }

  #onServerEnded(leg: ServerLeg, problem: string): void {
    if (this.#server === leg) {
      this.#closeServer();
      this.#retryServer(problem);
    }
  }

  #retryServer(problem: string): void {
    if (!this.#closed && this.#mode === 'sfu') {
      this.emit('problem', problem);
      clearTimeout(this.#retryTimer);
      this.#retryTimer = setTimeout(() => {
        if (this.#mode === 'sfu') {
          void this.#openServer();
        }
      }, PAUSE);
    }
  }

  /** Sends what the user publishes by a new leg, and shows what comes. */
  #follow(leg: Leg): void {
    for (const [source, { track, paused }] of this.#sources) {
      leg.publish(source, track, paused);
    }
    leg.on('change', () => {
      if (this.#legs.includes(leg)) {
        if (leg === this.#wanted && leg.reached) {
          this.emit('problem', undefined);
        }
        this.#review();
      }
    });
    leg.on('publishFailed', (source, error) =>
      this.emit('publishFailed', source, error),
    );
  }

  /** Shows people by the leg of the mode, as soon as it has media of them. */
  #review(): void {
    const wanted = this.#wanted;
    for (const person of this.#people) {
      const { participantId } = person;
      const shown = this.#shown.of(participantId);
      if (!wanted?.tracksOf(participantId) || shown === wanted) {
        continue;
      }
      if (shown) {
        void this.#change(person, wanted);
      } else {
        this.#show(participantId, wanted);
      }
    }
    this.#wait.check();
    this.emit('change');
  }

  /** Shows a person by another leg once it has all that the old one shows. */
  async #change(person: Person, leg: Leg): Promise<void> {
    const { participantId } = person;
    const now = this.tracksOf(person);
    if (await this.#shown.isReady(participantId, leg, now)) {
      if (leg === this.#wanted) {
        this.#show(participantId, leg);
      }
      this.#review();
    }
  }

  #show(participantId: string, leg: Leg): void {
    this.#shown.set(participantId, leg);
    if (this.#direct?.participantId === participantId) {
      this.#direct.tellShown(this.#mode);
      this.#closeOtherIfDone();
    }
  }

  /** Closes the old leg once neither of the two needs it. */
  #closeOtherIfDone(): void {
    const { participantId } = this.#direct ?? {};
    if (
      participantId !== undefined &&
      this.#otherShown === this.#mode &&
      this.#shown.of(participantId) === this.#wanted
    ) {
      this.#closeOtherIn(PARTING_TIME);
    }
  }

  #closeOtherIn(time: number): void {
    clearTimeout(this.#keepTimer);
    this.#keepTimer = setTimeout(() => this.settle(), time);
  }

  /** Gives up the leg that the mode does not use. */
  settle(): void {
    clearTimeout(this.#keepTimer);
    if (this.#mode === 'sfu') {
      this.#closeDirect();
    } else {
      this.#closeServer();
    }
    this.#review();
  }

  #closeDirect(): void {
    this.#direct?.close();
    this.#shown.drop(this.#direct);
    this.#direct = undefined;
    this.#otherShown = undefined;
  }

  #closeServer(): void {
    this.#server?.close();
    this.#shown.drop(this.#server);
    this.#server = undefined;
  }
}
