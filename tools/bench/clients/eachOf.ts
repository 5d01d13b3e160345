/** As many connections at once as a server's backlog takes without a retry. */
const AT_ONCE = 50;

/**
 * Does something for each item, so many at a time.
 *
 * @returns What came of each, in the order of the items.
 */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atOnce = AT_ONCE,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const lanes = Math.min(atOnce, items.length);
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const [index, item] of queue) {
        results[index] = await work(item);
      }
    }),
  );
  return results;
}
