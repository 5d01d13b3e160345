import { readFileSync } from 'node:fs';

/** Files and sockets of a process that are no connections of clients. */
const BASE = 64;

/** Pipes to a media worker, twice: a new one may start before a dead one is gone. */
const PER_WORKER = 24;

/**
 * Most connections that leave the process enough file descriptors to replace
 * its workers and to read its files.
 *
 * @param workers - Number of media workers.
 * @returns Infinity where the system tells no limit.
 */
export function connectionsWithinOpenFiles(workers: number): number {
  const reserved = BASE + workers * PER_WORKER;
  return Math.max(1, openFilesLimit() - reserved);
}

/** The soft limit, which Node raises to the hard one when it starts. */
function openFilesLimit(): number {
  let limits: string;
  try {
    limits = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // Not Linux.
    return Infinity;
  }
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? Infinity : Number(soft);
}
