import { readFileSync } from 'node:fs';

import type { types } from 'mediasoup-client';
import { RtpPacket } from 'werift';

/** The locations of the recordings; tools/clip.ts makes them. */
export const CLIPS = {
  audio: new URL('audio.rtp', import.meta.url),
  video: new URL('video.rtp', import.meta.url),
} as const satisfies Record<types.MediaKind, URL>;

/** Of RTP, a second. */
export const CLOCK_RATES = { audio: 48_000, video: 90_000 } as const;

/** Before each packet stands its length, in so many bytes (RFC 4571). */
const LENGTH_SIZE = 2;

/** A packet of a clip. */
export interface Shot {
  /** From the start of the clip, ms. */
  at: number;
  /** The same in units of the RTP clock. */
  timestamp: number;
  marker: boolean;
  payload: Buffer;
}

/** A recording that can be played again and again; starts with a key frame. */
export interface Clip {
  shots: readonly Shot[];
  /** ms. */
  duration: number;
  /** Units of the RTP clock in 1 ms. */
  ticks: number;
}

const clips = new Map<types.MediaKind, Clip>();

/** The recording of a kind, read once. */
export function clipOf(kind: types.MediaKind): Clip {
  const clip = clips.get(kind) ?? read(kind);
  clips.set(kind, clip);
  return clip;
}

/** Packets as a clip has them in its file. */
export function frameClip(packets: readonly RtpPacket[]): Buffer {
  return Buffer.concat(
    packets.flatMap((packet) => {
      const data = packet.serialize();
      const length = Buffer.alloc(LENGTH_SIZE);
      length.writeUInt16BE(data.length);
      return [length, data];
    }),
  );
}

function read(kind: types.MediaKind): Clip {
  const file = readFileSync(CLIPS[kind]);
  const ticks = CLOCK_RATES[kind] / 1_000;
  const shots: Shot[] = [];
  let start: number | undefined;
  let offset = 0;
  while (offset < file.length) {
    const begin = offset + LENGTH_SIZE;
    offset = begin + file.readUInt16BE(offset);
    const { header, payload } = RtpPacket.deSerialize(
      file.subarray(begin, offset),
    );
    start ??= header.timestamp;
    const timestamp = (header.timestamp - start) >>> 0;
    const { marker } = header;
    shots.push({ at: timestamp / ticks, timestamp, marker, payload });
  }
  const last = shots.at(-1)?.at ?? 0;
  const frames = new Set(shots.map(({ at }) => at)).size;
  // The last frame stays as long as the others do on average.
  return { shots, duration: (last * frames) / (frames - 1), ticks };
}
