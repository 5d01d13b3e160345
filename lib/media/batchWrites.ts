import type { Writable } from 'node:stream';

/**
 * Has a stream hold back what is written to it until the event loop has read all
 * that has arrived, and write it at once. mediasoup writes each request to the pipe of
 * its worker by itself, and each write wakes the worker.
 */
export function batchWrites(stream: Writable): void {
  const write = stream.write.bind(stream);
  const destroy = stream.destroy.bind(stream);
  const flush = (): void => stream.uncork();
  stream.write = (...given: unknown[]) => {
    if (stream.writableCorked === 0) {
      stream.cork();
      setImmediate(flush);
    }
    return write(...(given as Parameters<typeof write>));
  };
  stream.destroy = (error) => {
    flush();
    return destroy(error);
  };
}
