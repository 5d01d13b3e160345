import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { z } from 'zod';

import {
  check,
  displayNameSchema,
  idSchema,
  plainText,
} from '../../lib/core/validation.ts';
import { problems } from '../support/problems.ts';

describe('the explanation of invalid input', () => {
  const track = z.object({
    kind: z.enum(['audio', 'video']),
    codecs: z.array(z.object({ rate: z.int().min(1).max(9) })).max(2),
    label: z.string().min(2).max(4).optional(),
    extra: z.record(z.string().max(3), z.unknown()).optional(),
  });
  const right = { kind: 'audio', codecs: [{ rate: 1 }] };

  const cases: [input: unknown, problem: string][] = [
    [null, 'data: expected object, got null'],
    [undefined, 'data: expected object, got nothing'],
    [[1, 2], 'data: expected object, got a list of 2'],
    [true, 'data: expected object, got true'],
    [
      { ...right, kind: 'vid' },
      'data.kind: expected "audio" or "video", got "vid"',
    ],
    [
      { ...right, kind: undefined },
      'data.kind: expected "audio" or "video", got nothing',
    ],
    [{ ...right, codecs: {} }, 'data.codecs: expected array, got an object'],
    [
      { ...right, codecs: [1, 2, 3] },
      'data.codecs: expected a size of at most 2, got a list of 3',
    ],
    [
      { ...right, codecs: [{ rate: 1 }, { rate: '1' }] },
      'data.codecs.1.rate: expected number, got "1"',
    ],
    [
      { ...right, codecs: [{ rate: 0 }] },
      'data.codecs.0.rate: expected a value of at least 1, got 0',
    ],
    [
      { ...right, codecs: [{ rate: 1.5 }] },
      'data.codecs.0.rate: expected integer, got 1.5',
    ],
    [
      { ...right, codecs: [{ rate: Infinity }] },
      'data.codecs.0.rate: expected number, got Infinity',
    ],
    [
      { ...right, label: 'x' },
      'data.label: expected a length of at least 2, got "x"',
    ],
    [
      { ...right, label: 'five!' },
      'data.label: expected a length of at most 4, got "five!"',
    ],
    [{ ...right, extra: [] }, 'data.extra: expected object, got a list of 0'],
    [
      { ...right, extra: { long: 1 } },
      'data.extra.long: its name: expected a length of at most 3, got 1',
    ],
  ];
  for (const [input, problem] of cases) {
    test(problem, () => {
      assert.deepEqual(problems(track, input, 'data'), [problem]);
    });
  }

  test('names each problem, in the order of the fields', () => {
    assert.deepEqual(problems(track, { codecs: [{}], label: 1 }, 'data'), [
      'data.kind: expected "audio" or "video", got nothing',
      'data.codecs.0.rate: expected number, got nothing',
      'data.label: expected string, got 1',
    ]);
  });

  test('names unknown options without their values', () => {
    const options = z.strictObject({ tls: z.strictObject({}) });
    assert.deepEqual(problems(options, { tls: { a: 1, b: 2 }, c: 3 }), [
      'tls.a: there is no such option',
      'tls.b: there is no such option',
      'c: there is no such option',
    ]);
  });

  test('names the discriminator of a union', () => {
    const key = z.discriminatedUnion('algorithm', [
      z.object({ algorithm: z.literal('HS256') }),
      z.object({ algorithm: z.enum(['RS256', 'ES256']) }),
    ]);
    assert.deepEqual(problems(key, { algorithm: 'none' }), [
      'algorithm: expected "HS256" or "RS256" or "ES256", got "none"',
    ]);
  });

  test('names the problem in the option of a union that a value was meant for', () => {
    const subscription = z.union([
      z.enum(['auto', 'none']),
      z.object({ kinds: z.array(z.enum(['audio', 'video'])) }),
    ]);
    const wanted = z.object({ subscribe: subscription });
    assert.deepEqual(problems(wanted, { subscribe: { kinds: ['vid'] } }), [
      'subscribe.kinds.0: expected "audio" or "video", got "vid"',
    ]);
    assert.deepEqual(problems(wanted, { subscribe: 'all' }), [
      'subscribe: expected "auto" or "none" or object, got "all"',
    ]);
  });

  test('shows no secrets, and only the start of long values', () => {
    const key = z.object({ secret: z.string().min(32), name: z.int() });
    const [secret, name] = problems(key, {
      secret: 'hunter2',
      name: 'n'.repeat(1_000),
    });
    assert.equal(
      secret,
      'secret: expected a length of at least 32, got one that is not shown here',
    );
    assert.equal(name, `name: expected number, got "${'n'.repeat(59)}…`);
  });

  test('truncates names chosen by a client', () => {
    const rates = z.record(z.string(), z.int());
    const [problem] = problems(rates, { ['k'.repeat(1_000)]: 'x' });
    assert.equal(problem, `${'k'.repeat(60)}…: expected number, got "x"`);
  });
});

describe('ids', () => {
  const right = [
    'a',
    'Ä',
    '部屋',
    '🦊',
    'a/b?c=d&e#f',
    '<b>',
    '__proto__',
    '..',
  ];
  for (const id of [...right, 'x'.repeat(128)]) {
    test(`may be ${JSON.stringify(id.slice(0, 20))}`, () => {
      assert.equal(idSchema.parse(id), id);
    });
  }

  const blanks = [' ', '\t', '\n', '\u0000', '\u007f', '\u0085', '\u00a0'];
  for (const blank of [...blanks, '\u2003', '\u2028', '\u2029', '\u3000']) {
    test(`may not contain ${JSON.stringify(blank)} (U+${blank.charCodeAt(0).toString(16)})`, () => {
      assert.deepEqual(problems(idSchema, `a${blank}b`, 'roomId'), [
        `roomId: expected no spaces and no invisible or control characters, got ${JSON.stringify(`a${blank}b`)}`,
      ]);
    });
  }

  test('have 1 to 128 characters', () => {
    assert.equal(idSchema.safeParse('').success, false);
    assert.equal(idSchema.safeParse('x'.repeat(129)).success, false);
  });
});

describe('text for people', () => {
  test('may contain any visible characters', () => {
    assert.equal(displayNameSchema.parse('Zoë 🦊 <b>'), 'Zoë 🦊 <b>');
  });

  test('may not contain line ends or other control characters', () => {
    for (const control of ['\n', '\r', '\u0000', '\u001b', '\u0085']) {
      assert.deepEqual(problems(plainText(9), `a${control}`), [
        `input: expected no control characters, got ${JSON.stringify(`a${control}`)}`,
      ]);
    }
  });
});

describe('the validation of client input', () => {
  test('describes only the first problems', () => {
    let written = 0;
    const never = z.custom(() => false, {
      error: () => {
        written += 1;
        return 'expected something else';
      },
    });
    const input = Array.from({ length: 1_000 }, () => 0);
    const checked = check(z.array(never), input, 'data');
    const first = [0, 1, 2, 3, 4].map(
      (index) => `data.${index}: expected something else, got 0`,
    );
    assert.ok(!checked.ok);
    assert.equal(checked.problem, `${first.join('; ')}; and 995 more`);
    assert.equal(written, 5);
    assert.equal(checked.issues.length, 50);
    assert.equal(written, 55);
  });

  test('truncates long text', () => {
    const checked = check(z.int(), '"'.repeat(1_000_000), 'data');
    assert.ok(!checked.ok);
    assert.ok(checked.problem.length < 120);
  });

  test('parses valid input as its schema does', () => {
    const schema = z.object({ count: z.int().default(1) });
    assert.deepEqual(check(schema, { other: 2 }, 'data'), {
      ok: true,
      data: { count: 1 },
    });
  });
});
