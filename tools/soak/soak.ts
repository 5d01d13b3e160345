import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Layout } from '../fixtures/layouts.ts';
import { Random } from '../fixtures/Random.ts';
import { Crowd } from './Crowd.ts';
import type { Guest } from './Crowd.ts';
import { MeasuredServer } from './MeasuredServer.ts';
import type { Measurement } from './serverProcess.ts';

/** Parts in which the guests come; the first warms up. */
const PARTS = 5;

/** The rooms that guests come to, and the guests. */
export interface SoakScene extends AsyncDisposable {
  /** Options of the server; those of the layout come on top. */
  readonly options: ConfigInput;
  /** Makes the guest with a number. */
  guest(url: string, number: number, random: Random): Guest;
  /** Befalls the server in the middle of each part, while guests are there. */
  disturb?(server: MeasuredServer, crowd: Crowd): Promise<void>;
}

/** The findings of a soak. */
export interface SoakResult {
  /** Guests who vanished on their way in. */
  aborted: number;
  /** Workers that were killed. */
  lost: number;
  /** Before the first client, after the warm-up, and at the end. */
  start: Measurement;
  warm: Measurement;
  end: Measurement;
}

/**
 * Lets guests come and go, in rooms of random size, aborting at random steps;
 * measures the server when a fifth of them have come, and when all are gone.
 *
 * @param layout - How rooms lie on the workers.
 * @param onProgress - Told now and then how many have come.
 */
export async function soak(
  joins: number,
  seed: number,
  layout: Layout,
  scene: SoakScene,
  onProgress: (done: number) => void = () => undefined,
): Promise<SoakResult> {
  await using server = await MeasuredServer.start({
    ...scene.options,
    workers: layout.workers,
    rooms: { ...layout.rooms, resumeTimeout: 50 },
  });
  const { start } = server;
  const random = new Random(seed);
  const crowd = new Crowd(
    (number) => scene.guest(start.url, number, random),
    random,
    onProgress,
  );
  const part = Math.ceil(joins / PARTS);
  const gather = async (guests: number): Promise<void> => {
    const first = Math.ceil(guests / 2);
    await crowd.gather(first);
    await scene.disturb?.(server, crowd);
    await crowd.gather(guests - first);
  };
  await gather(part);
  await crowd.disperse();
  const warm = await server.settled();
  for (let come = part; come < joins; come += part) {
    await gather(Math.min(part, joins - come));
  }
  await crowd.disperse();
  const end = await server.settled();
  return { aborted: crowd.aborted, lost: server.lost, start, warm, end };
}
