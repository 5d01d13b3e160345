import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { contradictions } from './contradictions.ts';
import { brokenRelations } from './relations.ts';
import { configSchema } from './schema.ts';
import { SECRET_FILES, withSecretFiles } from './secretFiles.ts';
import { serviceOptions } from './services.ts';
import type { Config } from './schema.ts';
import { ConfigError } from '../core/ConfigError.ts';
import { deepFreeze } from '../core/deepFreeze.ts';
import { PROJECT_ROOT } from '../core/projectRoot.ts';
import { explain } from '../core/validation.ts';

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
    ATRIUM_STORE_FILE: ['store', 'file'],
    ATRIUM_STORE_URL: ['store', 'url'],
    ATRIUM_CLUSTER_REDIS: ['cluster', 'redis'],
    ATRIUM_CLUSTER_SECRET: ['cluster', 'secret'],
    ATRIUM_CLUSTER_HOST: ['cluster', 'host'],
    ATRIUM_CLUSTER_PORT: ['cluster', 'port'],
    ATRIUM_CLUSTER_ADDRESS: ['cluster', 'address'],
    ATRIUM_CLUSTER_REGION: ['cluster', 'region'],
    ATRIUM_OPS_HOST: ['ops', 'host'],
    ATRIUM_OPS_PORT: ['ops', 'port'],
    ATRIUM_LOG_LEVEL: ['log', 'level'],
    ATRIUM_LOG_FORMAT: ['log', 'format'],
    ATRIUM_TRUST_PROXY: ['access', 'trustProxy'],
    ATRIUM_ORIGINS: ['access', 'origins'],
    ATRIUM_DRAIN_TIMEOUT: ['shutdown', 'drainTimeout'],
  };

/** Options that are lists in any case, whose variables separate entries by commas. */
const LISTS = new Set(['trustProxy', 'origins']);

/** Environment variables beside those, for the server and its set-up. */
export const VARIABLES: readonly string[] = [
  'ATRIUM_CONFIG',
  'ATRIUM_AUTH_SECRET',
  'ATRIUM_TURN_URLS',
  'ATRIUM_TURN_SECRET',
  'ATRIUM_WEBHOOK_URL',
  'ATRIUM_WEBHOOK_SECRET',
  'ATRIUM_CACHE',
  ...SECRET_FILES,
];

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
 * @param service - The service that is to run alone.
 * @throws {ConfigError} When a file cannot be read or an option is wrong.
 */
export async function loadConfig(
  environment: NodeJS.ProcessEnv = process.env,
  service?: string,
): Promise<Config> {
  const input = await readConfigFile(environment['ATRIUM_CONFIG']);
  const variables = withSecretFiles(environment, service !== undefined);
  const options = withEnvironment(input, variables);
  return parseConfig(
    service === undefined
      ? options
      : serviceOptions(service, options, variables),
  );
}

/** Makes each address of a config file another, however soon it is read again. */
let reads = 0;

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
    // A file that was read before is read again only under another address.
    const { href } = pathToFileURL(file);
    reads += 1;
    module = (await import(`${href}?read=${reads}`)) as typeof module;
  } catch (error) {
    throw new ConfigError([`${file} cannot be loaded: ${String(error)}`]);
  }
  if (typeof module.default !== 'object' || module.default === null) {
    throw new ConfigError([`${file} has to export the options as its default`]);
  }
  // An empty file is a module, too.
  if (Object.keys(module.default).length === 0) {
    throw new ConfigError([
      `${file}: expected options as its default export, got none; remove the file to run with the defaults`,
    ]);
  }
  return module.default;
}

function withEnvironment(
  input: unknown,
  environment: NodeJS.ProcessEnv,
): Record<string, unknown> {
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
  const url = environment['ATRIUM_WEBHOOK_URL'] || undefined;
  const secrets = environment['ATRIUM_WEBHOOK_SECRET'] || undefined;
  if (url !== undefined || secrets !== undefined) {
    merged['webhooks'] = {
      ...(merged['webhooks'] as object | undefined),
      endpoints: [{ id: 'default', url, secrets: secrets?.split(',') }],
    };
  }
  for (const [variable, [sectionName, option]] of Object.entries(ENVIRONMENT)) {
    const value = environment[variable];
    if (value !== undefined && value !== '') {
      merged[sectionName] = {
        ...(merged[sectionName] as object | undefined),
        [option]:
          LISTS.has(option) ||
          (option === 'announcedAddress' && value.includes(','))
            ? value.split(',').map((entry) => entry.trim())
            : valueOf(value),
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
