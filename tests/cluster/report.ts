import type { NodeReport } from '../../lib/cluster/NodeReport.ts';

/** The report of a node that has nothing to do. */
export const REPORT: NodeReport = {
  state: 'serving',
  takesRooms: true,
  load: 0,
  rooms: 0,
  peers: 0,
  consumers: 0,
  cpuUsage: 0,
  workersCpuUsage: 0,
  outgoingBitrate: 0,
};
