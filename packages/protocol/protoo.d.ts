import type { ErrorName } from './generated/index.js';
import type { Notifications, Requests } from './generated/protoo.js';

export * from './generated/protoo.js';

/** The name of a request. */
export type Method = keyof Requests;

/** The data that a request carries, as a client writes it. */
export type RequestData<M extends Method> = Requests[M]['data'];

/** The arguments after the name of a request: its data, if it carries any. */
export type RequestArguments<M extends Method> =
  RequestData<M> extends Record<string, never>
    ? []
    : Partial<RequestData<M>> extends RequestData<M>
      ? [data?: RequestData<M>]
      : [data: RequestData<M>];

/** The reply to a request, as a client reads it. */
export type Reply<M extends Method> = Requests[M]['reply'];

/** The name of a notification. */
export type NotificationName = keyof Notifications;

/** The data of a notification. */
export type NotificationData<N extends NotificationName> = Notifications[N];

/** A notification with its data; `N` narrows it to some of them. */
export type Notification<N extends NotificationName = NotificationName> = {
  [Name in N]: { method: Name; data: Notifications[Name] };
}[N];

/** A request as a frame; ids are chosen by the client. */
export type RequestFrame<M extends Method = Method> = {
  [Name in M]: {
    request: true;
    id: number;
    method: Name;
    data: RequestData<Name>;
  };
}[M];

/** A reply as a frame, with the id of its request. */
export interface ReplyFrame<M extends Method = Method> {
  response: true;
  id: number;
  ok: true;
  data: Reply<M>;
}

/** A refusal as a frame, with the id of its request. */
export interface ErrorFrame {
  response: true;
  id: number;
  ok: false;
  /** The status of the error in `ERRORS`. */
  errorCode: number;
  errorName: ErrorName;
  errorReason: string;
  /** The end of the ban that is the reason, if it has one, ms since the epoch. */
  errorUntil?: number;
}

/** A notification as a frame. */
export type NotificationFrame<N extends NotificationName = NotificationName> = {
  [Name in N]: {
    notification: true;
    /** Its number in the stay, from 1; `closing` has none. */
    seq?: number;
    method: Name;
    data: Notifications[Name];
  };
}[N];

/** Every frame that a server sends. */
export type ServerFrame = ReplyFrame | ErrorFrame | NotificationFrame;
