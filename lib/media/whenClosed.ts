/** Whatever of mediasoup's can close, and says so to whoever observes it. */
export interface Closable {
  readonly closed: boolean;
  readonly observer: { once(event: 'close', listener: () => void): unknown };
}

/** Calls back when something is closed, at once if it is already. */
export function whenClosed(thing: Closable, callback: () => void): void {
  if (thing.closed) {
    callback();
  } else {
    thing.observer.once('close', callback);
  }
}
