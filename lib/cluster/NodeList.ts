import type { NodeFigures, NodeReport } from './NodeReport.ts';

/** A node of the cluster, as its last heartbeat has it. */
export interface ListedNode<Report extends NodeReport = NodeReport> {
  /** The id of this run of it. */
  readonly id: string;
  /** The host and port at which other nodes reach it; undefined where there are none. */
  readonly address?: string | undefined;
  readonly report: Report;
  /** The time of that heartbeat. */
  readonly heardAt: Date;
}

/** The nodes of the cluster, as one of them knows them. */
export interface NodeList {
  /** The node that knows them, as it is now. */
  readonly self: ListedNode<NodeReport & NodeFigures>;
  /** The others whose reports can be read. */
  readonly others: readonly ListedNode[];
}
