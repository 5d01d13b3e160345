import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { parseAst } from 'vite';

import { PROJECT_ROOT } from '../../../lib/core/projectRoot.ts';

await import('../coreOfSdk.ts');
const { calls } = await import('../../../client/src/texts/en/calls.ts');
const { english } = await import('../../../client/src/texts/texts.ts');

const CLIENT = path.join(PROJECT_ROOT, 'client');

const keys = Object.entries({ ...english, ...calls }).flatMap(
  ([section, texts]) => Object.keys(texts).map((name) => `${section}.${name}`),
);

const pages = globSync(['*.html', 'parts/*.html'], { cwd: CLIENT });

const sources = globSync('src/**/*.ts', { cwd: CLIENT }).filter(
  (file) => !file.startsWith('src/texts/'),
);

/** The words of pages that are the same in every language. */
const NAMES = new Set(['Atrium', 'M', 'V', 'S', 'C', 'H']);

/** Properties of elements that users read. */
const SHOWN = /^(?:textContent|innerText|ariaLabel|title|placeholder)$/;

type Node = { type: string } & Record<string, unknown>;

function read(file: string): string {
  return readFileSync(path.join(CLIENT, file), 'utf8');
}

/** The body of a page, without what is for browsers that run no script. */
function bodyOf(file: string): string {
  return read(file)
    .replace(/^[^]*<\/head>/, '')
    .replaceAll(/<noscript>[^]*?<\/noscript>|<!--[^]*?-->/g, '');
}

/** The texts of string literals in a source that look as if users read them. */
function wordsIn(code: string): string[] {
  const found: string[] = [];
  visit(parseAst(code, { lang: 'ts' }) as unknown as Node, false);
  return found;

  function visit(node: Node, shown: boolean): void {
    const words = literalOf(node);
    if (words !== undefined) {
      const reads = shown ? /\p{L}{2}/u : /^\p{Lu}[^]*\p{Ll}/u;
      if (reads.test(words)) {
        found.push(words);
      }
      return;
    }
    for (const child of childrenOf(node)) {
      visit(child, shown || isShown(node, child));
    }
  }
}

function literalOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node['value'] === 'string') {
    return node['value'];
  }
  const { quasis } = node as { quasis?: { value: { cooked: string } }[] };
  return node.type === 'TemplateLiteral'
    ? quasis?.map(({ value }) => value.cooked).join('…')
    : undefined;
}

/** The children of a node that can hold words for users. */
function childrenOf(node: Node): Node[] {
  const { callee, operator, object } = node as {
    callee?: { name?: string; object?: { name?: string } };
    operator?: string;
    object?: unknown;
  };
  const isForDevelopers =
    (node.type === 'NewExpression' && callee?.name === 'Error') ||
    callee?.object?.name === 'console' ||
    callee?.name === 'text' ||
    /^(?:Import|Export.*From|TS)/.test(node.type) ||
    (node.type === 'BinaryExpression' && /^[!=]=|^in/.test(operator ?? ''));
  if (isForDevelopers) {
    return [];
  }
  return Object.entries(node)
    .filter(([name]) => node.type !== 'SwitchCase' || name !== 'test')
    .filter(([name]) => object === undefined || name !== 'property')
    .flatMap(([, value]) => value)
    .filter(
      (value): value is Node =>
        typeof (value as Node | null)?.type === 'string',
    );
}

/** True of what a property that users read is set to. */
function isShown(node: Node, child: Node): boolean {
  const { left, right } = node as {
    left?: { property?: { type: string; name?: string } };
    right?: Node;
  };
  const { callee, arguments: values } = node as {
    callee?: { property?: { name?: string } };
    arguments?: Node[];
  };
  return (
    (child === right &&
      left?.property?.type === 'Identifier' &&
      SHOWN.test(left.property.name ?? '')) ||
    (callee?.property?.name === 'setAttribute' &&
      child === values?.[1] &&
      /^(?:aria-label|title|placeholder)$/.test(
        literalOf(values[0] ?? child) ?? '',
      ))
  );
}

describe('the texts of the page', () => {
  for (const file of pages) {
    test(`are in the catalogue, where ${file} names them`, () => {
      const named = bodyOf(file).matchAll(
        /\bdata-(?:text|label|hint|placeholder|blank)="([^"]*)"/g,
      );
      for (const [, key = ''] of named) {
        assert.ok(keys.includes(key), key);
      }
    });

    test(`are nowhere written in ${file} itself`, () => {
      const body = bodyOf(file);
      const written = body
        .replaceAll(/<[^>]*>/g, '\n')
        .split('\n')
        .map((it) => it.trim())
        .filter((it) => /\p{L}/u.test(it) && !NAMES.has(it));
      assert.deepEqual(written, []);
      assert.doesNotMatch(body, /\s(?:aria-label|title|placeholder|alt)="[^"]/);
    });
  }

  for (const file of sources) {
    test(`are nowhere written in ${file} itself`, () => {
      assert.deepEqual(
        wordsIn(read(file)).filter(
          (it) => !/^(?:Bearer|Content-Type|UserError$|Authorization)/.test(it),
        ),
        [],
      );
    });
  }

  test('would be found in a source', () => {
    for (const code of [
      "element.textContent = 'speaking';",
      "element.setAttribute('aria-label', `pin ${name}`);",
      "notices.show('link', { text: 'Copy this link.' });",
      'announce(`${name} has left.`); say(`Page ${page}`);',
      "const label = on ? 'Mute' : 'Unmute';",
    ]) {
      assert.notDeepEqual(wordsIn(code), [], code);
    }
    for (const code of [
      "throw new Error('This is for developers.');",
      "if (key === 'Enter') console.warn('Not sent:', key);",
      "text('room.left', { name });",
    ]) {
      assert.deepEqual(wordsIn(code), [], code);
    }
  });

  test('are used, each of them', () => {
    const code = [
      ...pages.map(read),
      ...globSync('src/**/*.ts', { cwd: CLIENT })
        .filter((file) => !/^src\/texts\/..\//.test(file))
        .map(read),
    ].join('\n');
    const begun = [...code.matchAll(/`(\w+\.\w*)\$\{/g)].map(
      ([, prefix = '']) => prefix,
    );
    const unused = keys.filter(
      (key) =>
        !new RegExp(`["'\`]${key.replaceAll('.', String.raw`\.`)}["'\`]`).test(
          code,
        ) && !begun.some((prefix) => key.startsWith(prefix)),
    );
    assert.deepEqual(unused, []);
  });
});
