import { SCREEN_QUALITIES, VIDEO_CODECS } from 'videoconf-sdk/core';
import type { ScreenQuality, VideoCodec } from 'videoconf-sdk/core';
import { roomIdOf } from './roomId.ts';

/** Every browser has it, and it is the one that is cheapest to encode. */
const DEFAULT_CODEC: VideoCodec = 'vp8';

/**
 * The address that brings others into a room. The key of one that is encrypted
 * stands behind the `#`, which browsers keep to themselves.
 */
export function roomLink(roomId: string, key?: string): string {
  const link = `${pageUrl()}?${new URLSearchParams({ room: roomId })}`;
  return key === undefined ? link : `${link}#key=${key}`;
}

/** The address that brings one person into a room that requires a token. */
export function invitationLink(
  roomId: string,
  token: string,
  key?: string,
): string {
  const secrets = { token, ...(key !== undefined && { key }) };
  return `${roomLink(roomId)}#${new URLSearchParams(secrets)}`;
}

/** The WebSocket of the server: it is where the page is. */
export function serverUrl(): string {
  return pageUrl().replace(/^http/, 'ws');
}

/** The folder of the page, which is not the root behind some proxies. */
function pageUrl(): string {
  return new URL('.', location.href).href;
}

/** The room that the page's own address names; empty when it names none. */
export function roomFromAddress(): string {
  return roomIdOf(new URLSearchParams(location.search).get('room') ?? '');
}

/** The key that the page's own address brings; undefined when it brings none. */
export function keyFromAddress(): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get('key') ?? undefined;
}

/**
 * The ways that media may take: that over TURN servers alone where the page's
 * own address has `relay`, to see whether it works.
 */
export function policyFromAddress(): RTCIceTransportPolicy {
  return new URLSearchParams(location.search).has('relay') ? 'relay' : 'all';
}

/** The codec that the page's own address asks for, as `?codec=vp9`. */
export function codecFromAddress(): VideoCodec {
  const named = new URLSearchParams(location.search).get('codec');
  return (
    VIDEO_CODECS.find((codec) => codec === named?.toLowerCase()) ??
    DEFAULT_CODEC
  );
}

/** True if next to nothing is to be sent of a silent microphone, as `?dtx` requests. */
export function dtxFromAddress(): boolean {
  return new URLSearchParams(location.search).has('dtx');
}

/** The quality of shared screens, which `?screen=smooth` sets. */
export function screenFromAddress(): ScreenQuality {
  const named = new URLSearchParams(location.search).get('screen');
  return SCREEN_QUALITIES.find((quality) => quality === named) ?? 'sharp';
}

/** The address that brings this browser back, the way it came. */
export function ownLink(roomId: string, key?: string): string {
  const link = new URL(roomLink(roomId, key));
  const params = new URLSearchParams(location.search);
  for (const name of ['relay', 'codec', 'dtx', 'screen']) {
    const value = params.get(name);
    if (value !== null) {
      link.searchParams.set(name, value);
    }
  }
  return link.href;
}
