import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';

import { version as mediasoup } from 'mediasoup';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** The place and the versions that something was measured with. */
export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  /** GiB. */
  memory: number;
  system: string;
  /**
   * The number of processes that wanted a core in the minute before the start.
   */
  load: number;
  atrium: string;
  node: string;
  mediasoup: string;
}

/** This machine, now. */
export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memory: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    load: os.loadavg()[0] ?? NaN,
    atrium: `${ownVersion()} (${commit()})`,
    node: process.version.slice(1),
    mediasoup,
  };
}

function ownVersion(): string {
  const file = readFileSync(`${PROJECT_ROOT}/package.json`, 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

/** The commit that is checked out; a download has none. */
function commit(): string {
  try {
    const options = { cwd: PROJECT_ROOT, encoding: 'utf8' } as const;
    return execFileSync(
      'git',
      ['rev-parse', '--short', 'HEAD'],
      options,
    ).trim();
  } catch {
    return 'no commit';
  }
}
