import { spawnSync } from 'node:child_process';
import path from 'node:path';

export const PROJECT_ROOT = path.resolve(import.meta.dirname, '..');

/** More than any answer about the packages of the lock file, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Runs npm in the checkout and reads the JSON that it prints, whatever its exit
 * status.
 *
 * @throws {Error} When npm does not run or prints no JSON, with what it said.
 */
export function npmJson(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Record<string, unknown> {
  const { error, stdout, stderr } = spawnSync('npm', args, {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    maxBuffer: MOST_BYTES,
  });
  if (error !== undefined) {
    throw error;
  }
  try {
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(stderr.trim() || stdout.trim() || 'npm said nothing', {
      cause,
    });
  }
}
