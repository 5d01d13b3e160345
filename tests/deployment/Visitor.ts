import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';

import { MeetingClient } from '../gateways/meetings/MeetingClient.ts';
import type { Composition } from './Composition.ts';

/** An answer with its body, of any shape. */
interface Answer {
  status: number;
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** A client of the published ports, from outside. */
export class Visitor {
  readonly #composition: Composition;
  readonly #host: string;

  /** @param host - The name by which it asks. */
  constructor(composition: Composition, host: string) {
    this.#composition = composition;
    this.#host = host;
  }

  /** Sends a request, with a body as JSON, and reads one. */
  async ask(
    port: number,
    method: string,
    resource: string,
    body?: object,
    token?: string,
  ): Promise<Answer> {
    const response = await this.#send(port, method, resource, body, token);
    return {
      status: response.statusCode ?? 0,
      body: JSON.parse(await text(response)),
    };
  }

  /** Asks for a page. @returns The status, and the address that it leads to. */
  async follow(port: number, resource: string) {
    const response = await this.#send(port, 'GET', resource);
    response.resume();
    const { location } = response.headers;
    return { status: response.statusCode, location };
  }

  /** Connects to a ticket or a session. */
  dial(address: string): Promise<MeetingClient> {
    const url = new URL(`/ws/${address}`, `https://${this.#host}`);
    const options = { createConnection: () => this.#connect(443) };
    return new MeetingClient(url, options).opened();
  }

  async #send(
    port: number,
    method: string,
    path: string,
    body?: object,
    token?: string,
  ): Promise<IncomingMessage> {
    const sending = request({
      host: this.#host,
      method,
      path,
      createConnection: () => this.#connect(port),
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
    });
    sending.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    return response;
  }

  #connect(port: number) {
    const socket = connect(this.#composition.socketOf(port));
    return port === 443
      ? connectTls({ socket, rejectUnauthorized: false })
      : socket;
  }
}
