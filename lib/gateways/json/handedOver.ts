import { z } from 'zod';

/** The facts about a client that another node has handed over. */
const handedOverSchema = z.object({
  token: z.string(),
  connectionId: z.string(),
});

/** A client as its handshake shows it, here or at another node. */
export interface JsonAdmission {
  /** Its token, if it brought one. */
  readonly token: string | undefined;
  /** The id that another node has told it. */
  readonly connectionId?: string;
}

/** The text with which the home of a room goes on. */
export function textOf(facts: z.input<typeof handedOverSchema>): string {
  return JSON.stringify(facts);
}

/** The client that the text of another node describes. */
export function handedOver(text: string): JsonAdmission {
  return handedOverSchema.parse(JSON.parse(text));
}
