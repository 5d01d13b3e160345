import process from 'node:process';

import { loadEngine } from './engines.ts';
import type { EngineName } from './engines.ts';
import type { Progress } from './Progress.ts';
import { PeerGroup } from './PeerGroup.ts';
import type { Entry } from './PeerGroup.ts';

/** A message to a process that has reported that it is ready. */
export type Order =
  | { type: 'start'; entries: Entry[] }
  /** Asks for a last report and an end. */
  | { type: 'stop' };

/** Its progress; absent when it has only just become ready. */
export interface Report {
  progress: Progress | undefined;
  /** True for the last report. */
  last: boolean;
}

/** Between two reports, ms. */
const INTERVAL = 500;

const engine = await loadEngine(process.argv[2] as EngineName);
let group: PeerGroup | undefined;
let reporting: NodeJS.Timeout | undefined;

// Ctrl-C reaches all processes of a terminal, and it is the parent that ends
// this one, after the last report.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  if (order.type === 'start') {
    group = new PeerGroup(order.entries, engine);
    reporting = setInterval(() => {
      void group?.progress().then((progress) => report(progress, false));
    }, INTERVAL);
  } else {
    clearInterval(reporting);
    void stop();
  }
});
report(undefined, false);

/** Ends all peers, and reports their state before. */
async function stop(): Promise<void> {
  const progress = await group?.progress();
  await group?.leave();
  report(progress, true);
}

function report(progress: Progress | undefined, last: boolean): void {
  if (process.connected) {
    process.send?.({ progress, last } satisfies Report);
  }
}
