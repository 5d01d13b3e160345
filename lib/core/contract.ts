import type { z } from 'zod';

/** One request of a contract: its data, its reply, and who may send it. */
export interface RequestSpec {
  /** Its purpose, in a sentence; shown on the protocol page. */
  summary: string;
  /**
   * Required of the sender: nothing, a token that has not expired, or
   * membership of a room.
   */
  requires: 'public' | 'user' | 'member';
  data: z.ZodObject;
  /** The field with a list whose entries count towards the rate of messages. */
  counted?: string;
  /** The reply; fields that it does not name are not sent. */
  reply: z.ZodObject;
  /** Lets the events of the room flow as soon as the reply is out. */
  startsEvents?: true;
}

/** The requests of a contract by their names. */
export type RequestTable = Record<string, RequestSpec>;

/** One event of a contract, sent by the server without a request. */
export interface EventSpec {
  /** Its occasion, in a sentence; shown on the protocol page. */
  summary: string;
  /** Its data; fields that it does not name are not sent. */
  data: z.ZodObject;
}

/** The events of a contract by their names. */
export type EventTable = Record<string, EventSpec>;
