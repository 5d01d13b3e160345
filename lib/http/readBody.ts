import type { IncomingMessage } from 'node:http';

import { AppError } from '../core/errors.ts';
import { httpErrors } from './errors.ts';

/** The most characters of a header that its sender is shown. */
const MAX_SHOWN = 64;

/** Tells whether a request has a body, be it empty (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > 0
  );
}

/**
 * Requires that a body is of a type, and not compressed.
 *
 * @throws {AppError} UNSUPPORTED_MEDIA_TYPE.
 */
export function requireMediaType(
  { headers }: IncomingMessage,
  expected: string,
): void {
  const given = headers['content-type'] ?? '';
  const [type = ''] = given.split(';');
  if (type.trim().toLowerCase() !== expected) {
    throw new AppError(
      httpErrors.UNSUPPORTED_MEDIA_TYPE,
      `Content-Type: expected ${expected}, got ${shown(given)}`,
    );
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new AppError(
      httpErrors.UNSUPPORTED_MEDIA_TYPE,
      `Content-Encoding: expected none, got ${shown(encoding)}`,
    );
  }
}

/**
 * Reads a body as text.
 *
 * @param limit - The most bytes that it may have. What is beyond them is not
 *   kept, and the caller learns at once.
 * @throws {AppError} PAYLOAD_TOO_LARGE; MALFORMED_BODY when it is no UTF-8 or
 *   ends early.
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<string> {
  const body = await bytesOf(request, limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new AppError(
      httpErrors.MALFORMED_BODY,
      'body: expected UTF-8, got other bytes',
    );
  }
}

function bytesOf(request: IncomingMessage, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const refuse = (): void => {
    request.off('data', onData);
    reject(
      new AppError(
        httpErrors.PAYLOAD_TOO_LARGE,
        `body: expected at most ${limit} bytes, got more`,
      ),
    );
  };
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limit) {
      refuse();
    } else {
      chunks.push(chunk);
    }
  };
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    refuse();
    return promise;
  }
  request.on('data', onData);
  request.once('end', () => resolve(Buffer.concat(chunks)));
  // Also after the end, when it changes nothing.
  request.once('close', () =>
    reject(
      new AppError(
        httpErrors.MALFORMED_BODY,
        'body: expected all of it, got a closed connection',
      ),
    ),
  );
  request.once('error', () => {});
  return promise;
}

function shown(header: string): string {
  return header === '' ? 'nothing' : JSON.stringify(header.slice(0, MAX_SHOWN));
}
