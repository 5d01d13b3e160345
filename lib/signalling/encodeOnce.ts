import type { RoomEvent } from '../rooms/events.ts';

/**
 * Makes a function that turns events into frames. An event reaches all members
 * of a room as one object, so it is serialised once and not once for each.
 *
 * @param encode - Puts an event into the message of a contract; undefined if
 *   the contract has none for it.
 * @returns The bytes of the frame, the same for the same event.
 */
export function framesOf<Context extends readonly unknown[]>(
  encode: (event: RoomEvent, ...context: Context) => object | undefined,
): (event: RoomEvent, ...context: Context) => Buffer | undefined {
  const frames = new WeakMap<RoomEvent, Buffer>();
  return (event, ...context) => {
    let frame = frames.get(event);
    if (frame === undefined) {
      const message = encode(event, ...context);
      if (message === undefined) {
        return undefined;
      }
      frame = bytesOf(JSON.stringify(message));
      frames.set(event, frame);
    }
    return frame;
  };
}

/**
 * The bytes of a text, in memory of their own: a frame may be kept for long, and
 * a small one out of Node's pool would keep 8 KiB with it.
 */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
