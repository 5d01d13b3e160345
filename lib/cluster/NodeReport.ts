import { z } from 'zod';

const count = z.int().min(0);

const reportSchema = z.object({
  state: z.enum(['serving', 'draining', 'closing']),
  takesRooms: z.boolean(),
  load: z.number().min(0),
  rooms: count,
  peers: count,
  consumers: count,
  cpuUsage: z.number().min(0),
  workersCpuUsage: z.number().min(0),
  outgoingBitrate: z.number().min(0),
  region: z.string().optional(),
});

/** The state and the load of a node, as it tells the others with each heartbeat. */
export interface NodeReport extends NodeFigures {
  /** The region that it is in, if its configuration names one. */
  readonly region?: string | undefined;
}

/** The part of a report that the server around the node knows. */
export interface NodeFigures {
  readonly state: 'serving' | 'draining' | 'closing';
  /** True while it opens rooms that are open nowhere. */
  readonly takesRooms: boolean;
  /** The part of its capacity that is used; above 1 where that is exceeded. */
  readonly load: number;
  readonly rooms: number;
  readonly peers: number;
  readonly consumers: number;
  /** CPU usage of its process, in percent of one core. */
  readonly cpuUsage: number;
  /** The mean CPU usage of its media workers, in percent of one core. */
  readonly workersCpuUsage: number;
  /** Media that it sends, bit/s. */
  readonly outgoingBitrate: number;
}

/** The report in a text; undefined if it is of another form. */
export function reportIn(text: string): NodeReport | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
