import type { ToldEvent } from '../rooms/events.ts';

/**
 * Turns events into frames. An event goes to everybody in the room as one
 * object, so it is serialised once and not once for each of them.
 *
 * @param encode - An event in the words of the contract, or undefined where the
 *   contract has none for it.
 * @returns The bytes of the frame, the same for the same event.
 */
export function framesOf<Context extends readonly unknown[]>(
  encode: (event: ToldEvent, ...context: Context) => object | undefined,
): (event: ToldEvent, ...context: Context) => Buffer | undefined {
  const frames = new WeakMap<ToldEvent, Buffer>();
  return (event, ...context) => {
    let frame = frames.get(event);
    if (frame === undefined) {
      const message = encode(event, ...context);
      if (message === undefined) {
        return undefined;
      }
      frame = Buffer.from(JSON.stringify(message));
      frames.set(event, frame);
    }
    return frame;
  };
}
