const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The times between attempts. */
const DELAYS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** The part of a delay by which it may become longer, so that receivers are not asked all at once. */
const JITTER = 0.1;

/**
 * The time until the next attempt, ms.
 *
 * @param attempts - The attempts so far.
 * @param retryAfter - The least time that the receiver asks for, ms.
 * @returns Undefined when the delivery is to be given up.
 */
export function retryDelay(
  attempts: number,
  retryAfter = 0,
  random: () => number = Math.random,
): number | undefined {
  const delay = DELAYS[attempts - 1];
  return delay === undefined
    ? undefined
    : Math.max(Math.round(delay * (1 + JITTER * random())), retryAfter);
}

/**
 * The time that the header `Retry-After` asks for, ms.
 *
 * @param most - The longest time that is taken from it.
 * @returns Undefined for none, or for one that is not valid.
 */
export function retryAfterOf(
  header: string | undefined,
  now: Date,
  most: number,
): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  const time = /^\d{1,10}$/.test(header)
    ? Number(header) * SECOND
    : Date.parse(header) - now.getTime();
  return Number.isNaN(time) ? undefined : Math.min(Math.max(time, 0), most);
}
