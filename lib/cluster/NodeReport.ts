import { z } from 'zod';

const reportSchema = z.object({
  state: z.enum(['serving', 'draining', 'closing']),
  takesRooms: z.boolean(),
  load: z.number().min(0),
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
}

/** The report in a text; undefined if it is of another form. */
export function reportIn(text: string): NodeReport | undefined {
  try {
    return reportSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
