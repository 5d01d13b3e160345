/**
 * Measures how much of a source file its tests hold: changes one place at a time
 * in a copy of the project, runs the tests, and reports the changes that no test
 * noticed.
 *
 * Usage: node tools/mutate.ts [--seconds N] [--seed N] SOURCE... -- TEST...
 *
 * Ends with the share of changes that were noticed. After `--seconds` (600 by
 * default) no further change is tried; `--seed` (1 by default) sets the random
 * order in which they are tried.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { parseAst } from 'vite';

import { Random } from './fixtures/Random.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The parts of the project that import each other. */
const COPIED = ['lib', 'tests', 'tools', 'package.json'];

/** The parts that they only read. */
const LINKED = [
  'node_modules',
  'client',
  'certs',
  'docs',
  'packages',
  'scripts',
  'sdk',
];

/** Relational operators and those that differ from them at the boundary. */
const BOUNDARIES: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
};

/** Logical operators, each with its opposite. */
const OPPOSITES: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };

/** One change of a source file. */
interface Mutation {
  readonly file: string;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** A node of the syntax tree, as far as this tool reads it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Node).type === 'string'
  );
}

/** The mutations of one file, in the order of its text. */
function mutationsOf(file: string, source: string): Mutation[] {
  const found: Mutation[] = [];
  const add = (kind: string, { start, end }: Node, replacement: string) =>
    found.push({ file, kind, start, end, replacement });
  const textOf = ({ start, end }: Node): string => source.slice(start, end);

  function visit(node: Node, inConstructor: boolean): void {
    switch (node.type) {
      case 'ExpressionStatement': {
        const expression = node['expression'] as Node;
        const isAssignment = expression.type === 'AssignmentExpression';
        const isLog = /^(this\.#?)?logger\.debug\(/.test(textOf(node));
        if (!isLog && !(isAssignment && inConstructor)) {
          add('statement removed', node, ';');
        }
        break;
      }
      case 'ThrowStatement':
        add('throw removed', node, ';');
        break;
      case 'IfStatement':
      case 'ConditionalExpression': {
        const test = node['test'] as Node;
        add('condition negated', test, `!(${textOf(test)})`);
        break;
      }
      case 'BinaryExpression':
      case 'LogicalExpression': {
        const operator = String(node['operator']);
        const other = BOUNDARIES[operator] ?? OPPOSITES[operator];
        if (other !== undefined) {
          const [left, right] = [node['left'], node['right']] as [Node, Node];
          const text = `${textOf(left)} ${other} ${textOf(right)}`;
          add(`${operator} to ${other}`, node, `(${text})`);
        }
        break;
      }
    }
    const inside =
      node.type === 'MethodDefinition'
        ? node['kind'] === 'constructor'
        : inConstructor && node.type !== 'ArrowFunctionExpression';
    for (const child of Object.values(node).flat()) {
      if (isNode(child)) {
        visit(child, inside);
      }
    }
  }

  visit(parseAst(source, { lang: 'ts' }) as unknown as Node, false);
  return found;
}

/** Puts a list in a random order, so that any part of it is a fair sample. */
function shuffled<Item>(list: readonly Item[], seed: number): Item[] {
  const random = new Random(seed);
  return list
    .map((item) => ({ item, rank: random.below(2 ** 32) }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

/** The mark of a failed test in the output of Node's reporter `dot`. */
const FAILED = 'X';

/** Runs tests in a copy of the project until one fails; true if none does. */
async function pass(
  copy: string,
  tests: readonly string[],
  timeout: number,
): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--test', '--test-isolation=none', '--test-reporter=dot', ...tests],
    { cwd: copy, stdio: ['ignore', 'pipe', 'ignore'], detached: true },
  );
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let ended = false;
  const kill = (): void => {
    // The group: a test may have started processes of its own.
    if (!ended && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  const deadline = setTimeout(kill, timeout);
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    if (text.includes(FAILED)) {
      kill();
    }
  });
  child.once('exit', () => {
    ended = true;
  });
  child.once('close', (code) => resolve(code === 0));
  const passed = await promise;
  clearTimeout(deadline);
  return passed;
}

function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

const { values, positionals, tokens } = parseArgs({
  allowPositionals: true,
  tokens: true,
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
  },
});
const separator = tokens.findIndex(({ kind }) => kind === 'option-terminator');
const before = tokens
  .slice(0, separator)
  .filter(({ kind }) => kind === 'positional').length;
const [files, tests] = [
  positionals.slice(0, before),
  positionals.slice(before),
];
if (separator === -1 || files.length === 0 || tests.length === 0) {
  console.error(
    'usage: node tools/mutate.ts [--seconds N] [--seed N] SOURCE... -- TEST...',
  );
  process.exit(2);
}

const copy = mkdtempSync(path.join(tmpdir(), 'atrium-mutate-'));
try {
  for (const part of COPIED) {
    cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  }
  for (const part of LINKED) {
    symlinkSync(path.join(ROOT, part), path.join(copy, part));
  }
  const sources = new Map(
    files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]),
  );
  const mutations = shuffled(
    Array.from(sources).flatMap(([file, source]) => mutationsOf(file, source)),
    Number(values.seed),
  );
  const started = performance.now();
  if (!(await pass(copy, tests, 300_000))) {
    throw new Error(`the tests fail without a change: ${tests.join(' ')}`);
  }
  const timeout = 3 * (performance.now() - started) + 5_000;
  const deadline = started + Number(values.seconds) * 1_000;
  const survivors: string[] = [];
  let tried = 0;
  for (const { file, kind, start, end, replacement } of mutations) {
    if (performance.now() > deadline) {
      break;
    }
    const source = sources.get(file) ?? '';
    const target = path.join(copy, file);
    const changed = source.slice(0, start) + replacement + source.slice(end);
    writeFileSync(target, changed);
    tried += 1;
    if (await pass(copy, tests, timeout)) {
      const text = source.slice(start, end).split('\n')[0];
      survivors.push(`${file}:${lineOf(source, start)} ${kind}: ${text}`);
      console.log(survivors.at(-1));
    }
    writeFileSync(target, source);
  }
  const noticed = tried - survivors.length;
  const share = ((100 * noticed) / Math.max(tried, 1)).toFixed(1);
  console.log(
    `${noticed} of ${tried} changes noticed (${share} %), of ${mutations.length} in all`,
  );
} finally {
  rmSync(copy, { recursive: true });
}
