import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { sample } from '../../scripts/samples.ts';

const ANSWERS = 'answers of the registry of packages';

interface Bom {
  bomFormat: string;
  metadata: { component: { name: string } };
  components: { purl: string }[];
}

/** A package in the lock file. */
interface Locked {
  name?: string;
  version: string;
  link?: boolean;
}

async function run(script: string, args: string[], env: NodeJS.ProcessEnv) {
  const child = execFile(
    process.execPath,
    [path.join(PROJECT_ROOT, 'scripts', script), ...args],
    { env: { ...process.env, ...env } },
  );
  let said = '';
  child.stdout?.on('data', (text) => (said += String(text)));
  child.stderr?.on('data', (text) => (said += String(text)));
  const [status] = (await once(child, 'close')) as [number];
  return { status, said };
}

/** Audits the lock file at a registry that answers each question so. */
async function audit(answer: (response: ServerResponse) => void) {
  const questions: string[] = [];
  const registry = createServer((request, response) => {
    questions.push(request.url ?? '');
    request.resume().on('end', () => {
      if (request.method === 'POST') {
        answer(response);
      } else {
        // The versions of a package that an advisory concerns.
        response.writeHead(404).end('{}');
      }
    });
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const cache = await mkdtemp(path.join(tmpdir(), 'atrium-npm-'));
  try {
    const result = await run('audit.ts', [], {
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_cache: cache,
      npm_config_fetch_timeout: '2000',
    });
    assert.ok(questions[0]?.endsWith('/advisories/bulk'), result.said);
    return result;
  } finally {
    registry.closeAllConnections();
    registry.close();
    await rm(cache, { recursive: true });
  }
}

const advisoryOf =
  (severity: string) =>
  (response: ServerResponse): void => {
    const helmet = {
      id: 1,
      url: 'https://advisories.example/1',
      title: 'Lets everything in',
      severity,
      vulnerable_versions: '*',
      cwe: [],
      cvss: { score: 0, vectorString: null },
    };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ helmet: [helmet] }));
  };

describe('the look-up of advisories', () => {
  for (const severity of sample(ANSWERS, ['high', 'critical'])) {
    test(`fails on an advisory of level ${severity}`, async () => {
      const { status, said } = await audit(advisoryOf(severity));
      const [advisory, sentence] = said.split('\n');
      assert.equal(
        advisory,
        `audit: helmet: ${severity}: Lets everything in (https://advisories.example/1)`,
      );
      assert.match(
        sentence ?? '',
        /expected no advisory of level high or critical, found 1/,
      );
      assert.equal(status, 1);
    });
  }

  test('tells of one of a lower level', async () => {
    const { status, said } = await audit(advisoryOf('moderate'));
    assert.match(said, /^audit: helmet: moderate: /);
    assert.equal(status, 0);
  });

  test('is content with none', async () => {
    assert.deepEqual(await audit((response) => response.end('{}')), {
      status: 0,
      said: 'audit: no advisory of level high or critical\n',
    });
  });

  const silent: Record<string, (response: ServerResponse) => void> = {
    refuses: (response) => response.writeHead(405).end(),
    'hangs up': (response) => response.destroy(),
    'says nothing': () => undefined,
  };
  for (const [what, answer] of sample(ANSWERS, Object.entries(silent))) {
    test(`goes on, and says so, where the registry ${what}`, async () => {
      const { status, said } = await audit(answer);
      assert.match(said, /^audit: .+; the packages were NOT looked up$/m);
      assert.equal(status, 0);
    });
  }
});

describe('npm run sbom', () => {
  test('lists every package of the lock file with its version', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'atrium-sbom-'));
    const file = path.join(folder, 'release', 'sbom.json');
    try {
      const { status, said } = await run('sbom.ts', [file], {});
      assert.equal(said, `sbom: wrote ${file}\n`);
      assert.equal(status, 0);
      const bom = JSON.parse(await readFile(file, 'utf8')) as Bom;
      assert.equal(bom.bomFormat, 'CycloneDX');
      assert.equal(bom.metadata.component.name, 'atrium');
      const listed = new Set(bom.components.map(({ purl }) => purl));
      const lock = JSON.parse(
        await readFile(path.join(PROJECT_ROOT, 'package-lock.json'), 'utf8'),
      ) as { packages: Record<string, Locked> };
      const locked = Object.entries(lock.packages).filter(
        // A link to a package of this project, which has an entry of its own.
        ([, { link }]) => link !== true,
      );
      for (const [place, entry] of locked) {
        // An alias has the name of the package in the lock file.
        const name = entry.name ?? place.split('node_modules/').at(-1) ?? '';
        const purl = `pkg:npm/${name.replace('@', '%40')}@${entry.version}`;
        assert.ok(place === '' || listed.has(purl), `${purl} is missing`);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
