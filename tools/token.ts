/**
 * Makes a token for one peer with the key of the config, and prints it with an
 * address that joins.
 *
 * Usage: npm run token -- --room ROOM --peer PEER [--name NAME]
 *   [--role guest|member|moderator] [--publish mic,camera,…|none]
 *   [--no-subscribe] [--ttl 1h] [--url https://meet.example]
 *
 * Or makes the key of a project, with which pages create and join its sessions.
 *
 * Usage: npm run token -- --project ID [--ttl 365d]
 *
 * Or makes a key of the server API, and prints its secret and the entry for
 * auth.apiKeys.
 *
 * Usage: npm run token -- --api ID --scopes rooms:read,…|all [--ttl 365d]
 *   [--signing]
 */
import { parseArgs } from 'node:util';

import jwt from 'jsonwebtoken';

import { projectOf } from '../lib/auth/jwt.ts';
import { signRoomToken } from '../lib/auth/roomToken.ts';
import { loadConfig } from '../lib/config/load.ts';
import { ConfigError } from '../lib/core/ConfigError.ts';
import type { Config } from '../lib/config/schema.ts';
import { AppError } from '../lib/core/errors.ts';
import { isWildcard, originAt } from '../lib/limits/network.ts';
import { newApiKey } from './token/apiKey.ts';
import { UsageError } from './UsageError.ts';

const USAGE =
  'npm run token -- --room ROOM --peer PEER [--name NAME] [--role guest|member|moderator] [--publish mic,camera,screen,screen-audio|none] [--no-subscribe] [--ttl 1h] [--url https://meet.example]\n   or: npm run token -- --project ID [--ttl 365d]\n   or: npm run token -- --api ID --scopes rooms:read,…|all [--ttl 365d] [--signing]';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 };

try {
  print(await loadConfig());
} catch (error) {
  if (
    !(error instanceof UsageError) &&
    !(error instanceof ConfigError) &&
    !(error instanceof AppError)
  ) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}

function print(config: Config): void {
  const given = parse();
  if (given.api !== undefined) {
    printApiKey(given.api, given);
    return;
  }
  const { keys, mode } = config.auth;
  const key = keys.find(({ algorithm }) => algorithm === 'HS256');
  if (key === undefined || !('secret' in key)) {
    throw new UsageError(
      'auth.keys: expected an HS256 key to sign with, got none; set one in config.ts or in ATRIUM_AUTH_SECRET. Tokens for RS256 and ES256 keys are made where the private key is.',
    );
  }
  if (given.project !== undefined) {
    console.log(projectKey(given, key, config));
    return;
  }
  const { room, peer, ttl, url, ...claims } = read(given);
  const token = signRoomToken({ room, peer, ...claims }, ttl, key, config.auth);
  if (mode === 'open') {
    console.error(
      'Note that auth.mode is "open": this server does not ask for tokens.',
    );
  }
  console.log(token);
  if (!room.includes('*')) {
    const query = new URLSearchParams({ room });
    // Browsers do not send the part after the #.
    console.log(
      `${url ?? urlOf(config.listen)}/?${query.toString()}#token=${token}`,
    );
  }
}

/** Prints a key of the server API: its secret, and its entry for the config. */
function printApiKey(
  id: string,
  { api: _api, scopes, ttl, signing = false, ...others }: Given,
): void {
  requireNone(others, '--api');
  if (scopes === undefined) {
    throw new UsageError(`--scopes: expected some, or all.\nUsage: ${USAGE}`);
  }
  const { secret, entry } = newApiKey(id, {
    scopes,
    lifetime: ttl === undefined ? undefined : secondsOf(ttl),
    signs: signing,
  });
  console.error(
    'The secret, for the client alone; it is shown only now. Then the entry for auth.apiKeys:',
  );
  console.log(secret);
  console.log(entry);
}

/** @throws {UsageError} When options are given that another one excludes. */
function requireNone(others: object, because: string): void {
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new UsageError(
      `--${other}: expected nothing, because ${because} is given, got a value.\nUsage: ${USAGE}`,
    );
  }
}

/** The key of a project, which opens only the project's sessions. */
function projectKey(
  { project, ttl = '365d', ...others }: Given,
  { kid, secret }: { kid?: string | undefined; secret: string },
  { auth }: Config,
): string {
  requireNone(others, '--project');
  const token = jwt.sign({ project }, secret, {
    algorithm: 'HS256',
    expiresIn: secondsOf(ttl),
    ...(kid !== undefined && { keyid: kid }),
  });
  // The server would refuse what this refuses.
  projectOf(token, auth);
  return token;
}

function read(given: Given) {
  const { room, peer, name, role, ttl = '1h', publish, subscribe, url } = given;
  if (room === undefined || peer === undefined) {
    throw new UsageError(`--room, --peer: expected both.\nUsage: ${USAGE}`);
  }
  return {
    room,
    peer,
    ttl: secondsOf(ttl),
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    grants: {
      ...(publish !== undefined && {
        publish: publish === 'none' ? false : publish.split(','),
      }),
      ...(subscribe !== undefined && { subscribe }),
    },
    ...(url !== undefined && { url: url.replace(/\/+$/, '') }),
  };
}

type Given = ReturnType<typeof parse>;

function parse() {
  try {
    return parseArgs({
      allowNegative: true,
      options: {
        project: { type: 'string' },
        api: { type: 'string' },
        scopes: { type: 'string' },
        signing: { type: 'boolean' },
        room: { type: 'string' },
        peer: { type: 'string' },
        name: { type: 'string' },
        role: { type: 'string' },
        publish: { type: 'string' },
        subscribe: { type: 'boolean' },
        ttl: { type: 'string' },
        url: { type: 'string' },
      },
    }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message}\nUsage: ${USAGE}`, { cause: error });
  }
}

function secondsOf(ttl: string): number {
  const [, count, unit] = /^([1-9]\d{0,6})([smhd])$/.exec(ttl) ?? [];
  if (count === undefined || unit === undefined) {
    throw new UsageError(
      `--ttl: expected a number with s, m, h or d, such as 1h, got ${JSON.stringify(ttl)}`,
    );
  }
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** The address of the page, seen from this machine. */
function urlOf({ host, port }: Config['listen']): string {
  return originAt('https', isWildcard(host) ? 'localhost' : host, port);
}
