import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { text } from 'node:stream/consumers';

import { Webhook } from 'standardwebhooks';

/** Makes a secret of an endpoint. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/**
 * A server that takes every event and prints it.
 *
 * @param secrets - The secrets with which signatures are verified.
 */
export function receiver(
  secrets: readonly string[],
  print: (line: string) => void,
): Server {
  return createServer((request, response) => {
    text(request).then(
      (body) => {
        const { headers } = request;
        print(
          `${String(headers['webhook-id'])} at ${String(headers['webhook-timestamp'])}: ${verdict(secrets, headers, body)}`,
        );
        print(shown(body));
        response.writeHead(204).end();
      },
      // The sender has gone; it tries again.
      () => response.destroy(),
    );
  });
}

function verdict(
  secrets: readonly string[],
  headers: IncomingHttpHeaders,
  body: string,
): string {
  const texts = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  const problems = secrets.map((secret) => {
    try {
      new Webhook(secret).verify(body, texts);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });
  return problems.includes(undefined)
    ? 'the signature is right'
    : `the signature is wrong: ${problems[0]}`;
}

/** A body over several lines, or as it came. */
function shown(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
