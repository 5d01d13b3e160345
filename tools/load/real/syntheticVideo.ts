import type { Film } from '../../fixtures/webrtc.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES = 75;
const COLOURS = (WIDTH * HEIGHT) / 2;

/** The share of noise in the light, as from a camera in a room. */
const NOISE = 12;

let frames: Uint8Array[] | undefined;

/**
 * A film that takes an encoder about as much work as a street does: ground with
 * a structure that passes by, things that cross it, and noise. It is painted
 * once and shown by all cameras of a process.
 */
export const street: Film = {
  interval: 40,
  frame(index) {
    frames ??= Array.from({ length: FRAMES }, (_, at) => paint(at));
    const data = frames[index % FRAMES] ?? paint(index);
    return { width: WIDTH, height: HEIGHT, data };
  },
};

function paint(index: number): Uint8Array {
  const data = new Uint8Array(WIDTH * HEIGHT + COLOURS).fill(128);
  const turn = (2 * Math.PI * index) / FRAMES;
  const middle = [
    WIDTH * (0.5 + 0.4 * Math.sin(turn)),
    HEIGHT * (0.5 + 0.3 * Math.cos(2 * turn)),
  ] as const;
  let noise = index + 1;
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      const ground =
        100 +
        40 * Math.sin((x + y / 3) / 9 + turn) +
        20 * Math.sin((x - y) / 23 - 2 * turn);
      const near = Math.hypot(x - middle[0], y - middle[1]) < HEIGHT / 5;
      data[y * WIDTH + x] =
        (near ? 230 - ground / 2 : ground) + (noise / 2 ** 32) * NOISE;
    }
  }
  const far = (index * 3) % (WIDTH / 2);
  for (let y = 0; y < HEIGHT / 2; y += 1) {
    const start = WIDTH * HEIGHT + (y * WIDTH) / 2;
    data.fill(90 + y / 3, start, start + far);
  }
  return data;
}
