/**
 * Waits for work that is to be done within a time, ms.
 *
 * @param late - Makes the error for work that is not; the work itself goes on.
 */
export async function inTime<Result>(
  work: Promise<Result>,
  time: number,
  late: () => Error,
): Promise<Result> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(late()), time);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
