import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request } from 'node:https';

import { loopbackFor, originAt } from '../../limits/network.ts';

/** The answer is there by then, ms; supervisors are given 5 s. */
const TIMEOUT = 4_000;

/** More than any answer of /health, bytes. */
const MOST_BYTES = 65_536;

/** The place where a server listens, by its options. */
interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** The server is not well, or does not answer; the message says which. */
export class Unhealthy extends Error {
  /** @param message - A sentence. */
  constructor(message: string) {
    super(message);
    this.name = 'Unhealthy';
  }
}

/**
 * Asks the server at an address whether it can serve clients.
 *
 * @returns A sentence.
 * @throws {Unhealthy} When they cannot.
 */
export async function askHealth({ host, port, tls }: Address): Promise<string> {
  if (port === 0) {
    throw new Unhealthy(
      'listen.port: expected the port to ask at, got 0, which is another at each start',
    );
  }
  const to = loopbackFor(host);
  const url = originAt(tls ? 'https' : 'http', to, port);
  const response = await ask(to, port, url, tls ? request : requestPlain);
  const { status, message } = await read(response, url);
  const sentence = `${url} is ${status}: ${message}`;
  if (response.statusCode !== 200) {
    throw new Unhealthy(sentence);
  }
  return sentence;
}

async function ask(
  host: string,
  port: number,
  url: string,
  send: typeof request,
): Promise<IncomingMessage> {
  const asking = send({
    host,
    port,
    path: '/health',
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT),
    // Certificates are for the names that clients know, not for this address.
    rejectUnauthorized: false,
  });
  asking.end();
  try {
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return response;
  } catch (error) {
    throw new Unhealthy(`${url} does not answer: ${reasonOf(error)}`);
  }
}

async function read(
  response: IncomingMessage,
  url: string,
): Promise<{ status: string; message: string }> {
  let body = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      body += String(chunk);
      if (body.length > MOST_BYTES) {
        throw new Unhealthy(
          `${url} answers with more than ${MOST_BYTES} bytes`,
        );
      }
    }
    // A service says which it is, and nothing more.
    const {
      status,
      service,
      message = service,
    } = JSON.parse(body) as Record<string, unknown>;
    if (typeof status === 'string' && typeof message === 'string') {
      return { status, message };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error instanceof Unhealthy
        ? error
        : new Unhealthy(`${url} does not answer: ${reasonOf(error)}`);
    }
  }
  throw new Unhealthy(
    `${url} answers ${response.statusCode}, and not as Atrium does`,
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.name === 'AbortError'
    ? `nothing came for ${TIMEOUT} ms`
    : error.message;
}
