import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';

import { generate } from 'selfsigned';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { configSchema } from '../../lib/config/schema.ts';
import { freePort } from '../support/freePort.ts';
import { ServiceHost, Unit } from '../support/ServiceHost.ts';

const read = (file: string): string =>
  readFileSync(path.join(PROJECT_ROOT, 'docs', file), 'utf8');
const UNIT = read('atrium.service');
const unit = new Unit(UNIT);

/** The commands in the comment at the top of a file. */
const steps = (text: string): string[] =>
  [...text.matchAll(/^# {3}(\S.*)$/gm)].map(([, command = '']) => command);

const HOOK = '/etc/letsencrypt/renewal-hooks/deploy/atrium';
const LIVE = '/etc/letsencrypt/live';
const MARK = { TEST_FILE_MARK: process.env['TEST_FILE_MARK'] ?? '' };

const skip =
  process.platform === 'linux' && process.getuid?.() === 0
    ? false
    : 'the steps of the systemd unit are for root on Linux';

describe('the systemd unit', () => {
  test('leaves the server enough time to drain', () => {
    const { shutdown } = configSchema.parse({});
    const given = Number(unit.one('TimeoutStopSec')) * 1_000;
    assert.ok(given > shutdown.drainTimeout + 3_000);
    assert.equal(unit.one('KillMode'), 'mixed');
  });

  test('bounds memory and tasks, and survives a worker that runs out of memory', () => {
    assert.match(unit.one('MemoryMax'), /^\d+%$/);
    assert.match(unit.one('TasksMax'), /^\d+$/);
    assert.equal(unit.one('OOMPolicy'), 'continue');
  });

  test('permits the compiler of Node and the io_uring of workers', () => {
    assert.deepEqual(unit.all('MemoryDenyWriteExecute'), []);
    const calls = unit.all('SystemCallFilter').join(' ').split(' ');
    for (const call of ['enter', 'register', 'setup']) {
      assert.ok(calls.includes(`io_uring_${call}`));
    }
  });
});

describe('the service as documented', { skip }, () => {
  let host: ServiceHost;
  const running = new Set<ChildProcessWithoutNullStreams>();

  before(async () => {
    host = await ServiceHost.create();
    const commands = steps(UNIT).filter(
      // The checkout and the packages are in place already, and there is no systemd.
      (step) => !/^(?:git clone|apt-get|systemctl) /.test(step),
    );
    assert.ok(commands.length > 5);
    host.run(commands.join('\n'));
  });

  after(async () => {
    for (const child of running) {
      child.kill('SIGKILL');
    }
    await host.remove();
  });

  /** Starts the service with variables, and waits until it serves. */
  async function start(variables: Record<string, string>) {
    const lines = Object.entries(variables).map((entry) => entry.join('='));
    host.run('printf %s "$LINES_" > /etc/atrium/environment', {
      LINES_: `${lines.join('\n')}\n`,
    });
    assert.equal(
      host.run('stat -c "%U %a" /etc/atrium/environment').trim(),
      'root 600',
    );
    for (const line of unit.all('ExecStartPre')) {
      const { status, stderr } = runAsService(line);
      assert.equal(status, 0, stderr);
    }
    const { command, env } = host.commandOf(unit, unit.one('ExecStart'), MARK);
    const [program = '', ...args] = command;
    const child = spawn(program, args, { env });
    running.add(child);
    const output: string[] = [];
    const ended = once(child, 'close').then(() => {
      running.delete(child);
      throw new Error(output.join('\n'));
    });
    ended.catch(() => undefined);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        output.push(line);
        child.emit('line');
      });
    }
    const says = async (pattern: RegExp): Promise<void> => {
      while (!output.some((line) => pattern.test(line))) {
        await Promise.race([once(child, 'line'), ended]);
      }
    };
    await says(/^Atrium is at /);
    return { child, says, output };
  }

  /** Runs a command as the unit runs its own. */
  function runAsService(line: string) {
    const { command, env } = host.commandOf(unit, line, MARK);
    const [program = '', ...args] = command;
    return spawnSync(program, args, { env, encoding: 'utf8' });
  }

  function reload(pid: number | undefined): void {
    const line = unit.one('ExecReload').replace('$MAINPID', String(pid));
    const { status, stderr } = runAsService(line);
    assert.equal(status, 0, stderr);
  }

  async function stop(child: ChildProcessWithoutNullStreams): Promise<void> {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    const [status] = (await ended) as [number];
    assert.equal(status, 0);
  }

  test('is a valid unit for systemd', (t) => {
    try {
      execFileSync('systemd-analyze', ['--version']);
    } catch {
      t.skip('systemd-analyze is not installed');
      return;
    }
    assert.equal(
      host.run('systemd-analyze verify /etc/systemd/system/atrium.service'),
      '',
    );
  });

  test('cannot write to its own code and configuration', () => {
    for (const file of [
      '/opt/atrium/server.ts',
      '/opt/atrium/config.ts',
      '/opt/atrium/node_modules/new',
      '/etc/atrium/tls/fullchain.pem',
      '/var/log/atrium',
    ]) {
      assert.notEqual(runAsService(`/usr/bin/tee -a ${file}`).status, 0, file);
    }
    assert.notEqual(runAsService('/bin/cat /etc/atrium/environment').status, 0);
    for (const folder of ['certs', 'data']) {
      assert.equal(runAsService(`/usr/bin/tee ${folder}/new`).status, 0);
    }
    assert.equal(
      host.run('stat -c "%U %a" /opt/atrium/data /opt/atrium/certs/new').trim(),
      'atrium 700\natrium 600',
    );
  });

  test('runs as its user on a port below 1024, reloads, and serves the certificate of the renewal hook', async () => {
    const [install = '', first = ''] = steps(read('renewal-hook.sh'));
    assert.throws(() => {
      host.run(
        `mkdir -p ${path.dirname(HOOK)}; cd /opt/atrium; ${install}; ${first}`,
      );
    }, /expected a certificate in \/etc\/letsencrypt\/live\/meet\.example, found none; set its name/);

    host.run(`sed -i 's/^certificate=.*/certificate=own.example/' ${HOOK}`);
    await issue('own.example', 1);
    await issue('other.example', 1);
    host.run(first);
    assert.equal(
      host.run('stat -c "%n %U %G %a" /etc/atrium/tls/*'),
      '/etc/atrium/tls/fullchain.pem root atrium 640\n/etc/atrium/tls/privkey.pem root atrium 640\n',
    );

    const port = await freePort('127.0.0.1', { from: 600, to: 1_000 });
    const { child, says } = await start({
      ATRIUM_PORT: `${port}`,
      ATRIUM_RTC_PORT: '0',
      ATRIUM_WORKERS: '1',
      ATRIUM_TLS_CERT: '/etc/atrium/tls/fullchain.pem',
      ATRIUM_TLS_KEY: '/etc/atrium/tls/privkey.pem',
    });
    assert.equal(await servedOn(port), 'own.example 1');
    const check = runAsService('/usr/bin/env node tools/healthcheck.ts');
    assert.equal(check.status, 0, check.stderr);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const uid = host.run('id -u atrium').trim();
    assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}`, 'm'));
    assert.match(status, /^NoNewPrivs:\t1$/m);
    const mapped = readFileSync(`/proc/${child.pid}/maps`, 'utf8');
    assert.match(mapped, /\/libjemalloc\.so\.2$/m);
    const tasks = [child.pid, ...childrenOf(child.pid)].map(
      (pid) => readdirSync(`/proc/${pid}/task`).length,
    );
    assert.ok(tasks.length === 2, 'a server and its worker');
    assert.ok(
      tasks.reduce((sum, more) => sum + more) * 8 <
        Number(unit.one('TasksMax')),
    );

    reload(child.pid);
    await says(/took over the new configuration/);

    await issue('other.example', 2);
    host.run(first, { RENEWED_LINEAGE: `${LIVE}/other.example` });
    assert.equal(subjectOf('/etc/atrium/tls/fullchain.pem'), 'own.example 1');

    await issue('own.example', 2);
    host.run(first, { RENEWED_LINEAGE: `${LIVE}/own.example` });
    await says(/the certificate was renewed/);
    assert.equal(await servedOn(port), 'own.example 2');
    await stop(child);
    assert.ok(
      host.run('find /var/cache/atrium -type f').split('\n').length > 100,
    );
  });

  /** Installs a certificate as certbot does, behind symbolic links. */
  async function issue(name: string, number: number): Promise<void> {
    const made = await generate([
      { name: 'commonName', value: `${name} ${number}` },
    ]);
    const archive = `/etc/letsencrypt/archive/${name}`;
    host.run(
      `umask 077
      mkdir -p ${archive} ${LIVE}/${name}
      printf %s "$CERT" > ${archive}/fullchain${number}.pem
      printf %s "$KEY" > ${archive}/privkey${number}.pem
      for file in fullchain privkey; do
        ln -sf ../../archive/${name}/\${file}${number}.pem ${LIVE}/${name}/$file.pem
      done`,
      { CERT: made.cert, KEY: made.private },
    );
  }

  function subjectOf(file: string): string {
    return host
      .run(`openssl x509 -noout -subject -nameopt multiline -in ${file}`)
      .replace(/^[^=]*=\s*(?:commonName\s*=\s*)?/, '')
      .trim();
  }
});

/** The common name of the certificate served on a port. */
async function servedOn(port: number): Promise<string> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

function childrenOf(pid: number | undefined): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return readFileSync(file, 'utf8').trim().split(/\s+/).map(Number);
}
