/**
 * The replies to requests that were sent together, once all are answered.
 *
 * @throws {Error} When one was refused, the first of them.
 */
export async function answered<const Replies extends readonly unknown[]>(
  requests: Readonly<{ [Index in keyof Replies]: Promise<Replies[Index]> }>,
): Promise<Replies> {
  await Promise.allSettled(requests);
  return Promise.all(requests);
}
