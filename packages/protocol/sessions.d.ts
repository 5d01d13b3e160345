import type { Events, Requests } from './generated/sessions.js';

export * from './generated/sessions.js';

/** The type of a message of a client. */
export type RequestType = keyof Requests;

/** A message of a client. */
export type RequestFrame<T extends RequestType> = {
  [Type in T]: { type: Type } & (Requests[Type]['data'] extends Record<
    string,
    never
  >
    ? unknown
    : Requests[Type]['data']);
}[T];

/** The type of a message of the server. */
export type EventType = keyof Events;

/** A message of the server. */
export type ServerFrame = {
  [Type in EventType]: { type: Type } & Events[Type];
}[EventType];
