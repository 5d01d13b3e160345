/** An object of mediasoup that can close. */
export interface Closable {
  readonly closed: boolean;
  readonly observer: { on(event: 'close', listener: () => void): unknown };
}

/**
 * Calls back when an object closes, or at once if it has closed. mediasoup tells
 * of an end once only, and a listener for one event takes more memory.
 */
export function whenClosed(thing: Closable, callback: () => void): void {
  if (thing.closed) {
    callback();
  } else {
    thing.observer.on('close', callback);
  }
}
