import type { NodeReport } from '../../lib/cluster/NodeReport.ts';

/** The report of a node that has nothing to do. */
export const REPORT: NodeReport = {
  state: 'serving',
  takesRooms: true,
  load: 0,
};
