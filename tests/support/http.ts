import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestOptions,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

import { socketOptions } from '../../tools/fixtures/ProtooConnection.ts';

const { rejectUnauthorized, secureContext } = socketOptions;
const tls = { rejectUnauthorized, secureContext };

/** A response. */
export interface HttpReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * Requests a resource over a connection of its own; accepts any certificate. The
 * path goes out as it is, also where a URL would change it. A stream of events, which
 * does not end, is closed once its head has arrived.
 *
 * @param options - Another method, or headers.
 */
export function get(
  base: string,
  path: string,
  options: Pick<RequestOptions, 'method' | 'headers'> = {},
): Promise<HttpReply> {
  return send(base, path, undefined, options);
}

/** As {@link get}, with a body. */
export async function send(
  base: string,
  path: string,
  body: string | Buffer | undefined,
  options: Pick<RequestOptions, 'method' | 'headers'>,
): Promise<HttpReply> {
  const url = new URL(base);
  const request =
    url.protocol === 'https:'
      ? requestHttps(url, {
          ...options,
          path,
          agent: false,
          ...tls,
        })
      : requestHttp(url, { ...options, path, agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, headers } = response;
  if (headers['content-type']?.startsWith('text/event-stream') === true) {
    response.destroy();
    return { status, headers, body: '' };
  }
  return { status, headers, body: await text(response) };
}
