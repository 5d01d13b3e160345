import { publicAddresses } from '../limits/addresses.ts';
import { isLoopback } from '../limits/network.ts';
import { ENVIRONMENT, VARIABLES } from './load.ts';
import type { Config } from './schema.ts';
import { brokenRelations } from './relations.ts';

/**
 * The least memory times passes that OWASP recommends for argon2id, KiB.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const LEAST_HASH_COST = 7_168 * 5;

/** Options that are valid and most likely not intended, in sentences that name them. */
export function configWarnings(config: Config): string[] {
  const { access, accounts, auth, calls, rtc } = config;
  const [reached] = publicAddresses(config);
  const warnings = brokenRelations(config, 'warning');
  if (reached !== undefined && isLoopback(rtc.listenIp)) {
    warnings.push(
      `rtc.listenIp: expected an address that others reach, because ${reached.option}.host is ${reached.host}, got ${rtc.listenIp}; others can join, and may receive no media`,
    );
  }
  const { hashMemory, hashPasses } = accounts;
  if (hashMemory * hashPasses < LEAST_HASH_COST) {
    warnings.push(
      `accounts.hashPasses: expected at least ${Math.ceil(LEAST_HASH_COST / hashMemory)}, because accounts.hashMemory is ${hashMemory}, got ${hashPasses}; stolen hashes of passwords are guessed too fast`,
    );
  }
  const users = URL.parse(auth.users.url ?? '');
  if (users?.protocol === 'http:' && !isLoopback(users.hostname)) {
    warnings.push(
      `auth.users.url: expected https, because it is asked with the tokens of users, got ${users.origin}`,
    );
  }
  const directory = URL.parse(calls.directory.url ?? '');
  if (directory?.protocol === 'http:' && !isLoopback(directory.hostname)) {
    warnings.push(
      `calls.directory.url: expected https, because it is asked with calls.secret, got ${directory.origin}`,
    );
  }
  for (const [index, endpoint] of config.webhooks.endpoints.entries()) {
    const receiver = URL.parse(endpoint.url);
    if (receiver?.protocol === 'http:' && !isLoopback(receiver.hostname)) {
      warnings.push(
        `webhooks.endpoints.${index}.url: expected https, because events tell who meets whom, got ${receiver.origin}`,
      );
    }
  }
  if (access.regionHeader !== undefined && access.trustProxy.length === 0) {
    warnings.push(
      `access.trustProxy: expected a proxy, because access.regionHeader is ${access.regionHeader}, got none; the header is ignored`,
    );
  }
  if (reached === undefined) {
    // A server that only its own machine can reach makes a key if it has none.
    return warnings;
  }
  if (auth.users.url !== undefined && auth.keys.length === 0) {
    warnings.push(
      'auth.keys: expected a key, because auth.users.url is set, got none; /ws is not served',
    );
  }
  const signs = auth.keys.some(({ algorithm }) => algorithm === 'HS256');
  if (accounts.registration === 'open' && !signs) {
    warnings.push(
      'auth.keys: expected an HS256 key to sign logins with, because accounts.registration is "open", got none; people can register and cannot log in',
    );
  }
  return warnings;
}

/** Variables that look like the server's and are not, in sentences. */
export function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = new Set([...Object.keys(ENVIRONMENT), ...VARIABLES]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('ATRIUM_') && !known.has(name))
    .map((name) => `${name}: there is no such environment variable`);
}
