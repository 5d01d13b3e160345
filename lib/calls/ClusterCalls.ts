import { randomUUID } from 'node:crypto';

import type { NodeBus } from '../cluster/NodeBus.ts';
import { AppError } from '../core/errors.ts';
import { RecentMap } from '../core/RecentMap.ts';
import { CallLink } from './CallLink.ts';
import { Calls } from './Calls.ts';
import type { CallServices } from './CallStarts.ts';
import { callErrors } from './errors.ts';
import type { CallDevice, Caller, CallView } from './types.ts';

/** The most calls of which it is remembered where they are. */
const REMEMBERED = 10_000;

/** The requests to a call that are served at its home. */
const AT_HOME = [
  'get',
  'join',
  'reject',
  'remove',
  'end',
  'endByServer',
  'switchMode',
  'acknowledgeSwitch',
  'signal',
  'setMedia',
  'participant',
  'speak',
  'submit',
] as const satisfies readonly (keyof Calls)[];

type Request = (typeof AT_HOME)[number];

type Args<Name extends Request> = Parameters<Calls[Name]>;

/**
 * The calls of a cluster. Each is at its home, the node at which it was started; it rings
 * and is heard of on the devices of all nodes, and requests to it are served there,
 * whichever node they have reached.
 */
export class ClusterCalls extends Calls {
  readonly #links = new Set<CallLink>();
  readonly #homes = new RecentMap<string, CallLink>(REMEMBERED);
  /** The questions for homes that are under way. */
  readonly #lookups = new Map<string, Promise<CallLink | undefined>>();
  readonly #store: CallServices['store'];
  readonly #devices = new Map<string, CallDevice>();
  readonly #ids = new Map<CallDevice, string>();

  constructor(services: CallServices, bus: NodeBus) {
    super(services);
    this.#store = services.store;
    bus.serve('calls', (peer) => {
      const link: CallLink = new CallLink(
        peer,
        {
          devices: this.#devices,
          has: (callId) => this.has(callId),
          connect: (device) => super.register(device),
          noteRemoved: (...member) => super.removeMember(...member),
          serve: (name, args) => this.#serve(name, args),
        },
        () => this.#links.delete(link),
      );
      this.#links.add(link);
      return link;
    });
  }

  override register(device: CallDevice): Disposable {
    const id = randomUUID();
    const place = super.register(device);
    this.#devices.set(id, device);
    this.#ids.set(device, id);
    this.#links.forEach((link) => link.noteConnected(id, device));
    return {
      [Symbol.dispose]: () => {
        place[Symbol.dispose]();
        this.#devices.delete(id);
        this.#ids.delete(device);
        this.#links.forEach((link) => link.noteGone(id));
      },
    };
  }

  override removeMember(conversationId: string, userId: string): void {
    super.removeMember(conversationId, userId);
    this.#links.forEach((link) => link.noteRemoved(conversationId, userId));
  }

  override async get(caller: Caller, callId: string): Promise<CallView> {
    const stored = await super.get(caller, callId);
    if (stored.status === 'ended' || this.has(callId)) {
      return stored;
    }
    const home = await this.#find(callId);
    if (home === undefined) {
      return stored;
    }
    try {
      return (await home.request(
        'get',
        [caller, callId],
        undefined,
      )) as CallView;
    } catch (error) {
      if (isElsewhere(error)) {
        return stored;
      }
      throw error;
    }
  }

  override join(...args: Args<'join'>) {
    return this.#at(args[1], 'join', args, () => super.join(...args));
  }

  override reject(...args: Args<'reject'>) {
    return this.#at(args[1], 'reject', args, () => super.reject(...args));
  }

  override remove(...args: Args<'remove'>) {
    return this.#at(args[1], 'remove', args, () => super.remove(...args));
  }

  override end(...args: Args<'end'>) {
    return this.#at(args[1], 'end', args, () => super.end(...args));
  }

  override endByServer(...args: Args<'endByServer'>) {
    return this.#at(args[0], 'endByServer', args, () =>
      super.endByServer(...args),
    );
  }

  override switchMode(...args: Args<'switchMode'>) {
    return this.#at(args[1], 'switchMode', args, () =>
      super.switchMode(...args),
    );
  }

  override acknowledgeSwitch(...args: Args<'acknowledgeSwitch'>) {
    return this.#at(args[1], 'acknowledgeSwitch', args, () =>
      super.acknowledgeSwitch(...args),
    );
  }

  override signal(...args: Args<'signal'>) {
    return this.#at(args[1], 'signal', args, () => super.signal(...args));
  }

  override setMedia(...args: Args<'setMedia'>) {
    return this.#at(args[1], 'setMedia', args, () => super.setMedia(...args));
  }

  override participant(...args: Args<'participant'>) {
    return this.#at(args[1], 'participant', args, () =>
      super.participant(...args),
    );
  }

  override speak(...args: Args<'speak'>) {
    return this.#at(args[1], 'speak', args, () => super.speak(...args));
  }

  override submit(...args: Args<'submit'>) {
    return this.#at(args[0], 'submit', args, () => super.submit(...args));
  }

  /**
   * Serves a request to a call here if the call is here, and else at its home. Requests
   * that come while the home is looked for wait for it, and keep their order.
   */
  async #at<Result>(
    callId: string,
    name: Request,
    args: readonly unknown[],
    here: () => Promise<Result>,
  ): Promise<Result> {
    const home = this.has(callId) ? undefined : await this.#find(callId);
    if (home === undefined) {
      return here();
    }
    const last = args.at(-1);
    // The home runs the same code, and its answer has the same type.
    return (await (isDevice(last)
      ? home.request(name, args.slice(0, -1), {
          id: this.#ids.get(last),
          device: last,
        })
      : home.request(name, args, undefined))) as Result;
  }

  /** Serves a request that another node has passed on. */
  async #serve(name: string, args: readonly unknown[]): Promise<unknown> {
    const request = AT_HOME.find((it) => it === name);
    if (request === undefined) {
      throw new TypeError(`there is no request ${name} to a call`);
    }
    return Reflect.apply(this[request], this, args) as unknown;
  }

  #known(callId: string): CallLink | undefined {
    const home = this.#homes.get(callId);
    return home?.isClosed === false ? home : undefined;
  }

  /**
   * Finds the other node that has a call, if one does.
   *
   * @throws {AppError} STORE_UNAVAILABLE.
   */
  #find(callId: string): CallLink | Promise<CallLink | undefined> | undefined {
    const lookup = this.#lookups.get(callId);
    if (lookup !== undefined) {
      return lookup;
    }
    const known = this.#known(callId);
    if (known !== undefined) {
      return known;
    }
    const looking = this.#lookUp(callId);
    this.#lookups.set(callId, looking);
    // Done before the requests that wait go on, so that none overtakes them.
    const done = () => this.#lookups.delete(callId);
    looking.then(done, done);
    return looking;
  }

  async #lookUp(callId: string): Promise<CallLink | undefined> {
    const record = await this.#store.get(callId);
    if (record === undefined || record.status === 'ended') {
      return undefined;
    }
    const found = Promise.withResolvers<CallLink | undefined>();
    const asked = Array.from(this.#links, async (link) => {
      if (await link.holds(callId)) {
        found.resolve(link);
      }
    });
    void Promise.all(asked).then(() => found.resolve(undefined));
    const home = await found.promise;
    if (home !== undefined) {
      this.#homes.set(callId, home);
    }
    return home;
  }
}

function isElsewhere(error: unknown): boolean {
  return (
    error instanceof AppError && error.code === callErrors.CALL_ELSEWHERE.code
  );
}

function isDevice(value: unknown): value is CallDevice {
  return typeof value === 'object' && value !== null && 'deliver' in value;
}
