import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import { ownOriginOf } from '../../lib/limits/forwarded.ts';
import { networkOf } from '../../lib/limits/network.ts';
import { mayEnter } from '../../lib/auth/Grants.ts';
import { peerGrants, userGrants } from '../../lib/auth/jwt.ts';
import { rolesSection } from '../../lib/auth/roles.ts';
import { OpenRequests } from '../../lib/core/OpenRequests.ts';
import { parseConfig } from '../../lib/config/load.ts';
import { ConfigError } from '../../lib/core/ConfigError.ts';
import { AppError } from '../../lib/core/errors.ts';
import { requests as chatRequests } from '../../lib/gateways/chat/contract.ts';
import { requests as protooRequests } from '../../lib/gateways/protoo/contract.ts';
import { ProtooTransport } from '../../lib/gateways/protoo/ProtooTransport.ts';
import type {
  ClientLink,
  MessageListener,
} from '../../lib/signalling/ClientLink.ts';
import { RequestDispatcher } from '../../lib/signalling/RequestDispatcher.ts';
import type { RequestTable } from '../../lib/core/contract.ts';
import { requests as jsonRequests } from '../../lib/gateways/json/contract.ts';
import { frameSchema } from '../../lib/gateways/json/JsonSession.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { check } from '../../lib/core/validation.ts';
import { chatResources, messageIn } from './chat.ts';

/** An answer that is longer than this would be worth asking for. */
const MAX_MESSAGE_LENGTH = 4_000;

const SECRET = 'a secret that is long enough for all of these';
const KEYS = [{ algorithm: 'HS256', secret: SECRET }] as const;

/** Holds an input against a part of the server; throws when it does not hold. */
export type Target = (input: string) => void | Promise<void>;

const session = {
  gateway: 'fuzz',
  context: { metrics: new Metrics() },
  permit: () => undefined,
  noteRefusal: () => undefined,
};

const arrival = {
  admit: () => ({
    countEntries: () => undefined,
    fail: () => undefined,
    [Symbol.dispose]: () => undefined,
  }),
};

/** A refusal that says something, and not at any length. */
function assertRefusal(error: unknown): void {
  assert.ok(error instanceof AppError, String(error));
  assert.notEqual(error.code, 'INTERNAL_ERROR', String(error.cause));
  assert.ok(error.message !== '');
  assert.ok(error.message.length <= MAX_MESSAGE_LENGTH, error.message);
}

/** Requests of a contract, checked and then answered with nothing. */
function requestsOf(table: RequestTable) {
  const handlers = Object.fromEntries(
    Object.entries(table).map(([method, { data: schema }]) => [
      method,
      (_: unknown, data: unknown) => {
        // Reading the result again must not change it.
        assert.deepEqual(schema.parse(data), data);
        return {};
      },
    ]),
  );
  const dispatcher = new RequestDispatcher(table, handlers);
  return async (method: string, data: unknown): Promise<void> => {
    const outcome = await dispatcher.dispatch(session, {
      method,
      data,
      arrival,
    });
    if (!outcome.ok) {
      assertRefusal(outcome.error);
    }
  };
}

const askProtoo = requestsOf(protooRequests);
const askJson = requestsOf(jsonRequests);
const askChat = requestsOf(chatRequests);

/** A connection as far as a transport knows one. */
class FuzzedLink implements ClientLink {
  readonly requests = new OpenRequests();
  readonly id = 'fuzz';
  readonly network = 'here';
  readonly closed = false;
  readonly reasons: string[] = [];
  receive: MessageListener = () => undefined;

  onMessage(listener: MessageListener): void {
    this.receive = listener;
  }

  onClosing(): void {}

  onDelivery(): void {}

  onClose(): void {}

  send(): void {}

  probe(): void {}

  close(_name: string, reason: string): void {
    this.reasons.push(reason);
  }
}

async function protoo(input: string): Promise<void> {
  const link = new FuzzedLink();
  const transport = new ProtooTransport(link);
  const asked: Promise<void>[] = [];
  transport.on('message', (message) => {
    if ('request' in message) {
      assert.ok(Number.isFinite(message.id));
      asked.push(askProtoo(message.method, message.data));
    }
  });
  link.receive(input, arrival);
  for (const reason of link.reasons) {
    // It has to fit into a close frame.
    assert.ok(reason !== '' && Buffer.byteLength(reason) <= 123, reason);
  }
  await Promise.all(asked);
}

async function json(input: string): Promise<void> {
  let json: unknown;
  try {
    json = JSON.parse(input);
  } catch {
    return;
  }
  const frame = check(frameSchema, json, '');
  if (frame.ok) {
    await askJson(frame.data.type, frame.data.data);
  } else {
    assert.ok(frame.problem.length <= MAX_MESSAGE_LENGTH, frame.problem);
  }
}

async function chat(input: string): Promise<void> {
  const { method, data } = messageIn(input);
  await askChat(method, data);
}

/** Reads a token, or two lines as the header and the claims of a genuine one. */
function token(input: string): void {
  const [header = '', claims] = input.split('\n');
  const signed = claims === undefined ? input : sign(header, claims);
  for (const grantsOf of [peerGrants, userGrants]) {
    try {
      const grants = grantsOf(signed, {
        keys: KEYS,
        clockTolerance: 10,
        roles: rolesSection.parse({}),
      });
      assert.ok(grants.identity.userId !== '');
      assert.equal(typeof mayEnter(grants, 'room'), 'boolean');
    } catch (error) {
      assertRefusal(error);
    }
  }
}

function sign(header: string, claims: string): string {
  const text = [header, claims]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  const mac = createHmac('sha256', SECRET).update(text).digest('base64url');
  return `${text}.${mac}`;
}

/** Reads lines as headers that proxies set. */
function forwarded(input: string): void {
  const [chain = '', standard = '', host = '', scheme = ''] = input.split('\n');
  for (const headers of [
    { 'x-forwarded-for': chain, 'x-forwarded-host': host },
    { forwarded: standard, host },
    { 'x-forwarded-proto': scheme, host },
  ]) {
    const request = { headers, socket: { remoteAddress: '127.0.0.1' } };
    const network = networkOf(request as IncomingMessage, TRUSTED);
    assert.ok(
      network === 'unknown' || isIP(network.replace('/64', '')) !== 0,
      network,
    );
    const origin = ownOriginOf(request as IncomingMessage, TRUSTED);
    assert.ok(origin === undefined || origin !== '');
  }
}

const TRUSTED = ['loopback', '10.0.0.0/8'];

function config(input: string): void {
  let json: unknown;
  try {
    json = JSON.parse(input);
  } catch {
    return;
  }
  let parsed: unknown;
  try {
    parsed = parseConfig(json);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return;
  }
  assert.deepEqual(parseConfig(parsed), parsed);
}

/** The targets of the fuzzer, by name. */
export const TARGETS: Readonly<Record<string, Target>> = {
  protoo,
  json,
  chat,
  chatResources,
  token,
  forwarded,
  config,
};
