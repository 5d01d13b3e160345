import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parseConfig } from '../../lib/config/load.ts';
import type { ConfigInput } from '../../lib/config/load.ts';
import { setLogLevel } from '../../lib/core/logger.ts';
import { Server } from '../../lib/Server.ts';

setLogLevel('error');

const certs = mkdtempSync(path.join(tmpdir(), 'atrium-certs-'));
// Before others: one of them may exit at once.
process.prependListener('exit', () =>
  rmSync(certs, { recursive: true, force: true }),
);

/** The tests' clients all have one address, and ask faster than people do. */
const roomy = {
  roomsPerAddress: 100_000,
  peersPerAddress: 100_000,
  pendingConnectionsPerAddress: 100_000,
  handshakesPerMinute: 1_000_000,
  handshakeBurst: 1_000_000,
  admissionBurst: 1_000_000,
  requestsPerMinute: 1_000_000,
  requestBurst: 1_000_000,
  messagesPerSecond: 100_000,
  messageBurst: 100_000,
};

/** A config for tests: any free ports, one worker, a certificate of its own. */
export function testConfig(overrides: ConfigInput = {}) {
  return parseConfig({
    ...overrides,
    listen: { port: 0, ...overrides.listen },
    tls: {
      cert: path.join(certs, 'cert.pem'),
      key: path.join(certs, 'key.pem'),
      ...overrides.tls,
    },
    rtc: { port: 0, ...overrides.rtc },
    workers: { count: 1, ...overrides.workers },
    limits: { ...roomy, ...overrides.limits },
    log: { level: 'error', ...overrides.log },
  });
}

/** A whole server on any free port; the caller closes it. */
export function startServer(overrides: ConfigInput = {}): Promise<Server> {
  return Server.start(testConfig(overrides));
}
