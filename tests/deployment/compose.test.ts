import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { loadConfig } from '../../lib/config/load.ts';
import { unknownVariables } from '../../lib/config/warnings.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { readCompose } from './Compose.ts';
import type { Compose } from './Compose.ts';
import { composeProblems } from './composeSchema.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';

const ADDRESS = '203.0.113.7';

/** The commands that can check the file, and the one that is here. */
const COMMANDS = [['docker', 'compose'], ['docker-compose']];
const command = COMMANDS.find(([program = '', ...args]) => {
  try {
    execFileSync(program, [...args, 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
const noCommand =
  command === undefined &&
  'neither "docker compose" nor "docker-compose" is installed';
if (noCommand) {
  console.error(`NOT TESTED WITH DOCKER COMPOSE: ${noCommand}`);
}

describe('docker-compose.yml', () => {
  let folder: string;
  let compose: Compose;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-compose-'));
    for (const file of ['docker-compose.yml', '.deployment']) {
      await cp(path.join(PROJECT_ROOT, file), path.join(folder, file), {
        recursive: true,
        filter: (source) => path.basename(source) !== 'secrets',
      });
    }
    prepare(ADDRESS);
    compose = readCompose(folder);
  });
  after(() => rm(folder, { recursive: true }));

  function prepare(...args: string[]): string {
    return execFileSync('sh', ['.deployment/prepare', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  test('is as the schema of Compose has it', () => {
    const text = readFileSync(
      path.join(PROJECT_ROOT, 'docker-compose.yml'),
      'utf8',
    );
    assert.equal(composeProblems(text), null);
    assert.ok(composeProblems(text.replace('    ports:\n', '    port:\n')));
  });

  test('is accepted by the program that runs it', { skip: noCommand }, () => {
    const [program = '', ...args] = command ?? [];
    execFileSync(program, [...args, 'config', '--quiet'], { cwd: folder });
  });

  test('has the services and ports of the published page', () => {
    assert.deepEqual(Object.keys(compose.services).toSorted(), [
      'client',
      'coturn',
      'database',
      'nginx',
      'signalling-server',
      'users-service',
    ]);
    const ports = compose.services['nginx']?.ports ?? [];
    for (const port of ['127.0.0.1:8080:8080', '127.0.0.1:8081:8081']) {
      assert.ok(ports.includes(port), port);
    }
    const { environment: signalling } =
      compose.services['signalling-server'] ?? {};
    const { environment: users } = compose.services['users-service'] ?? {};
    assert.equal(signalling?.['PORT'], '8080');
    assert.equal(users?.['PORT'], '8081');
    assert.equal(users?.['DB_NAME'], 'vidchat');
  });

  test('cannot be used without an address, or with none that is one', async () => {
    const env = path.join(folder, '.env');
    const text = readFileSync(env, 'utf8');
    await writeFile(env, '');
    assert.throws(() => readCompose(folder), /ANNOUNCED_ADDRESS/);
    await writeFile(env, text);
    for (const address of ['', 'meet.example', '203.0.113.7; true']) {
      assert.throws(() => prepare(address), /ADDRESS: expected the IP address/);
    }
  });

  test('has secrets in files alone, which differ and stay', async () => {
    const names = Object.keys(compose.secrets);
    const folderOfSecrets = path.join(folder, '.deployment/secrets');
    assert.deepEqual(
      (await readdir(folderOfSecrets)).toSorted(),
      names.toSorted(),
    );
    assert.equal((await stat(folderOfSecrets)).mode & 0o777, 0o700);
    const texts = names.map((name) =>
      readFileSync(path.join(folderOfSecrets, name), 'utf8'),
    );
    assert.equal(new Set(texts).size, names.length);
    prepare(ADDRESS);
    assert.deepEqual(
      names.map((name) =>
        readFileSync(path.join(folderOfSecrets, name), 'utf8'),
      ),
      texts,
    );
    for (const [name, { environment = {} }] of Object.entries(
      compose.services,
    )) {
      for (const variable of Object.keys(environment)) {
        assert.doesNotMatch(variable, /(?:PASSWORD|SECRET)$/, name);
      }
    }
    for (const file of ['.env', '.deployment/secrets/jwt_secret']) {
      const ignored = readFileSync(
        path.join(PROJECT_ROOT, '.gitignore'),
        'utf8',
      ).split('\n');
      assert.ok(
        ignored.some((line) => line !== '' && `/${file}`.startsWith(line)),
        file,
      );
    }
  });

  test('runs every service bounded, read-only and without capabilities', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      assert.equal(service.read_only, true, name);
      assert.equal(service.restart, 'unless-stopped', name);
      assert.equal(service.init, true, name);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
      assert.notEqual(service.user.replace(/:.*/, ''), '0', name);
      const { cpus, memory } = service.deploy.resources.limits;
      assert.ok(Number(cpus) > 0 && /^\d+[mg]$/.test(memory), name);
      assert.equal(service.healthcheck.test[0], 'CMD', name);
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':');
        assert.ok(
          from in compose.volumes || existsSync(path.join(PROJECT_ROOT, from)),
          volume,
        );
      }
      for (const secret of service.secrets ?? []) {
        assert.ok(secret in compose.secrets, secret);
      }
    }
  });

  for (const name of ['signalling-server', 'users-service']) {
    test(`configures ${name} with variables that the server knows`, async () => {
      const service = compose.services[name];
      assert.ok(service);
      const { environment = {}, secrets = [] } = service;
      assert.deepEqual(unknownVariables(environment), []);
      const given = Object.fromEntries(
        Object.entries(environment).map(([variable, value]) => {
          if (!variable.endsWith('_FILE')) {
            return [variable, value];
          }
          assert.equal(path.dirname(value), '/run/secrets');
          assert.ok(secrets.includes(path.basename(value)), value);
          return [variable.replace(/_FILE$/, ''), SECRET];
        }),
      );
      const config = await loadConfig(given, name);
      assert.equal(
        config.store.url,
        `postgres://videoconf:${SECRET}@database:5432/vidchat`,
      );
      assert.equal(config.auth.mode, 'token');
      assert.deepEqual(config.access.trustProxy, [
        compose.networks['services']?.ipam?.config[0]?.subnet,
      ]);
      const grace = Number.parseInt(service.stop_grace_period ?? '', 10);
      assert.ok(grace * 1_000 > config.shutdown.drainTimeout + 3_000);
      const { rtc, workers } = config;
      const last = rtc.port + workers.count - 1;
      assert.deepEqual(
        service.ports ?? [],
        workers.count === 0
          ? []
          : ['udp', 'tcp'].map(
              (protocol) =>
                `${rtc.port}-${last}:${rtc.port}-${last}/${protocol}`,
            ),
      );
      if (workers.count > 0) {
        assert.equal(rtc.announcedAddress, ADDRESS);
      }
      const upstream = `server ${name}:${config.listen.port};`;
      assert.ok(
        readFileSync(
          path.join(PROJECT_ROOT, '.deployment/nginx.conf'),
          'utf8',
        ).includes(upstream),
        upstream,
      );
    });
  }
});
