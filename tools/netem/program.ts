import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

const SOURCE = path.join(import.meta.dirname, 'link.c');
const FOLDER = path.join(PROJECT_ROOT, 'node_modules/.cache/atrium');
const TUN = '/dev/net/tun';

/**
 * The reason why no link can be made here; false where one can. It needs Linux, a
 * compiler, and the right to make network namespaces and devices.
 */
export const noLink: string | false = reason();

if (noLink) {
  console.error(`NOT TESTED ON A BAD NETWORK: ${noLink}`);
}

/** The path of the program behind a link, compiled where it has not been before. */
export function linkProgram(): string {
  const source = readFileSync(SOURCE);
  const version = createHash('sha256').update(source).digest('hex');
  const program = path.join(FOLDER, `link-${version.slice(0, 16)}`);
  if (!existsSync(program)) {
    mkdirSync(FOLDER, { recursive: true });
    // Others may compile it at the same time.
    const fresh = `${program}.${process.pid}`;
    const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-o', fresh, SOURCE];
    execFileSync('cc', flags, { stdio: ['ignore', 'inherit', 'inherit'] });
    renameSync(fresh, program);
  }
  return program;
}

function reason(): string | false {
  if (process.platform !== 'linux') {
    return 'a link between network namespaces needs Linux.';
  }
  if (process.getuid?.() !== 0) {
    return 'network namespaces and TUN devices need root.';
  }
  try {
    accessSync(TUN, constants.R_OK | constants.W_OK);
  } catch {
    return `TUN devices need ${TUN}, which is not there.`;
  }
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
  } catch {
    return 'there is no compiler: install Debian\'s packages "gcc" and "libc6-dev".';
  }
  try {
    // Makes what a link needs, and ends at once, since its input is empty.
    execFileSync(linkProgram(), { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    return `the system refuses it: ${stderr?.toString().trim() || message}`;
  }
  return false;
}
