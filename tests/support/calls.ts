import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import process from 'node:process';

import type { CallFact } from '../../lib/calls/CallObserver.ts';
import { Calls } from '../../lib/calls/Calls.ts';
import { CallRecords, LiveCallRooms } from '../../lib/calls/LiveCallRooms.ts';
import { callsSection } from '../../lib/calls/options.ts';
import { Translator } from '../../lib/calls/Translator.ts';
import type {
  CallDevice,
  CallEvent,
  Caller,
  CallView,
} from '../../lib/calls/types.ts';
import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import { LiveOptions } from '../../lib/core/Live.ts';
import { Logger } from '../../lib/core/logger.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { SampledLog } from '../../lib/limits/SampledLog.ts';
import type { Bans } from '../../lib/moderation/Bans.ts';
import { RoomRegistry } from '../../lib/rooms/RoomRegistry.ts';
import type { ConversationType } from '../../lib/store/CallStore.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { Rooms } from './rooms.ts';
import type { Engine } from './stores.ts';
import { lastingParts } from './lastingParts.ts';
import { until } from './until.ts';

/** The devices that people in these tests join with. */
export const MEDIA = { audioEnabled: true, videoEnabled: true };

/** Any id that nothing has. */
export const UNKNOWN_ID = 'f'.repeat(24);

/** A user by name, whose id is as unlike all others as the name. */
export function user(name: string, role = 'user'): Caller {
  return {
    key: `user:${name}`,
    userId: name,
    guestId: undefined,
    username: `${name}-name`,
    role,
    conversationId: undefined,
  };
}

/** A guest of a conversation. */
export function guest(conversationId: string): Caller {
  const guestId = randomBytes(12).toString('hex');
  return {
    key: `guest:${guestId}`,
    userId: undefined,
    guestId,
    username: 'Guest',
    role: 'guest',
    conversationId,
  };
}

/** A connected device that keeps its events. */
export class Device implements CallDevice {
  readonly caller: Caller;
  readonly language: string | undefined;
  readonly events: CallEvent[] = [];
  /** Called with each event, for devices that answer. */
  onEvent: ((event: CallEvent) => void) | undefined;
  /** Called when a sign of life is asked for; returns whether there is one. */
  onConfirm: (() => boolean) | undefined;

  constructor(caller: Caller, language?: string) {
    this.caller = caller;
    this.language = language;
  }

  deliver(event: CallEvent): void {
    this.events.push(event);
    this.onEvent?.(event);
  }

  confirm(): Promise<boolean> {
    return Promise.resolve(this.onConfirm?.() ?? true);
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  all<Type extends CallEvent['type']>(
    type: Type,
  ): Extract<CallEvent, { type: Type }>[] {
    return this.events.filter(
      (event): event is Extract<CallEvent, { type: Type }> =>
        event.type === type,
    );
  }

  /** Waits for the first event of a type. */
  next<Type extends CallEvent['type']>(
    type: Type,
  ): Promise<Extract<CallEvent, { type: Type }>> {
    return until(`${type} for ${this.caller.key}`, () => this.all(type)[0]);
  }

  /** Waits for an event of a type that fits. */
  last<Type extends CallEvent['type']>(
    type: Type,
    fits: (event: Extract<CallEvent, { type: Type }>) => boolean,
  ): Promise<Extract<CallEvent, { type: Type }>> {
    return until(`a certain ${type} for ${this.caller.key}`, () =>
      this.all(type).findLast((event) => fits(event)),
    );
  }
}

/** Calls over a real store and real workers, with options of their own. */
export class CallsHarness {
  readonly store: Store;
  readonly registry: RoomRegistry;
  readonly bans: Bans;
  calls: Calls;
  /** The facts that an observer of all calls has been told. */
  readonly facts: CallFact[] = [];
  readonly #host: Rooms;
  readonly #records = new CallRecords();
  readonly #log = new SampledLog(new Logger('test'), () => 1);
  readonly #config: LiveConfig['view'];

  private constructor(host: Rooms, store: Store) {
    this.#host = host;
    this.store = store;
    this.#config = new LiveConfig(testConfig()).view;
    const lasting = lastingParts(store, this.#config);
    this.bans = lasting.bans;
    this.registry = new RoomRegistry(
      host.server.pool,
      this.#config,
      new Metrics(),
      this.#log,
      { ...lasting, records: this.#records },
    );
    this.calls = this.#create({});
  }

  static async open(engine: Engine): Promise<CallsHarness> {
    const host = await Rooms.open();
    const store = await openStore(await engine.emptyStore(), '/');
    return new CallsHarness(host, store);
  }

  /** Replaces the calls by others with these options and limits. */
  async restart(options: object = {}, limits: object = {}): Promise<void> {
    await this.calls.close();
    this.calls = this.#create(options, limits);
  }

  async close(): Promise<void> {
    await this.calls.close();
    this.registry.close('shutdown');
    await this.#host.close();
    await this.bans.close();
    await this.store.close();
    this.#log.close();
  }

  /** Stops the media workers for the time of a task. */
  async frozen(task: () => Promise<void>): Promise<void> {
    const pids = this.#host.server.pool.alive.map(({ worker }) => worker.pid);
    for (const pid of pids) {
      process.kill(pid, 'SIGSTOP');
    }
    try {
      await task();
    } finally {
      for (const pid of pids) {
        process.kill(pid, 'SIGCONT');
      }
    }
  }

  /** Makes a conversation of users; returns its id. */
  async conversation(
    members: readonly Caller[],
    type: ConversationType = 'group',
  ): Promise<string> {
    const id = randomBytes(12).toString('hex');
    const created = await this.store.conversations.create(
      {
        id,
        type,
        title: '',
        members: members.map(({ userId = '', username }) => ({
          userId,
          username,
        })),
        creatorId: undefined,
        createdAt: new Date(),
      },
      1_000,
    );
    assert.ok(created);
    return id;
  }

  /** Connects a device that lives as long as the calls. */
  connect(caller: Caller, language?: string): Device & Disposable {
    const device = new Device(caller, language);
    const place = this.calls.register(device);
    return Object.assign(device, {
      [Symbol.dispose]: () => place[Symbol.dispose](),
    });
  }

  /** Starts a call from a device; the others join it in turn. */
  async call(
    [first, ...others]: readonly Device[],
    conversationId: string,
  ): Promise<CallView> {
    assert.ok(first);
    const { callId } = await this.calls.initiate(
      first.caller,
      { conversationId, type: 'video' },
      first,
    );
    for (const device of others) {
      await this.calls.join(device.caller, callId, MEDIA, device);
    }
    return this.calls.get(first.caller, callId);
  }

  #create(options: object, limits: object = {}): Calls {
    const section = callsSection.parse(options);
    const { translator } = section;
    const live = new LiveOptions(section).view;
    return new Calls({
      store: this.store.calls,
      conversations: this.store.conversations,
      bans: this.bans,
      rooms: new LiveCallRooms(this.registry, this.#records, live),
      limits: new LiveOptions({ ...this.#config.limits, ...limits }).view,
      options: live,
      server: section.server ?? 'this server',
      observer: { observe: (fact) => this.facts.push(fact) },
      translator:
        translator.url === undefined
          ? undefined
          : new Translator(translator.url, translator),
    });
  }
}

/** The id of a caller's participant. */
export function participantOf(call: CallView, caller: Caller): string {
  const found = call.participants.find((it) =>
    caller.userId === undefined
      ? it.anonymousUserId === caller.guestId
      : it.userId === caller.userId,
  );
  assert.ok(found);
  return found.participantId;
}
