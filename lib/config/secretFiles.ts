import { readFileSync } from 'node:fs';

import { ConfigError } from '../core/ConfigError.ts';

/** Secrets of the server that may be in a file, which the variable with `_FILE` names. */
const SERVER_SECRETS = [
  'ATRIUM_AUTH_SECRET',
  'ATRIUM_TURN_SECRET',
  'ATRIUM_WEBHOOK_SECRET',
  'ATRIUM_CLUSTER_SECRET',
  // It has a password.
  'ATRIUM_STORE_URL',
];

/** Those of a service that runs alone. */
const SERVICE_SECRETS = ['DB_PASSWORD', 'JWT_SECRET'];

/** The variables of the server that name a file with a secret. */
export const SECRET_FILES: readonly string[] = SERVER_SECRETS.map(fileVariable);

/**
 * An environment in which the secrets that are in files have their values, so
 * that containers need not show them in their environment.
 *
 * @param service - True for a service that runs alone.
 * @throws {ConfigError} When a file cannot be read or is empty, or when a
 *   variable is set beside the file.
 */
export function withSecretFiles(
  environment: NodeJS.ProcessEnv,
  service: boolean,
): NodeJS.ProcessEnv {
  const names = service
    ? [...SERVER_SECRETS, ...SERVICE_SECRETS]
    : SERVER_SECRETS;
  const secrets = names.flatMap((name) => {
    const file = environment[fileVariable(name)];
    if (!file) {
      return [];
    }
    if (environment[name]) {
      throw new ConfigError([
        `${name}: expected nothing, because ${fileVariable(name)} is set, got a value`,
      ]);
    }
    return [[name, secretIn(fileVariable(name), file)] as const];
  });
  return { ...environment, ...Object.fromEntries(secrets) };
}

function secretIn(variable: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([
      `${variable}: expected a file that this user can read, got ${file}: ${(error as NodeJS.ErrnoException).code}`,
    ]);
  }
  // Most ways to write a file end it with a newline.
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') {
    throw new ConfigError([
      `${variable}: expected a file with a secret, got ${file}, which is empty`,
    ]);
  }
  return secret;
}

function fileVariable(name: string): string {
  return `${name}_FILE`;
}
