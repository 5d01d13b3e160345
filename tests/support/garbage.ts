/**
 * Collects garbage.
 *
 * @throws {Error} In a process that runs without --expose-gc.
 */
export async function collectGarbage(): Promise<void> {
  const { gc } = globalThis;
  if (gc === undefined) {
    throw new Error('a process that is measured has to run with --expose-gc');
  }
  // What finalizers free, the second collection collects.
  await gc({ execution: 'async', type: 'major' });
  await gc({ execution: 'async', type: 'major' });
}
