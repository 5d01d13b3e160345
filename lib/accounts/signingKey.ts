import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { AuthOptions } from '../auth/options.ts';
import type { SigningKey } from '../auth/signingKey.ts';
import { ConfigError } from '../core/ConfigError.ts';
import { PROJECT_ROOT } from '../core/projectRoot.ts';
import { publicAddresses } from '../limits/addresses.ts';
import type { AddressSections } from '../limits/addresses.ts';
import { Logger } from '../core/logger.ts';

const logger = new Logger('accounts');

const KEY_BYTES = 48;

/** The name of the key's file, beside the database. */
const KEY_FILE = 'signing.key';

/** The sections that decide on the key. */
interface KeySections extends AddressSections {
  readonly auth: AuthOptions;
  readonly store: { readonly file: string };
}

/**
 * The key of the server's own, for a configuration without `auth.keys` if only
 * this machine can connect. It is created at the first start.
 *
 * @returns Undefined where the server has no key of its own.
 * @throws {ConfigError} When its file cannot be read or created.
 */
export async function ownSigningKey(
  sections: KeySections,
): Promise<SigningKey | undefined> {
  const { auth, store } = sections;
  if (auth.keys.length > 0 || publicAddresses(sections).length > 0) {
    return undefined;
  }
  const folder = path.dirname(path.resolve(PROJECT_ROOT, store.file));
  try {
    const secret = await loadSigningKey(path.join(folder, KEY_FILE));
    return { algorithm: 'HS256', secret };
  } catch (error) {
    throw new ConfigError([
      `auth.keys: expected a key, or a folder in which one can be kept, got ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}

/** Completes a configuration that has no keys with the server's own. */
export function withSigningKey<Config extends KeySections>(
  config: Config,
  key: SigningKey | undefined,
): Config {
  const { auth } = config;
  return key === undefined || auth.keys.length > 0
    ? config
    : { ...config, auth: { ...auth, keys: [key] } };
}

/**
 * Reads a key from a file, which is created if need be. Servers that start
 * together share the first one's.
 *
 * @throws {Error} When the file cannot be read or created.
 */
export async function loadSigningKey(file: string): Promise<string> {
  try {
    return await readKey(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  const key = randomBytes(KEY_BYTES).toString('base64url');
  await writeFile(draft, `${key}\n`, { flag: 'wx', mode: 0o600, flush: true });
  try {
    // The first one to link wins, and the file is whole from the start.
    await link(draft, file);
    logger.info('created a key to sign tokens with: %s', file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    await unlink(draft);
  }
  return readKey(file);
}

async function readKey(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim();
}
