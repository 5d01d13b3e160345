import { cutEvents } from '../../core/cutToSchema.ts';
import type { MeetingEvent } from '../../meetings/types.ts';
import { encodeOnce } from '../../signalling/encodeOnce.ts';
import { events } from './contract.ts';
import type { SessionEvent } from './contract.ts';

const cut = cutEvents(events);

/** The frame of an event, encoded once for all its recipients. */
export const frameOf = encodeOnce((event: MeetingEvent) =>
  textOf(encode(event)),
);

/** The text of a message to a client. */
export function textOf({ name, data }: SessionEvent): string {
  return JSON.stringify({ type: name, ...cut(name, data) });
}

function encode(event: MeetingEvent): SessionEvent {
  switch (event.type) {
    case 'joined': {
      const { peerId: from, name, sfu } = event;
      return { name: 'connect', data: { from, name, sfu } };
    }
    case 'left':
      return { name: 'disconnect', data: { from: event.peerId } };
    case 'signal': {
      const { kind, from, fields } = event;
      return { name: kind, data: { ...fields, from } };
    }
  }
}

/** A message of a client; one without a type that is a text has none. */
export interface ReceivedMessage {
  readonly type: string | undefined;
  readonly data: unknown;
}

/** Takes a frame apart. */
export function messageIn(text: string): ReceivedMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: undefined, data: undefined };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { type: undefined, data: undefined };
  }
  const { type, ...data } = value as Record<string, unknown>;
  return { type: typeof type === 'string' ? type : undefined, data };
}
