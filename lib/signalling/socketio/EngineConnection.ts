import type { Socket as EngineSocket } from 'engine.io';

import { MessageAllowance } from '../MessageAllowance.ts';
import type { Arrival } from '../ClientLink.ts';
import type { CloseCode } from '../closeCodes.ts';
import type { SessionSections } from '../options.ts';
import type { SendBudget, Sender } from '../SendBudget.ts';
import type { Departure } from './ending.ts';

/** Sends packets as they are; they are short, and compression reveals lengths. */
const AS_IT_IS = { compress: false };

/** The ways of Engine.IO to find out that a client is silent, which it does not publish. */
interface Heart {
  sendPacket(type: 'ping'): void;
  onClose(reason: 'ping timeout'): void;
}

/** A socket in a namespace, as far as its connection has to know it. */
interface Attached {
  readonly namespace: string;
  /** Says goodbye and ends; the connection closes after it. */
  depart(departure: Departure): void;
}

/** The places that a connection holds in limits. */
export interface ConnectionPlaces {
  /** Among those that have not shown who they are. */
  readonly pending: Disposable;
  /** Among all. */
  readonly open: Disposable;
}

/**
 * One client's Engine.IO connection, by polling or WebSocket, which may change
 * from the one to the other. Namespaces share it.
 */
export class EngineConnection implements Sender {
  readonly id: string;
  readonly network: string;
  readonly #engine: EngineSocket;
  readonly #limits: SessionSections['limits'];
  readonly #budget: SendBudget;
  readonly #allowance: MessageAllowance;
  readonly #places: ConnectionPlaces;
  readonly #attached = new Map<string, Attached>();
  #waiting = 0;
  #tooSlow = false;
  #flooding = false;

  /** @param budget - The bound on the data that waits on all connections. */
  constructor(
    engine: EngineSocket,
    { limits }: Pick<SessionSections, 'limits'>,
    budget: SendBudget,
    places: ConnectionPlaces,
    { id, network }: { id: string; network: string },
  ) {
    this.id = id;
    this.network = network;
    this.#engine = engine;
    this.#limits = limits;
    this.#budget = budget;
    this.#places = places;
    this.#allowance = new MessageAllowance(limits, this);
    engine.once('close', () => {
      places.pending[Symbol.dispose]();
      places.open[Symbol.dispose]();
      budget.forget(this);
    });
  }

  /** The bytes of packets that have not been handed to the network. */
  get waiting(): number {
    return this.#waiting;
  }

  /** True if the client has a socket in a namespace. */
  isIn(namespace: string): boolean {
    return this.#attached.has(namespace);
  }

  /** Attaches a socket, the only one in its namespace. */
  attach(link: Attached): void {
    this.#attached.set(link.namespace, link);
  }

  /** Detaches a socket; the connection closes with its last. */
  detach({ namespace }: Attached): void {
    if (this.#attached.delete(namespace) && this.#attached.size === 0) {
      this.#engine.close();
    }
  }

  /** No longer counts the client among those that have not shown who they are. */
  settle(): void {
    this.#places.pending[Symbol.dispose]();
  }

  /**
   * Asks the client for a sign of life, between the pings that it gets anyway,
   * and ends the connection if none comes.
   *
   * @param timeout - Time for the answer, ms.
   * @returns False if the connection has ended.
   */
  async confirm(timeout: number): Promise<boolean> {
    if (this.#engine.readyState !== 'open') {
      return false;
    }
    const heart = this.#engine as unknown as Heart;
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => heart.onClose('ping timeout'), timeout);
    this.#engine.once('heartbeat', resolve).once('close', resolve);
    heart.sendPacket('ping');
    await answered;
    clearTimeout(timer);
    this.#engine.off('heartbeat', resolve).off('close', resolve);
    return this.#engine.readyState === 'open';
  }

  /**
   * Counts a packet.
   *
   * @returns Its verdict; undefined if it is to be dropped.
   */
  count(data: string | Buffer | undefined): Arrival | undefined {
    const arrival = this.#allowance.count(Buffer.byteLength(data ?? ''));
    return this.#flooding ? undefined : arrival;
  }

  /** Sends an encoded packet. */
  write(packet: string): void {
    if (this.#tooSlow || this.#engine.readyState !== 'open') {
      return;
    }
    const { sendBufferBytes } = this.#limits;
    if (this.#waiting > sendBufferBytes) {
      this.#giveUp(
        'limits.sendBufferBytes',
        `expected at most ${sendBufferBytes} unread bytes`,
      );
      return;
    }
    const bytes = Buffer.byteLength(packet);
    this.#waiting += bytes;
    this.#engine.write(packet, AS_IT_IS, () => {
      this.#waiting -= bytes;
    });
    this.#budget.report(this);
  }

  drop(limit: number): void {
    this.#giveUp(
      'limits.sendBufferBytesInAll',
      `expected at most ${limit} unread bytes on all connections`,
    );
  }

  /** Closes the connection with all its namespaces, in a way that clients reconnect. */
  close(reason: CloseCode, detail: string, option?: string): void {
    for (const link of this.#attached.values()) {
      link.depart({ reason, detail, option });
    }
    this.#attached.clear();
    this.#engine.close(this.#tooSlow);
  }

  /** Sends nothing more, and closes when the caller has finished. */
  #giveUp(option: string, problem: string): void {
    if (!this.#tooSlow) {
      this.#tooSlow = true;
      queueMicrotask(() =>
        this.close('slowReader', `${option}: ${problem}`, option),
      );
    }
  }

  /**
   * Drops what else comes from a client that does not slow down when told so,
   * and closes when the packets before have been handed on, and what is refused
   * of them has been answered. Socket.IO counts a packet here at once, but hands
   * its event on in `process.nextTick`, and does not tell when it has: so no
   * event marks the end of that wait, only the end of this turn of the loop.
   */
  stopFlood(problem: string): void {
    if (!this.#flooding) {
      this.#flooding = true;
      setImmediate(() =>
        this.close('flooding', problem, 'limits.messagesPerSecond'),
      );
    }
  }
}
