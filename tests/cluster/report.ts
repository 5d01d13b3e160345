import type { NodeReport } from '../../lib/cluster/NodeReport.ts';

/** The report of a node that has nothing to do. */
export const REPORT: NodeReport = {
  state: 'serving',
  takesRooms: true,
  load: 0,
  rooms: 0,
  peers: 0,
  consumers: 0,
  version: '1.0.0',
  startedAt: '2026-01-01T00:00:00.000Z',
};
