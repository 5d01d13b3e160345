import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

import example from '../config.example.ts';
import { ENVIRONMENT, parseConfig } from '../lib/config/load.ts';
import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';
import pkg from '../package.json' with { type: 'json' };
import { pages } from '../scripts/docs/pages.ts';

/** Every page of the project, relative to it. */
const markdown = globSync('**/*.md', {
  cwd: PROJECT_ROOT,
  exclude: (name) =>
    name === 'node_modules' || name === 'dist' || name.startsWith('.'),
});

function read(file: string): string {
  return readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
}

/** Every source and page of the project, relative to it. */
const files = globSync('**/*.*', {
  cwd: PROJECT_ROOT,
  exclude: (name) => name === 'node_modules' || name.startsWith('.'),
}).map((file) => `/${file.replaceAll(path.sep, '/')}`);

/** Paths in pages that a checkout lacks, as they are written at run time. */
const WRITTEN_LATER =
  /^(?:config\.ts|data\/.*|dist\/.*|\.deployment\/secrets.*|node_modules\/\.cache|tools\/bench\/results\/.*)$/;

/** Entries of packages, whose names look like paths. */
const ENTRIES = new Set(['react/jsx-runtime', 'videoconf-sdk/react']);

/** Paths of files and folders in the text of a page, not in its blocks of code. */
function pathsIn(page: string): string[] {
  return Array.from(
    page.replaceAll(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g),
    ([, text = '']) => text,
  ).filter(
    (text) =>
      !ENTRIES.has(text) &&
      /^(?:[\w.-]+\/)+[\w.-]*$|^[\w-]+\.(?:ts|md|html|conf|cfg|service|yml)$/.test(
        text,
      ),
  );
}

/**
 * True if a path exists relative to the project or the page, or if a path in the
 * project ends with it, as with `contract.ts` of each gateway.
 */
function exists(named: string, page: string): boolean {
  return (
    [PROJECT_ROOT, path.join(PROJECT_ROOT, path.dirname(page))].some((folder) =>
      existsSync(path.join(folder, named)),
    ) ||
    files.some((file) =>
      named.endsWith('/')
        ? file.includes(`/${named}`)
        : file.endsWith(`/${named}`),
    )
  );
}

/** The anchors of a page that links may point to. */
function anchorsOf(page: string): Set<string> {
  return new Set(
    Array.from(page.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The links of a page that lead nowhere in the project. */
function deadLinks(file: string): string[] {
  return Array.from(
    read(file).matchAll(/\]\((?![a-z]+:)([^)#]*)(?:#([^)]+))?\)/g),
  )
    .filter(([, target, anchor]) => {
      const linked = target ? path.join(path.dirname(file), target) : file;
      return (
        !existsSync(path.join(PROJECT_ROOT, linked)) ||
        (anchor !== undefined && !anchorsOf(read(linked)).has(anchor))
      );
    })
    .map(([link]) => link);
}

describe('generated pages', () => {
  it('match the tables in the code', async () => {
    for (const { file, text } of await pages()) {
      assert.ok(read(file) === text, `${file} is stale: run "npm run docs"`);
    }
  });
});

describe('config.example.ts', () => {
  it('has exactly the default options', () => {
    assert.equal(
      JSON.stringify(parseConfig(example), null, 2),
      JSON.stringify(parseConfig(), null, 2),
    );
  });
});

describe('every page', () => {
  it('is found by this test', () => {
    assert.ok(markdown.includes('README.md'));
    assert.ok(markdown.includes(path.join('docs', 'operations.md')));
  });

  it('has no broken links', () => {
    const dead = markdown.map((file) => [file, deadLinks(file)]);
    assert.deepEqual(
      dead.filter(([, links]) => links?.length !== 0),
      [],
    );
  });

  it('names only files and folders that exist', () => {
    const named = markdown.flatMap((page) =>
      pathsIn(read(page)).map((file) => ({ page, file })),
    );
    assert.ok(named.some(({ file }) => file === 'lib/Server.ts'));
    const missing = named.filter(
      ({ page, file }) => !WRITTEN_LATER.test(file) && !exists(file, page),
    );
    assert.deepEqual(missing, []);
  });

  it('names only npm scripts that exist', () => {
    for (const file of markdown) {
      for (const [command, script = ''] of read(file).matchAll(
        /\bnpm run ([\w:-]+)/g,
      )) {
        assert.ok(script in pkg.scripts, `${file}: ${command}`);
      }
    }
  });
});

describe('README.md', () => {
  it('can be read in five minutes', () => {
    const lines = read('README.md').trimEnd().split('\n');
    assert.ok(lines.length <= 120, `it has ${lines.length} lines, not 120`);
  });
});

describe('docs/operations.md', () => {
  const page = read('docs/operations.md');

  it('documents every environment variable that the server reads', () => {
    const sources = globSync('lib/**/*.ts', { cwd: PROJECT_ROOT }).map(read);
    const asked = sources.flatMap((source) =>
      Array.from(source.matchAll(/\w+\['([A-Z][A-Z_]+)'\]/g), ([, it]) => it),
    );
    assert.ok(asked.includes('DEBUG'));
    for (const variable of [...asked, ...Object.keys(ENVIRONMENT)]) {
      assert.ok(page.includes(`\`${variable}\``), variable);
    }
  });

  it('explains every line that is logged at info or above', () => {
    const sources = globSync('lib/**/*.ts', { cwd: PROJECT_ROOT }).map(read);
    const lines = sources.flatMap((source) =>
      Array.from(
        source.matchAll(/\.(?:error|warn|info)\(\s*'([^']+)'/g),
        ([, line = '']) => line,
      ),
    );
    assert.ok(lines.includes('worker %d died: %s'));
    const explained = new Set(
      Array.from(page.matchAll(/`([^`\n]+)`/g), ([, text = '']) =>
        text.replaceAll(/<[^>]+>/g, '%'),
      ),
    );
    for (const line of lines) {
      assert.ok(explained.has(line.replaceAll(/%[a-z]/gi, '%')), line);
    }
  });
});

describe('docs/proxies', () => {
  it('has proxy timeouts longer than the silence of clients', () => {
    // A client that misses two pings is gone by then.
    const least = (3 * parseConfig({}).signalling.pingInterval) / 1_000;
    for (const [file, pattern] of [
      ['nginx.conf', /^ *proxy_(?:read|send)_timeout (\d+)s;$/gm],
      ['haproxy.cfg', /^ *timeout (?:tunnel|client|server) (\d+)s$/gm],
    ] as const) {
      const found = Array.from(
        read(`docs/proxies/${file}`).matchAll(pattern),
        ([, seconds]) => Number(seconds),
      );
      assert.ok(found.length >= 2, file);
      assert.ok(Math.min(...found) >= least, `${file}: ${found.join(', ')}`);
    }
  });
});

describe('docs/closing.md', () => {
  it('names only members that the classes have', () => {
    const named = Array.from(
      read('docs/closing.md').matchAll(/`([A-Z]\w+)\.(#?\w+)(?:\(.*?\))?`/g),
    );
    assert.ok(named.length > 10);
    for (const [name, type = '', member = ''] of named) {
      const [file] = globSync(`lib/**/${type}.ts`, { cwd: PROJECT_ROOT });
      assert.ok(file, `${name}: there is no such class`);
      const declared = new RegExp(`^  (?:\\w+ )*${member}\\b`, 'm');
      assert.match(read(file), declared, name);
    }
  });
});
