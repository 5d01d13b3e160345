import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import type { types } from 'mediasoup-client';

import { isLoopback } from '../../lib/limits/network.ts';
import { UsageError } from '../UsageError.ts';
import { ENGINES } from './engines.ts';
import type { EngineName } from './engines.ts';

/** More than any one host can play, so a typing error. */
const MAX_PEERS = 20_000;
const MAX_SECONDS = 86_400;

/** Reads one option, whose name is given for the message. */
type Read<Value> = (text: string, name: string) => Value;

interface OptionSpec<Value> {
  /** The text after the name in the help; empty for a switch. */
  argument?: string;
  what: string;
  /** Taken where the option is not given. */
  otherwise?: string;
  read: Read<Value>;
}

/** Every option of the command, in the order of the help. */
const OPTIONS = {
  url: {
    argument: 'URL',
    what: 'The server, such as wss://127.0.0.1:4443/.',
    read: serverUrl,
  },
  rooms: {
    argument: 'N',
    what: 'Rooms that are filled.',
    otherwise: '1',
    read: whole(1, MAX_PEERS),
  },
  peers: {
    argument: 'N',
    what: 'Peers in each room. Each receives all others.',
    otherwise: '10',
    read: whole(1, MAX_PEERS),
  },
  publishers: {
    argument: 'N',
    what: 'How many of the peers in a room send; all unless given.',
    read: whole(0, MAX_PEERS),
  },
  publish: {
    argument: 'KINDS',
    what: 'What they send: audio, video, or audio,video.',
    otherwise: 'audio,video',
    read: kinds,
  },
  duration: {
    argument: 'S',
    what: 'Time that all of them stay once the last was sent in, s.',
    otherwise: '30',
    read: whole(1, MAX_SECONDS),
  },
  ramp: {
    argument: 'N',
    what: 'Peers that are sent in a second.',
    otherwise: '5',
    read: positive,
  },
  engine: {
    argument: 'NAME',
    what: 'How media is made: "replay" sends a recording, hundreds of peers a process; "real" encodes and decodes as a browser does, about ten a core.',
    otherwise: 'replay',
    read: engine,
  },
  processes: {
    argument: 'N',
    what: 'Processes that the peers are spread over.',
    otherwise: String(availableParallelism()),
    read: whole(1, 256),
  },
  prefix: {
    argument: 'TEXT',
    what: 'What the names of rooms and peers start with.',
    otherwise: 'load',
    read: name,
  },
  key: {
    argument: 'FILE',
    what: 'The key that tokens are signed with: an HS256 secret, or a private RSA (RS256) or P-256 (ES256) key in PEM. Without it the secret in ATRIUM_AUTH_SECRET is taken, and without that no token is sent.',
    read: text,
  },
  kid: {
    argument: 'ID',
    what: 'The id of the key, where the server has several.',
    read: text,
  },
  insecure: {
    what: 'Take any certificate. On loopback any is taken anyway.',
    read: chosen,
  },
  'allow-remote': {
    what: 'Load another machine than this one, which has to be yours.',
    read: chosen,
  },
  'max-loss': {
    argument: 'PERCENT',
    what: 'Fail (exit code 1) if more of the packets were lost.',
    read: amount,
  },
  'max-join-p99': {
    argument: 'MS',
    what: 'Fail if one in a hundred joins took longer.',
    read: amount,
  },
  'max-errors': {
    argument: 'N',
    what: 'Fail if there were more errors.',
    read: amount,
  },
  json: {
    what: 'Print the result as JSON, and nothing else.',
    read: chosen,
  },
  help: { what: 'Print this.', read: chosen },
} as const satisfies Record<string, OptionSpec<unknown>>;

type OptionName = keyof typeof OPTIONS;
type Value<Name extends OptionName> = ReturnType<
  (typeof OPTIONS)[Name]['read']
>;
type Given = { [Name in OptionName]: Value<Name> | undefined };

/** The parameters of a load. */
export interface LoadOptions {
  url: URL;
  rooms: number;
  peers: number;
  publishers: number;
  publish: readonly types.MediaKind[];
  duration: number;
  ramp: number;
  engine: EngineName;
  processes: number;
  prefix: string;
  key: string | undefined;
  kid: string | undefined;
  insecure: boolean;
  allowRemote: boolean;
  limits: Limits;
  json: boolean;
}

/** The bounds that a load must keep. */
export interface Limits {
  /** Percent. */
  loss: number | undefined;
  /** ms. */
  joinP99: number | undefined;
  errors: number | undefined;
}

/**
 * Reads the arguments of the command.
 *
 * @returns Nothing when only help was asked for.
 * @throws {UsageError} When they make no sense.
 */
export function readOptions(args: readonly string[]): LoadOptions | undefined {
  const given = parse(args);
  if (given.help) {
    return undefined;
  }
  const { url } = given;
  if (url === undefined) {
    throw new UsageError('--url: expected the server, got nothing');
  }
  const allowRemote = given['allow-remote'] ?? false;
  const isNear = isLoopback(url.hostname.replaceAll(/^\[|\]$/g, ''));
  if (!isNear && !allowRemote) {
    throw new UsageError(
      `--url: expected a server on this machine, got ${url.hostname}; add --allow-remote if it is yours`,
    );
  }
  const settled = required(given);
  const { rooms, peers } = settled;
  if (rooms * peers > MAX_PEERS) {
    throw new UsageError(
      `--rooms, --peers: expected at most ${MAX_PEERS} peers in all, got ${rooms * peers}`,
    );
  }
  return {
    ...settled,
    url,
    publishers: Math.min(given.publishers ?? peers, peers),
    key: given.key,
    kid: given.kid,
    insecure: isNear || (given.insecure ?? false),
    allowRemote,
    limits: {
      loss: given['max-loss'],
      joinP99: given['max-join-p99'],
      errors: given['max-errors'],
    },
    json: given.json ?? false,
  };
}

/** The usage of the command. */
export function usage(): string {
  const lines = entries().map(([name, spec]): [string, string] => [
    `--${name}${spec.argument === undefined ? '' : ` ${spec.argument}`}`,
    spec.what +
      (spec.otherwise === undefined ? '' : ` Default: ${spec.otherwise}.`),
  ]);
  const width = Math.max(...lines.map(([left]) => left.length));
  return [
    'Usage: npm run load -- --url URL [OPTION]...',
    '',
    'Fills rooms of a server with peers that send and receive media, and reports the result. Exit code 1: a threshold was passed, or no peer could join; 2: wrong usage.',
    '',
    ...lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
  ].join('\n');
}

function entries(): [OptionName, OptionSpec<unknown>][] {
  return Object.entries(OPTIONS) as [OptionName, OptionSpec<unknown>][];
}

function parse(args: readonly string[]): Given {
  const options = Object.fromEntries(
    entries().map(([name, { argument }]) => [
      name,
      { type: argument === undefined ? 'boolean' : 'string' } as const,
    ]),
  );
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args: Array.from(args), options }) as {
      values: typeof values;
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  return Object.fromEntries(
    entries().map(([name, { otherwise, read }]) => {
      const value = values[name] ?? otherwise;
      return [
        name,
        value === undefined ? undefined : read(String(value), name),
      ];
    }),
  ) as Given;
}

/** The options that have a default. */
function required(given: Given) {
  const { rooms, peers, publish, duration, ramp, engine, processes, prefix } =
    given as { [Name in OptionName]: Value<Name> };
  return { rooms, peers, publish, duration, ramp, engine, processes, prefix };
}

function wrong(name: string, expected: string, got: string): UsageError {
  return new UsageError(
    `--${name}: expected ${expected}, got ${JSON.stringify(got)}`,
  );
}

function serverUrl(value: string, name: string): URL {
  const url = URL.parse(value.replace(/^http/, 'ws'));
  if (url === null || !['ws:', 'wss:'].includes(url.protocol)) {
    throw wrong(name, 'an address such as wss://127.0.0.1:4443/', value);
  }
  return url;
}

function whole(least: number, most: number): Read<number> {
  return (value, name) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw wrong(name, `a whole number from ${least} to ${most}`, value);
    }
    return number;
  };
}

function amount(value: string, name: string): number {
  if (!/^\d+(\.\d+)?$/.test(value)) {
    throw wrong(name, 'a number', value);
  }
  return Number(value);
}

function positive(value: string, name: string): number {
  const number = amount(value, name);
  if (number === 0) {
    throw wrong(name, 'a number above 0', value);
  }
  return number;
}

function kinds(value: string, name: string): types.MediaKind[] {
  const all = Array.from(new Set(value.split(',')));
  if (!all.every((kind) => kind === 'audio' || kind === 'video')) {
    throw wrong(name, 'audio, video, or both with a comma', value);
  }
  return all;
}

function engine(value: string, name: string): EngineName {
  const found = ENGINES.find((it) => it === value);
  if (found === undefined) {
    throw wrong(name, ENGINES.map((it) => `"${it}"`).join(' or '), value);
  }
  return found;
}

function name(value: string, name: string): string {
  if (!/^[\w-]{1,64}$/.test(value)) {
    throw wrong(name, 'up to 64 letters, digits, "-" and "_"', value);
  }
  return value;
}

function text(value: string): string {
  return value;
}

function chosen(): boolean {
  return true;
}
