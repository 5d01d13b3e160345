import type { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { until } from '../support/until.ts';

/** Waits for so much sound. @returns The share of it that was made up. */
export async function concealed(
  visitor: Visitor,
  packets: number,
): Promise<number> {
  const before = await visitor.reception();
  const after = await until('the sound comes', async () => {
    const now = await visitor.reception();
    return now.packets >= before.packets + packets && now;
  });
  return (
    (after.concealed - before.concealed) / (after.samples - before.samples)
  );
}
