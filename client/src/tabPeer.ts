const KEY = 'atrium.peerId';

/** The longest that a reload may take to release the id, ms. */
const RELOAD = 500;

/**
 * The peerId of this tab. It outlives a reload, so that the server replaces a
 * connection it has not yet noticed to be dead instead of showing it twice. A
 * duplicated tab begins with a copy of the other's storage: it takes an id of
 * its own while the other tab is open, where the browser can tell.
 */
export async function tabPeerId(): Promise<string> {
  const known = remembered();
  if (known !== null && (await hold(known))) {
    return known;
  }
  const fresh = crypto.randomUUID();
  remember(fresh);
  await hold(fresh);
  return fresh;
}

/** Keeps an id until the tab closes or loads anew. False if another tab has it. */
async function hold(peerId: string): Promise<boolean> {
  if (!('locks' in navigator)) {
    return true;
  }
  // A busy browser may take longer than a reload to say that the id is free.
  return (
    (await lock(peerId, { ifAvailable: true })) ||
    lock(peerId, { signal: AbortSignal.timeout(RELOAD) })
  );
}

function lock(peerId: string, options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(`${KEY}.${peerId}`, options, (granted) => {
        resolve(granted !== null);
        return granted === null
          ? undefined
          : new Promise<never>(() => {
              // The browser ends this with the page.
            });
      })
      .catch(() => resolve(false));
  });
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(peerId: string): void {
  try {
    sessionStorage.setItem(KEY, peerId);
  } catch {
    // Without storage a reload joins as another peer; nothing else is lost.
  }
}
