import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

import {
  HandshakeRefused,
  socketOptions,
} from '../fixtures/ProtooConnection.ts';

/** Parts of a request over HTTP. */
interface Question {
  method?: 'GET' | 'POST' | 'DELETE';
  token?: string;
  body?: object;
}

/**
 * Sends a request over a connection of its own, which leaves nothing open, and
 * reads the JSON of the reply.
 *
 * @throws {HandshakeRefused} With the status and the body of an error.
 */
export async function askServer(
  url: string,
  path: string,
  { method = 'GET', token, body }: Question,
  // The guests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
): Promise<any> {
  const { rejectUnauthorized, secureContext } = socketOptions;
  const tls = { rejectUnauthorized, secureContext };
  const asked = request(new URL(path, url), {
    ...tls,
    method,
    agent: false,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
  });
  asked.end(body && JSON.stringify(body));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { statusCode = 0 } = response;
  const reply = await text(response);
  if (statusCode >= 400) {
    throw new HandshakeRefused(statusCode, reply);
  }
  return reply === '' ? undefined : JSON.parse(reply);
}
