import type { Events, Requests, ERROR_CODES } from './generated/json.js';

export * from './generated/json.js';

/** The type of a request. */
export type RequestType = keyof Requests;

/** The data that a request carries, as a client writes it. */
export type RequestData<T extends RequestType> = Requests[T]['data'];

/** The data of the reply to a request, as a client reads it. */
export type Reply<T extends RequestType> = Requests[T]['reply'];

/** The type of an event. */
export type EventType = keyof Events;

/** An event as a frame; `T` narrows it to some of them. */
export type EventFrame<T extends EventType = EventType> = {
  [Type in T]: { type: Type; data: Events[Type] };
}[T];

/** A request as a frame. Without a `requestId`, its reply has none either. */
export type RequestFrame<T extends RequestType = RequestType> = {
  [Type in T]: { type: Type; requestId?: string; data: RequestData<Type> };
}[T];

/** A reply as a frame, with the `requestId` of its request. */
export type ReplyFrame<T extends RequestType = RequestType> = {
  [Type in T]: {
    type: `${Type}Response`;
    requestId?: string;
    data: Reply<Type>;
  };
}[T];

/** The frame that answers the first accepted token of a connection. */
export interface ConnectedFrame {
  type: 'connected';
  requestId?: string;
  data: Reply<'authenticate'>;
}

/** The code of an error. */
export type ErrorCode = (typeof ERROR_CODES)[keyof typeof ERROR_CODES];

/** A refusal as a frame, with the `requestId` of its request. */
export interface ErrorFrame {
  type: 'error';
  requestId?: string;
  error: ErrorCode;
  message: string;
  /** The message again, with VALIDATION_ERROR. */
  details?: string;
}

/** Every frame that a server sends. */
export type ServerFrame = ReplyFrame | ConnectedFrame | ErrorFrame | EventFrame;
