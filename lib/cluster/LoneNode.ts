import type { Cluster, NodeServer } from './Cluster.ts';
import type { NodeList } from './NodeList.ts';
import type { NodeFigures } from './NodeReport.ts';
import { LOCAL_ROOMS } from './RoomDirectory.ts';

/** The part of a server that is alone, in a cluster of this node. */
export class LoneNode implements Cluster {
  readonly id: string;
  readonly rooms = LOCAL_ROOMS;
  readonly reachable = undefined;
  readonly hasOthers = false;
  readonly links = 0;
  readonly connections = { to: 0, from: 0 };
  readonly #region: string | undefined;
  #figures: (() => NodeFigures) | undefined;

  /** @param id - The id of this run of the node. */
  constructor(id: string, region: string | undefined) {
    this.id = id;
    this.#region = region;
  }

  /** @throws {Error} Before it has started. */
  get nodes(): NodeList {
    if (this.#figures === undefined) {
      throw new Error('the node has no figures yet');
    }
    const report = { ...this.#figures(), region: this.#region };
    return { self: { id: this.id, report, heardAt: new Date() }, others: [] };
  }

  start({ figures }: NodeServer): Promise<void> {
    this.#figures = figures;
    return Promise.resolve();
  }

  drain(): void {
    // There are no others to tell.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
