/**
 * Asks the server of this checkout's configuration whether it is well. Prints
 * one sentence, and ends with 0 while clients can be served and with 1
 * otherwise.
 *
 * Usage: node tools/healthcheck.ts [--service signalling-server|users-service]
 */
import { parseArgs } from 'node:util';

import { loadConfig } from '../lib/config/load.ts';
import { ConfigError } from '../lib/core/ConfigError.ts';
import { askHealth, Unhealthy } from '../lib/http/system/askHealth.ts';

try {
  const { service } = parseArgs({
    options: { service: { type: 'string' } },
  }).values;
  const { listen } = await loadConfig(process.env, service);
  console.log(await askHealth(listen));
} catch (error) {
  if (!(error instanceof Unhealthy) && !(error instanceof ConfigError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
