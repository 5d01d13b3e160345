import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { z } from 'zod';

import { isLoopback, isWildcard } from '../limits/network.ts';
import { brokenRelations } from './relations.ts';
import { configSchema } from './schema.ts';
import { StartError } from '../core/StartError.ts';
import { explain } from '../core/validation.ts';

/** The folder that relative paths in the config start from. */
export const PROJECT_ROOT = path.resolve(import.meta.dirname, '..', '..');

/** What `config.ts` may export: every option is optional. */
export type ConfigInput = z.input<typeof configSchema>;

type DeepReadonly<T> = { readonly [Key in keyof T]: DeepReadonly<T[Key]> };

/** The whole configuration, defaults filled in, frozen. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;

/** Environment variables that override an option. */
export const ENVIRONMENT: Readonly<Record<string, readonly [string, string]>> =
  {
    ATRIUM_HOST: ['listen', 'host'],
    ATRIUM_PORT: ['listen', 'port'],
    ATRIUM_TLS_CERT: ['tls', 'cert'],
    ATRIUM_TLS_KEY: ['tls', 'key'],
    ATRIUM_RTC_LISTEN_IP: ['rtc', 'listenIp'],
    ATRIUM_RTC_PORT: ['rtc', 'port'],
    ATRIUM_ANNOUNCED_ADDRESS: ['rtc', 'announcedAddress'],
    ATRIUM_WORKERS: ['workers', 'count'],
    ATRIUM_AUTH_MODE: ['auth', 'mode'],
    ATRIUM_AUTH_ALLOW_OPEN: ['auth', 'allowOpen'],
    ATRIUM_OPS_HOST: ['ops', 'host'],
    ATRIUM_OPS_PORT: ['ops', 'port'],
    ATRIUM_LOG_LEVEL: ['log', 'level'],
    ATRIUM_LOG_FORMAT: ['log', 'format'],
  };

/** The configuration cannot be used; the message names every wrong option. */
export class ConfigError extends StartError {
  constructor(problems: readonly string[]) {
    super(`The configuration is wrong:\n  ${problems.join('\n  ')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Checks options and fills in the defaults.
 *
 * @throws {ConfigError} Naming each wrong option, what it got and what it wants.
 */
export function parseConfig(input: unknown = {}): Config {
  const parsed = configSchema.safeParse(input);
  if (!parsed.success) {
    throw new ConfigError(explain(parsed.error, input, ''));
  }
  const problems = [
    ...contradictions(parsed.data),
    ...brokenRelations(parsed.data, 'wrong'),
  ];
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return deepFreeze(parsed.data);
}

/**
 * Reads the config file, lets the environment override it, and checks it.
 *
 * @param environment - `ATRIUM_CONFIG` names the file; `config.ts` beside
 *   `server.ts` is taken where it exists.
 * @throws {ConfigError} When the file cannot be read or an option is wrong.
 */
export async function loadConfig(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Config> {
  const input = await readConfigFile(environment['ATRIUM_CONFIG']);
  return parseConfig(withEnvironment(input, environment));
}

async function readConfigFile(named: string | undefined): Promise<unknown> {
  const file = path.resolve(PROJECT_ROOT, named ?? 'config.ts');
  if (!existsSync(file)) {
    if (named === undefined) {
      return {};
    }
    throw new ConfigError([`ATRIUM_CONFIG: there is no file ${file}`]);
  }
  let module: { default?: unknown };
  try {
    // A file that was read before is read anew only under another address.
    const { href } = pathToFileURL(file);
    module = (await import(`${href}?read=${Date.now()}`)) as typeof module;
  } catch (error) {
    throw new ConfigError([`${file} cannot be loaded: ${String(error)}`]);
  }
  if (typeof module.default !== 'object' || module.default === null) {
    throw new ConfigError([`${file} has to export the options as its default`]);
  }
  return module.default;
}

function withEnvironment(
  input: unknown,
  environment: NodeJS.ProcessEnv,
): unknown {
  const merged: Record<string, unknown> = { ...(input as object) };
  const secret = environment['ATRIUM_AUTH_SECRET'];
  if (secret !== undefined && secret !== '') {
    merged['auth'] = {
      ...(merged['auth'] as object | undefined),
      keys: [{ algorithm: 'HS256', secret }],
    };
  }
  const urls = environment['ATRIUM_TURN_URLS'] || undefined;
  const turnSecret = environment['ATRIUM_TURN_SECRET'] || undefined;
  if (urls !== undefined || turnSecret !== undefined) {
    merged['ice'] = {
      ...(merged['ice'] as object | undefined),
      servers: [{ urls: urls?.split(','), secret: turnSecret }],
    };
  }
  for (const [variable, [sectionName, option]] of Object.entries(ENVIRONMENT)) {
    const value = environment[variable];
    if (value !== undefined && value !== '') {
      merged[sectionName] = {
        ...(merged[sectionName] as object | undefined),
        [option]: valueOf(value),
      };
    }
  }
  return merged;
}

/** The number or truth value that a variable spells, or its text. */
function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') {
    return text === 'true';
  }
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** What each option allows alone and not together with the others. */
function contradictions(config: Config): string[] {
  const { rtc, workers } = config;
  const problems: string[] = authContradictions(config);
  if (!rtc.udp && !rtc.tcp) {
    problems.push('rtc.udp, rtc.tcp: expected at least one to be true');
  }
  if (isWildcard(rtc.listenIp) && rtc.announcedAddress === undefined) {
    problems.push(
      `rtc.announcedAddress: expected the address that clients reach this host at, because rtc.listenIp is ${rtc.listenIp}, got nothing`,
    );
  }
  if (rtc.port !== 0 && rtc.port + workers.count - 1 > 65_535) {
    problems.push(
      `rtc.port: expected room for ${workers.count} workers below 65536, got ${rtc.port}`,
    );
  }
  if (workers.hangTimeout <= workers.probeTimeout) {
    problems.push(
      `workers.hangTimeout: expected more than workers.probeTimeout, which is ${workers.probeTimeout}, got ${workers.hangTimeout}`,
    );
  }
  return [...problems, ...limitContradictions(config)];
}

/** Each of these options bounds a part of what the next one does. */
const GROWING = [
  'sendBufferBytes',
  'keptBytesPerPeer',
  'keptBytesPerRoom',
  'keptBytes',
] as const;

function limitContradictions({ limits, signalling }: Config): string[] {
  const { maxFrameBytes } = signalling;
  const { pendingBytes } = limits;
  const problems =
    pendingBytes < 2 * maxFrameBytes
      ? [
          `limits.pendingBytes: expected at least twice signalling.maxFrameBytes, ${2 * maxFrameBytes}, got ${pendingBytes}`,
        ]
      : [];
  const shrinking = GROWING.slice(1).flatMap((option, index) => {
    const smaller = GROWING[index] ?? option;
    return limits[option] < limits[smaller]
      ? [
          `limits.${option}: expected at least limits.${smaller}, ${limits[smaller]}, got ${limits[option]}`,
        ]
      : [];
  });
  return [...problems, ...shrinking];
}

function authContradictions({ auth, access, listen }: Config): string[] {
  if (auth.mode === 'token') {
    return auth.keys.length > 0
      ? []
      : [
          'auth.keys: expected a key to check tokens with, because auth.mode is "token", got none; set one here or in ATRIUM_AUTH_SECRET',
        ];
  }
  const { host } = listen;
  const reached = isLoopback(host)
    ? access.trustProxy.length > 0 && 'the server through access.trustProxy'
    : host;
  return auth.allowOpen || reached === false
    ? []
    : [
        `auth.mode: expected "token", because others can reach ${reached} and "open" lets everybody in, got "open"; if that is meant, set auth.allowOpen to true`,
      ];
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) {
      deepFreeze(child as object);
    }
  }
  return Object.freeze(value);
}
