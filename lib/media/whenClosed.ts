/** An object of mediasoup that can close. */
export interface Closable {
  readonly closed: boolean;
  readonly observer: { once(event: 'close', listener: () => void): unknown };
}

/** Calls back when an object closes, or at once if it has closed. */
export function whenClosed(thing: Closable, callback: () => void): void {
  if (thing.closed) {
    callback();
  } else {
    thing.observer.once('close', callback);
  }
}
