/**
 * Lets code read a value of JSON, and tells what it did not look at.
 *
 * @returns The paths of properties that were not read.
 */
export function readEvery(
  value: object,
  read: (watched: object) => void,
): string[] {
  const seen = new Set<string>();
  const watch = (target: object, at: string): object =>
    new Proxy(target, {
      get(it, key, receiver) {
        const child: unknown = Reflect.get(it, key, receiver);
        if (typeof key === 'symbol') {
          return child;
        }
        const path = `${at}.${key}`;
        seen.add(path);
        return typeof child === 'object' && child !== null
          ? watch(child, path)
          : child;
      },
    });
  read(watch(value, ''));
  return pathsIn(value, '').filter((path) => !seen.has(path));
}

function pathsIn(value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, child]) => [
    `${at}.${key}`,
    ...pathsIn(child, `${at}.${key}`),
  ]);
}
