import { claimsOf } from 'videoconf-sdk/core';
import type { DeviceSource } from 'videoconf-sdk/core';

/** A token for servers that require one, with the claims the page needs. */
export type AccessToken = {
  token: string;
  /** The user's peer id in the room, by the token. */
  peerId: string;
  name: string | undefined;
  /** The user may use the chat. */
  takesPart: boolean;
  /** The devices that the user may send. */
  devices: readonly DeviceSource[];
};

export const DEVICES = ['mic', 'camera'] as const;

const KEY = 'atrium.token';

/**
 * The token in the fragment of the address, which never leaves the browser, or
 * the last one this tab has had. Undefined without a readable one; the server
 * then asks for one if it needs to.
 */
export function takeAccessToken(): AccessToken | undefined {
  const token =
    new URLSearchParams(location.hash.slice(1)).get('token') ?? remembered();
  const { sub, name, grants } = claimsOf(token);
  if (typeof sub !== 'string') {
    return undefined;
  }
  remember(token);
  const rights = (grants ?? {}) as Record<string, unknown>;
  return {
    token,
    peerId: sub,
    name: typeof name === 'string' ? name : undefined,
    takesPart: ['data', 'subscribe', 'chat'].every(
      (right) => rights[right] !== false,
    ),
    devices: devicesIn(rights['publish']),
  };
}

/** The devices among the sources that a token grants: both by default. */
function devicesIn(publish: unknown): readonly DeviceSource[] {
  return DEVICES.filter((source) =>
    Array.isArray(publish) ? publish.includes(source) : publish !== false,
  );
}

function remembered(): string {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

function remember(token: string): void {
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // Without storage a reload asks for the link again; nothing else is lost.
  }
}
