import { readFileSync } from 'node:fs';

import type { Protocol } from './protocols.ts';

/** The clock of the times in /proc, ms. */
const TICK = 10;

/** A server that is compared with, and runs already. */
export interface OtherServer {
  /** Its WebSocket, without the ids of room and peer. */
  url: string;
  protocol: Protocol;
  /** Its process, where it runs on this machine. */
  pid: number | undefined;
}

let other: OtherServer | undefined;

/** Has Atrium compared with a server from now on. */
export function compareWith(server: OtherServer): void {
  other = server;
}

/** The server to compare with, where one was named. */
export function otherServer(): OtherServer | undefined {
  return other;
}

/** CPU time of a process until now, ms; NaN for one that is not known. */
export function cpuOf(pid: number | undefined): number {
  if (pid === undefined) {
    return NaN;
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = fields.slice(11, 13).map(Number);
  return ((user ?? NaN) + (system ?? NaN)) * TICK;
}
