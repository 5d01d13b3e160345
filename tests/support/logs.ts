import { format } from 'node:util';

import createDebug from 'debug';

import { setLogLevel } from '../../lib/core/logger.ts';

setLogLevel('error');

/** Resolves with the next matching line of the log, which is not printed. */
export function logged(pattern: RegExp): Promise<string> {
  const print = createDebug.log;
  return new Promise((resolve) => {
    createDebug.log = (...args: unknown[]) => {
      const line = format(...args);
      if (pattern.test(line)) {
        createDebug.log = print;
        resolve(line);
      } else {
        print(...args);
      }
    };
  });
}
