import { jsonBytesOf } from '../core/jsonBytes.ts';
import type { RoomEvent } from '../rooms/events.ts';

/**
 * Makes a function that encodes each event once. An event reaches all its
 * recipients as one object, so it is not encoded again for each of them.
 */
export function encodeOnce<
  Event extends object,
  Context extends readonly unknown[],
  Encoded,
>(
  encode: (event: Event, ...context: Context) => Encoded,
): (event: Event, ...context: Context) => Encoded {
  const results = new WeakMap<Event, Encoded>();
  return (event, ...context) => {
    let result = results.get(event);
    if (result === undefined) {
      result = encode(event, ...context);
      results.set(event, result);
    }
    return result;
  };
}

/**
 * Makes a function that turns the events of rooms into frames.
 *
 * @param encode - Puts an event into the message of a contract; undefined if
 *   the contract has none for it.
 * @returns The bytes of the frame, the same for the same event.
 */
export function framesOf<Context extends readonly unknown[]>(
  encode: (event: RoomEvent, ...context: Context) => object | undefined,
): (event: RoomEvent, ...context: Context) => Buffer | undefined {
  return encodeOnce((event: RoomEvent, ...context: Context) => {
    const message = encode(event, ...context);
    return message && jsonBytesOf(message);
  });
}
