import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { configSchema } from '../../lib/config/schema.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { freePort } from '../support/freePort.ts';
import { ConfigFolder } from '../support/ServerProcess.ts';

const dockerfile = readFileSync(path.join(PROJECT_ROOT, 'Dockerfile'), 'utf8');

/** The build stage that becomes the image. */
const stage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

describe('the container', () => {
  let folder: ConfigFolder;
  /** A folder with exactly the files that the Dockerfile copies. */
  let root: string;

  before(async () => {
    folder = await ConfigFolder.create();
    const ignored = readFileSync(
      path.join(PROJECT_ROOT, '.dockerignore'),
      'utf8',
    )
      .split('\n')
      .filter(Boolean);
    const kept = new Set(
      ignored
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1)),
    );
    root = path.join(folder.path, 'atrium');
    for (const [, from = '', to = ''] of stage.matchAll(
      /^COPY (?!--)(.+) (\S+)$/gm,
    )) {
      const several = to.endsWith('/');
      for (const file of from.split(' ')) {
        assert.ok(
          kept.has(file) ||
            !ignored.some((pattern) => path.matchesGlob(file, pattern)),
          `${file} is in .dockerignore`,
        );
        await cp(
          path.join(PROJECT_ROOT, file),
          path.join(root, to, several ? path.basename(file) : ''),
          { recursive: true },
        );
      }
    }
    await mkdir(path.join(root, 'client', 'admin'), { recursive: true });
    for (const built of ['node_modules', 'client/dist', 'client/admin/dist']) {
      await symlink(path.join(PROJECT_ROOT, built), path.join(root, built));
    }
  });

  after(() => folder.remove());

  /** Runs the health check of the Dockerfile. */
  async function check(config: string, env: NodeJS.ProcessEnv = {}) {
    const [, command = '[]'] =
      /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(stage) ?? [];
    const [program = '', ...args] = JSON.parse(command) as string[];
    assert.equal(program, 'node');
    const child = execFile(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ATRIUM_CONFIG: config, ...env },
    });
    let said = '';
    child.stdout?.on('data', (text) => (said += String(text)));
    child.stderr?.on('data', (text) => (said += String(text)));
    const [status] = (await once(child, 'close')) as [number];
    return { status, said: said.trim() };
  }

  test('runs with the copied files alone, creates its certificate and database, and passes its health check', async () => {
    const port = await freePort();
    // Those are where the image has them.
    const own = { tls: undefined, store: undefined };
    const config = await folder.add({ listen: { port }, ...own });
    const server = spawn(process.execPath, ['server.ts'], {
      cwd: root,
      env: { ...process.env, ATRIUM_CONFIG: config },
    });
    let said = '';
    const serves = new Promise<void>((resolve, reject) => {
      server.stdout.on('data', (text) => {
        said += String(text);
        if (said.includes('Atrium is at')) {
          resolve();
        }
      });
      server.stderr.on('data', (text) => (said += String(text)));
      server.once('exit', () => reject(new Error(said)));
    });
    await serves;
    assert.match(said, /made a self-signed certificate for this machine/);
    assert.match(said, /migrated the database/);
    assert.deepEqual(await check(config), {
      status: 0,
      said: `https://127.0.0.1:${port} is healthy: ok`,
    });
    server.kill('SIGINT');
    await once(server, 'exit');
    const stopped = await check(config);
    assert.equal(stopped.status, 1);
    assert.match(stopped.said, /^https:\/\/\S+ does not answer: .+$/);
    const wrong = await check(config, { ATRIUM_PORT: '70000' });
    assert.equal(wrong.status, 1);
    assert.match(
      wrong.said,
      /^The configuration is wrong:\n {2}listen\.port: /,
    );
  });

  test('is built on one exact version of Node, which the code supports', () => {
    const images = [...dockerfile.matchAll(/^FROM (node:\S+)/gm)].map(
      ([, image = '']) => image,
    );
    assert.equal(new Set(images).size, 1);
    const wanted = readFileSync(
      path.join(PROJECT_ROOT, '.nvmrc'),
      'utf8',
    ).trim();
    assert.match(images[0] ?? '', new RegExp(`^node:${wanted}\\.\\d+\\.\\d+-`));
  });

  test('exposes the default ports', () => {
    const { listen, rtc } = configSchema.parse({});
    const exposed = /^EXPOSE (.+)$/m.exec(stage)?.[1]?.split(' ');
    assert.deepEqual(exposed, [
      `${listen.port}/tcp`,
      `${rtc.port}/udp`,
      `${rtc.port}/tcp`,
    ]);
  });

  test('gets a stop timeout longer than the drain in every documented command', () => {
    const { shutdown } = configSchema.parse({});
    const pages = ['Dockerfile', 'README.md', 'docs/operations.md'];
    const commands = pages.flatMap((page) =>
      readFileSync(path.join(PROJECT_ROOT, page), 'utf8')
        // A command may span several lines, in comments as well.
        .replaceAll(/\\\n#?\s*/g, '')
        .split('\n')
        .filter((line) => /^[#\s]*docker run /.test(line)),
    );
    assert.ok(commands.length >= 2);
    for (const command of commands) {
      const given = Number(/--stop-timeout (\d+)/.exec(command)?.[1]);
      assert.ok(given * 1000 > shutdown.drainTimeout + 3_000, command);
    }
  });
});
