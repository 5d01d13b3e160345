import type { Events, Requests } from './generated/calls.js';

export * from './generated/calls.js';

/** The name of an event of a client, answered by its acknowledgement. */
export type RequestName = keyof Requests;

/** The data of an event of a client. */
export type RequestData<N extends RequestName> = Requests[N]['data'];

/** The data of the acknowledgement of such an event. */
export type Reply<N extends RequestName> = Requests[N]['reply'];

/** The name of an event of the server. */
export type EventName = keyof Events;
