import type { z } from 'zod';

import type { requests } from './contract.ts';
import type { notifications } from './notifications.ts';

/** The name of a request of the contract. */
export type Method = keyof typeof requests;

/** The data that a request carries, as a client writes it. */
export type RequestData<M extends Method> = z.input<
  (typeof requests)[M]['data']
>;

/** The reply to a request, as a client reads it. */
export type Reply<M extends Method> = z.output<(typeof requests)[M]['reply']>;

/** The arguments after the name of a request: its data, if it carries any. */
export type RequestArguments<M extends Method> =
  RequestData<M> extends Record<string, never> ? [] : [data: RequestData<M>];

/** The name of a notification of the contract. */
export type NotificationName = keyof typeof notifications;

/** The data of a notification, as a client reads it. */
export type NotificationData<N extends NotificationName> = z.output<
  (typeof notifications)[N]['data']
>;

/** A notification as a client receives it; `N` narrows it to some of them. */
export type Notification<N extends NotificationName = NotificationName> = {
  [Name in N]: { method: Name; data: NotificationData<Name> };
}[N];
