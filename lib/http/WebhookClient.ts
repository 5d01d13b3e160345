import { lookup } from 'node:dns';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';

import pkg from '../../package.json' with { type: 'json' };
import type {
  WebhookAnswer,
  WebhookRequest,
  WebhookTransport,
} from '../webhooks/WebhookTransport.ts';

/** The bytes of an answer after which its connection is cut. */
const MAX_ANSWER = 65_536;

/**
 * Sends events to receivers. Addresses are checked as they are connected to, so that a
 * name cannot resolve to another one after the check.
 */
export class WebhookClient implements WebhookTransport {
  async post(request: WebhookRequest): Promise<WebhookAnswer> {
    const { url, headers, body, allowPrivate, signal } = request;
    const target = new URL(url);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    // An address is not looked up, and so not checked then.
    if (!allowPrivate && isIP(host) !== 0 && !isPublic(host)) {
      throw refusal(host, [host]);
    }
    return new Promise((fulfil, reject) => {
      const { request: begin } = target.protocol === 'https:' ? https : http;
      begin(target, {
        method: 'POST',
        agent: false,
        signal,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': `Atrium/${pkg.version}`,
        },
        ...(!allowPrivate && { lookup: lookupPublic }),
      })
        .on('error', (error) => reject(explained(error)))
        .on('response', (answer) => {
          fulfil({
            status: answer.statusCode ?? 0,
            retryAfter: answer.headers['retry-after'],
          });
          discard(answer);
        })
        .end(body);
    });
  }
}

/** The failure of a connection, with a message also for one of several addresses. */
function explained(error: Error): Error {
  return error instanceof AggregateError
    ? new Error(error.errors.map((it: Error) => it.message).join(' and '), {
        cause: error,
      })
    : error;
}

/** Reads the rest of an answer, and cuts it off if it is too long. */
function discard(answer: http.IncomingMessage): void {
  let size = 0;
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER) {
      answer.destroy();
    }
  });
  // The status counts even if the end of the answer is missing.
  answer.on('error', () => undefined);
}

/** Finds all addresses of a name. */
type ResolveAll = (
  name: string,
  options: LookupAllOptions,
  callback: (
    error: NodeJS.ErrnoException | null,
    addresses: LookupAddress[],
  ) => void,
) => void;

/** Resolves names to those of their addresses that are public. */
export function publicLookup(resolve: ResolveAll): LookupFunction {
  return (name, options, callback) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const found = addresses.filter(({ address }) => isPublic(address));
      const [first] = found;
      if (first === undefined) {
        callback(
          refusal(
            name,
            addresses.map(({ address }) => address),
          ),
          '',
        );
      } else if (options.all === true) {
        callback(null, found);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

const lookupPublic = publicLookup(lookup);

function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}

function refusal(host: string, addresses: readonly string[]): Error {
  return new Error(
    `webhooks.allowPrivate: expected true or a public address of ${host}, got ${addresses.join(' and ')}`,
  );
}
