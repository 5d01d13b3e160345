/**
 * Receives webhooks on this machine and prints them as a receiver sees them, each with
 * the result of the check of its signature. Its secrets are those given, or those of the
 * endpoints in the config; without any, it makes one and prints the options for it.
 *
 * Usage: npm run webhooks -- listen [--port 8787] [--secret whsec_…]
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';

import { loadConfig } from '../lib/config/load.ts';
import { ConfigError } from '../lib/core/ConfigError.ts';
import { UsageError } from './UsageError.ts';
import { newSecret, receiver } from './webhooks/receiver.ts';

const USAGE =
  'npm run webhooks -- listen [--port 8787] [--secret whsec_…, up to twice]';

const DEFAULT_PORT = '8787';

try {
  await listen();
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof ConfigError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}

async function listen(): Promise<void> {
  const { port, given } = read();
  const { endpoints } = (await loadConfig()).webhooks;
  const known =
    given.length > 0 ? given : endpoints.flatMap(({ secrets }) => secrets);
  const secrets = known.length > 0 ? known : [newSecret()];
  const server = receiver(secrets, (line) => console.log(line));
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new UsageError(
      `--port: expected a port that is free, got ${port}: ${(error as Error).message}`,
      { cause: error },
    );
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  if (known.length === 0) {
    console.log(
      `webhooks: { allowPrivate: true, endpoints: [{ id: 'here', url: '${url}', secrets: ['${secrets[0]}'] }] }`,
    );
  }
  console.log(`listens at ${url}`);
}

function read(): { port: number; given: string[] } {
  const { values, positionals } = parse();
  const { port = DEFAULT_PORT, secret = [] } = values;
  if (positionals.join(' ') !== 'listen') {
    throw new UsageError(
      `expected the command listen, got ${positionals.join(' ') || 'none'}.\nUsage: ${USAGE}`,
    );
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(
      `--port: expected a number up to 65535, got ${JSON.stringify(port)}`,
    );
  }
  for (const it of secret) {
    if (!it.startsWith('whsec_')) {
      throw new UsageError('--secret: expected whsec_ and Base64');
    }
  }
  return { port: Number(port), given: secret };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        secret: { type: 'string', multiple: true },
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message}\nUsage: ${USAGE}`, { cause: error });
  }
}
