import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { loadConfig } from '../../lib/config/load.ts';
import type { Config } from '../../lib/config/schema.ts';
import { unknownVariables } from '../../lib/config/warnings.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { readCompose } from './Compose.ts';
import type { Compose } from './Compose.ts';
import { composeProblems } from './composeSchema.ts';

const ADDRESS = '203.0.113.7';

const NODES = ['node-1', 'node-2', 'node-3'];

describe('.deployment/cluster', () => {
  let folder: string;
  let compose: Compose;
  let configs: Config[];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-cluster-'));
    await cp(path.join(PROJECT_ROOT, '.deployment/cluster'), folder, {
      recursive: true,
      filter: (source) => !['secrets', '.env'].includes(path.basename(source)),
    });
    execFileSync('sh', [path.join(folder, 'prepare'), ADDRESS]);
    compose = readCompose(folder);
    configs = await Promise.all(
      NODES.map((name) => loadConfig(environmentOf(name))),
    );
  });
  after(() => rm(folder, { recursive: true }));

  /** The variables of a node, with its secrets where this test has them. */
  function environmentOf(name: string): Record<string, string> {
    const { environment = {}, secrets = [] } = compose.services[name] ?? {};
    return Object.fromEntries(
      Object.entries(environment).map(([variable, value]) => {
        if (!variable.endsWith('_FILE')) {
          return [variable, value];
        }
        const secret = path.basename(value);
        assert.ok(secrets.includes(secret), value);
        return [variable, path.join(folder, 'secrets', secret)];
      }),
    );
  }

  test('is as the schema of Compose has it', () => {
    const file = path.join(
      PROJECT_ROOT,
      '.deployment/cluster/docker-compose.yml',
    );
    assert.equal(composeProblems(readFileSync(file, 'utf8')), null);
  });

  test('runs every service bounded, read-only and without capabilities', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      assert.equal(service.read_only, true, name);
      assert.equal(service.restart, 'unless-stopped', name);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.notEqual(service.user.replace(/:.*/, ''), '0', name);
      assert.ok(Number(service.deploy.resources.limits.cpus) > 0, name);
      assert.equal(service.healthcheck.test[0], 'CMD', name);
      for (const secret of service.secrets ?? []) {
        assert.ok(secret in compose.secrets, secret);
      }
    }
  });

  test('makes three nodes of one cluster', () => {
    for (const [index, { cluster, store, shutdown }] of configs.entries()) {
      const name = NODES[index] ?? '';
      const service = compose.services[name];
      assert.deepEqual(unknownVariables(environmentOf(name)), []);
      assert.equal(cluster.redis, 'redis://redis:6379');
      assert.equal(cluster.address, name);
      assert.equal(cluster.secret, configs[0]?.cluster.secret);
      assert.match(
        store.url ?? '',
        /^postgres:\/\/atrium:.+@database:5432\/atrium$/,
      );
      const grace = Number.parseInt(service?.stop_grace_period ?? '', 10);
      assert.ok(grace * 1_000 > shutdown.drainTimeout + 3_000);
    }
  });

  test('publishes the media ports that clients are told, which differ', () => {
    const published = configs.flatMap(({ rtc, workers }, index) => {
      assert.equal(rtc.announcedAddress, ADDRESS);
      const range = `${rtc.port}-${rtc.port + workers.count - 1}`;
      const ports = ['udp', 'tcp'].map((it) => `${range}:${range}/${it}`);
      assert.deepEqual(compose.services[NODES[index] ?? '']?.ports, ports);
      return ports;
    });
    assert.equal(new Set(published).size, 2 * NODES.length);
  });

  test('lets nginx reach every node, where it serves', () => {
    const nginx = readFileSync(path.join(folder, 'nginx.conf'), 'utf8');
    const upstreams = Array.from(
      nginx.matchAll(/upstream \w+ \{([^}]+)\}/g),
      ([, servers = '']) => servers,
    );
    assert.equal(upstreams.length, 3);
    for (const servers of upstreams) {
      assert.deepEqual(
        Array.from(
          servers.matchAll(/server ([\w:-]+)/g),
          ([, server]) => server,
        ),
        configs.map(({ listen }, index) => `${NODES[index]}:${listen.port}`),
      );
    }
  });
});
