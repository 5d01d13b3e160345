import { z } from 'zod';

const count = z.int().min(0);

const reportSchema = z.object({
  state: z.enum(['serving', 'draining', 'closing']),
  takesRooms: z.boolean(),
  load: z.number().min(0),
  // A node of an older version does not report these, and is to be seen all the same.
  rooms: count.optional(),
  peers: count.optional(),
  consumers: count.optional(),
  version: z.string().optional(),
  startedAt: z.iso.datetime().optional(),
  url: z.string().optional(),
  region: z.string().optional(),
});

/**
 * The state and the figures of a node, as it tells the others with each heartbeat. One
 * of an older version leaves out those that only operators read.
 */
export interface NodeReport extends Partial<NodeFigures> {
  readonly state: NodeFigures['state'];
  readonly takesRooms: boolean;
  readonly load: number;
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
  /** The number of open rooms, empty ones included. */
  readonly rooms: number;
  /** The number of peers in rooms. */
  readonly peers: number;
  /** The number of consumers on its media workers. */
  readonly consumers: number;
  /** The version of Atrium. */
  readonly version: string;
  /** The time at which it started, by ISO 8601. */
  readonly startedAt: string;
  /** The URL at which it takes clients itself; undefined until it does. */
  readonly url?: string | undefined;
}

/** The report in a text; undefined if it is of another form. */
export function reportIn(text: string): NodeReport | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
