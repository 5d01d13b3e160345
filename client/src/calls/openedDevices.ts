import type { DeviceSource } from 'videoconf-sdk/core';

const KEY = 'atrium.call';

type Stored = { callId: string; sources: DeviceSource[] };

/** Stores the devices that are open in a call, for when the page is loaded again. */
export function saveOpened(callId: string, sources: DeviceSource[]): void {
  try {
    sessionStorage.setItem(
      KEY,
      JSON.stringify({ callId, sources } satisfies Stored),
    );
  } catch {
    // Without storage, the user opens the devices again.
  }
}

/** The devices that were open in a call; none in another one. */
export function loadOpened(callId: string): DeviceSource[] {
  try {
    const stored = JSON.parse(
      sessionStorage.getItem(KEY) ?? 'null',
    ) as Stored | null;
    return stored?.callId === callId ? stored.sources : [];
  } catch {
    return [];
  }
}
