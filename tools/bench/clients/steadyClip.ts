import type { Clip } from '../../load/replay/Clip.ts';

const FRAMES_PER_SECOND = 26;
const PACKETS_PER_FRAME = 4;
const PACKET_SIZE = 1_200;
const CLOCK_RATE = 90_000;

/** RFC 7741: this packet starts a frame of VP8, and the frame is a key frame. */
const FRAME_START = 0x10;

/**
 * Video of 1 Mbit/s whose every frame is as large as the others and can be
 * begun with, so that what is forwarded in one second is what is in another.
 */
export const steadyClip: Clip = {
  shots: Array.from(
    { length: FRAMES_PER_SECOND * PACKETS_PER_FRAME },
    (_, index) => {
      const frame = Math.floor(index / PACKETS_PER_FRAME);
      const place = index % PACKETS_PER_FRAME;
      const payload = Buffer.alloc(PACKET_SIZE);
      payload[0] = place === 0 ? FRAME_START : 0;
      const at = (frame * 1_000) / FRAMES_PER_SECOND;
      return {
        at,
        timestamp: Math.round((at * CLOCK_RATE) / 1_000),
        marker: place === PACKETS_PER_FRAME - 1,
        payload,
      };
    },
  ),
  duration: 1_000,
  ticks: CLOCK_RATE / 1_000,
};
