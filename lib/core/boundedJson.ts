import { z } from 'zod';

/**
 * The JSON that clients attach to their objects and send to each other. Its content
 * is theirs; its size and depth are bounded.
 */

/**
 * Accepts an object with a bounded number of keys, before any key is checked.
 * Values of other types are left to the schema that follows.
 */
export function boundedObject(keys: number, message: string) {
  return z.custom<Record<string, unknown>>(
    (value) =>
      typeof value !== 'object' ||
      value === null ||
      Object.keys(value).length <= keys,
    { message, abort: true },
  );
}

/** The deepest nesting of app data and messages. */
const MAX_DEPTH = 16;
const MAX_APP_DATA_LENGTH = 4_096;
const MAX_MESSAGE_BYTES = 16_384;

const tooDeep = `expected objects and lists nested at most ${MAX_DEPTH} deep`;

const appDataTooLong = `expected at most ${MAX_APP_DATA_LENGTH} characters of JSON`;

/** An object that a client attaches to an object of its own. */
export const appDataSchema = boundedObject(
  MAX_APP_DATA_LENGTH / 4,
  appDataTooLong,
)
  .pipe(
    z
      .record(z.string(), z.unknown())
      .refine((value) => isNoDeeper(value, MAX_DEPTH), {
        message: tooDeep,
        abort: true,
      })
      .refine((value) => JSON.stringify(value).length <= MAX_APP_DATA_LENGTH, {
        message: appDataTooLong,
      }),
  )
  .meta({
    id: 'AppData',
    description: `Any object of at most ${MAX_APP_DATA_LENGTH} characters of JSON, ${MAX_DEPTH} deep.`,
  });

/** An object about a room or a peer, whose size an option bounds. */
export const metadataSchema = z
  .record(z.string(), z.unknown())
  .refine((value) => isNoDeeper(value, MAX_DEPTH), { message: tooDeep })
  .meta({
    id: 'Metadata',
    description: `Any object of at most limits.metadataBytes, ${MAX_DEPTH} deep.`,
  });

/** Any JSON value of a bounded size, without a bound on its depth. */
export const anyAppDataSchema = z
  .unknown()
  .refine(
    (value) =>
      value === undefined ||
      (isNoDeeper(value, MAX_APP_DATA_LENGTH / 2) &&
        JSON.stringify(value).length <= MAX_APP_DATA_LENGTH),
    { message: appDataTooLong },
  )
  .optional();

/** A message from a client to other peers. */
export const messageDataSchema = z
  .unknown()
  .refine((value) => value !== undefined, {
    message: 'expected any JSON',
    abort: true,
  })
  .refine((value) => isNoDeeper(value, MAX_DEPTH), {
    message: tooDeep,
    abort: true,
  })
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_MESSAGE_BYTES,
    { message: `expected at most ${MAX_MESSAGE_BYTES} bytes of JSON` },
  );

/**
 * An object that a client may add any fields to, of a bounded depth: without it, a
 * deep one would exhaust the stack where it is written as JSON again.
 */
export function openObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .looseObject(shape)
    .refine((value) => isNoDeeper(value, MAX_DEPTH), { message: tooDeep });
}

/**
 * Checks the depth of a value level by level, because the stack and the parsers of
 * other clients have limits.
 */
function isNoDeeper(value: unknown, depth: number): boolean {
  let level = [value].filter(isObject);
  for (let left = depth; level.length > 0; left -= 1) {
    if (left === 0) {
      return false;
    }
    level = level.flatMap((it) => Object.values(it).filter(isObject));
  }
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * The app data that others receive for any value that a client attaches: the
 * object itself, `{ value }` for a value that is not an object, and an empty object
 * for null and for a value that is nested too deep.
 */
export function shownAppData(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null || !isNoDeeper(value, MAX_DEPTH)) {
    return {};
  }
  return isObject(value) && !Array.isArray(value) ? { ...value } : { value };
}
