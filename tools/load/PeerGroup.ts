import { Failure } from './Failure.ts';
import { LoadPeer } from './LoadPeer.ts';
import type { Part } from './LoadPeer.ts';
import type { Engine } from './Media.ts';
import { addTraffic, NO_TRAFFIC } from './Media.ts';
import type { Errors, Progress } from './Progress.ts';
import { Silence } from './Silence.ts';

/** A peer that is sent in at some time. */
export interface Entry extends Part {
  /** From the start, ms. */
  at: number;
}

/** The peers of one process. */
export class PeerGroup {
  readonly #engine: Engine;
  readonly #peers: LoadPeer[] = [];
  readonly #silences = new Map<LoadPeer, Silence>();
  /** The ids of peers that have been silent once. */
  readonly #silent = new Set<string>();
  readonly #timers: NodeJS.Timeout[];
  readonly #joins: number[] = [];
  readonly #firstPackets: number[] = [];
  readonly #errors: Record<string, Errors> = {};
  /** One failure may end several things. */
  readonly #counted = new WeakSet<Failure>();
  #failed = 0;
  #left = false;

  constructor(entries: readonly Entry[], engine: Engine) {
    this.#engine = engine;
    this.#timers = entries.map((entry) =>
      setTimeout(() => void this.#send(entry), entry.at),
    );
  }

  async progress(): Promise<Progress> {
    const { user, system } = process.cpuUsage();
    const peers = Array.from(this.#peers);
    const sum = (field: 'sends' | 'receives'): number =>
      peers.reduce((total, peer) => total + peer[field], 0);
    const traffics = await Promise.all(peers.map((it) => it.traffic()));
    for (const [index, peer] of peers.entries()) {
      const { receivedPackets } = traffics[index] ?? NO_TRAFFIC;
      if (this.#silences.get(peer)?.look(receivedPackets, peer.isSentTo)) {
        this.#silent.add(peer.id);
      }
    }
    return {
      started: peers.length,
      joined: this.#joins.length,
      failed: this.#failed,
      sends: sum('sends'),
      receives: sum('receives'),
      traffic: addTraffic(traffics),
      silent: Array.from(this.#silent),
      joins: this.#joins,
      firstPackets: this.#firstPackets,
      errors: this.#errors,
      cpu: (user + system) / 1e6,
    };
  }

  /** Ends all peers. */
  async leave(): Promise<void> {
    this.#left = true;
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
    await Promise.all(this.#peers.map((peer) => peer.leave()));
  }

  async #send(entry: Entry): Promise<void> {
    const peer = new LoadPeer(entry, this.#engine, (failure) => {
      this.#count(failure);
    });
    this.#peers.push(peer);
    const since = performance.now();
    try {
      await peer.join();
    } catch (error) {
      this.#count(Failure.of('join', error));
      this.#failed += 1;
      await peer.leave();
      return;
    }
    this.#joins.push(performance.now() - since);
    this.#silences.set(peer, new Silence());
    await peer.firstPacket;
    this.#firstPackets.push(performance.now() - since);
  }

  #count(failure: Failure): void {
    if (this.#left || this.#counted.has(failure)) {
      return;
    }
    this.#counted.add(failure);
    const { code, message } = failure;
    const errors = (this.#errors[code] ??= { count: 0, example: message });
    errors.count += 1;
  }
}
