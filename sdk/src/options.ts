import type { RoomClientOptions, VideoCodec } from './core/index.ts';
import { claimsOf } from './core/index.ts';

/** The name of users who have not said theirs. */
const NO_NAME = 'Guest';

/** Settings of a client that enters rooms. */
export type VideoconfOptions = {
  /** The address of the server; by default that of the page. */
  server?: string;
  /** For servers that require one. A function is called for each `join`. */
  token?: string | (() => Promise<string>);
  /** The name for the others, unless the token says one. */
  displayName?: string;
  /** The id for the others, unless the token says one; random by default. */
  peerId?: string;
  /** The key of the room, for end-to-end encryption. */
  e2eeKey?: string;
  /** Receive videos only as large as they are shown by `attach`; true by default. */
  adaptive?: boolean;
  /** The codec of the camera; VP8 by default. */
  codec?: VideoCodec;
  /** Send next to nothing of the microphone while it is silent; false by default. */
  dtx?: boolean;
  /** Any route for media, or only those over TURN servers. */
  iceTransportPolicy?: RTCIceTransportPolicy;
};

/** Settings of a client that has the key of a project. */
export type ProjectOptions = Omit<VideoconfOptions, 'token' | 'peerId'> & {
  /**
   * Through the server, by default, and directly to those in the session who do
   * not use it; or directly to everyone.
   */
  transport?: 'sfu' | 'p2p';
};

/** The address of the server, with a slash at the end. */
export function serverOf({ server }: VideoconfOptions): string {
  const url = new URL(server ?? location.origin);
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

/** The settings for a room, with the ids of the token where there is one. */
export async function roomOptions(
  options: VideoconfOptions,
  roomId?: string,
): Promise<RoomClientOptions> {
  const { token: source, displayName, peerId, e2eeKey } = options;
  const token = typeof source === 'function' ? await source() : source;
  const claims = token === undefined ? {} : claimsOf(token);
  return {
    url: serverOf(options).replace(/^http/, 'ws'),
    roomId: roomId ?? textOr(claims['room'], ''),
    peerId: textOr(claims['sub'], peerId ?? crypto.randomUUID()),
    displayName: textOr(claims['name'], displayName ?? NO_NAME),
    token,
    key: e2eeKey,
    // Messages go over signalling; channels of others are heard.
    takesPart: false,
    iceTransportPolicy: options.iceTransportPolicy ?? 'all',
    codec: options.codec ?? 'vp8',
    dtx: options.dtx ?? false,
  };
}

function textOr(claim: unknown, otherwise: string): string {
  return typeof claim === 'string' ? claim : otherwise;
}
