import { z } from 'zod';

/** The facts about a client that another node has handed over. */
const handedOverSchema = z.object({
  token: z.string(),
  connectionId: z.string(),
  /** True for a client that is to open a new room; left out by older versions. */
  opensRoom: z.boolean().optional(),
});

/** A client as its handshake shows it, here or at another node. */
export interface JsonAdmission {
  /** Its token, if it brought one. */
  readonly token: string | undefined;
  /** The id that another node has told it. */
  readonly connectionId?: string;
  /** True if another node has handed it over to open a new room here. */
  readonly opensRoom?: boolean | undefined;
}

/** The text with which the home of a room goes on. */
export function textOf(facts: z.input<typeof handedOverSchema>): string {
  return JSON.stringify(facts);
}

/** The client that the text of another node describes. */
export function handedOver(text: string): JsonAdmission {
  return handedOverSchema.parse(JSON.parse(text));
}
