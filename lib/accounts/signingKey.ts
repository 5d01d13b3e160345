import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Logger } from '../core/logger.ts';

const logger = new Logger('accounts');

const KEY_BYTES = 48;

/**
 * The key of a server without `auth.keys`: read from a file, which is created
 * at the first start. Servers that start together share the first one's.
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
