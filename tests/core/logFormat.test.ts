import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { formatEntry, formatMessage } from '../../lib/core/logFormat.ts';

const hostile = 'a\r\nb\u0085c\u2028d\u202ee\ud800 "%s';

const entry = {
  level: 'warn',
  name: `Room:${hostile}`,
  message: hostile,
  fields: { id: hostile, plain: 'a.b:c/d', count: 3, none: undefined },
} as const;

describe('a log entry', () => {
  test('is one line of text for any content', () => {
    const escaped = String.raw`a\u000d\nb\u0085c\u2028d\u202ee\ud800 "%s`;
    const line = formatEntry(entry, 'text');
    const [time, ...rest] = line.split(' ');
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.equal(
      rest.join(' '),
      [
        String.raw`Room:a\u000d\u000ab\u0085c\u2028d\u202ee\ud800\u0020"%s`,
        escaped,
        String.raw`id="a\r\nb\u0085c\u2028d\u202ee\ud800 \"%s" plain=a.b:c/d count=3`,
      ].join(' '),
    );
  });

  test('is one line of JSON with all fields', () => {
    const line = formatEntry(entry, 'json');
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}]/u);
    const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
    assert.equal(typeof time, 'string');
    assert.deepEqual(rest, {
      level: 'warn',
      name: entry.name,
      message: hostile,
      id: hostile,
      plain: 'a.b:c/d',
      count: 3,
    });
  });
});

test('a log entry has no token in it, wherever a client put one', () => {
  const token = jwt.sign({ sub: 'ada' }, 'x'.repeat(32));
  const cut = token.slice(0, 60);
  const entry = {
    level: 'info',
    name: `Room:${token}`,
    message: `nothing is served for GET /${token}`,
    fields: { method: cut, reason: `got "${token}"` },
  } as const;
  assert.match(
    formatEntry(entry, 'text'),
    / Room:\[token\] nothing is served for GET \/\[token\] method=\[token\] reason="got \\"\[token\]\\""$/,
  );
  const { method, reason } = JSON.parse(formatEntry(entry, 'json')) as Record<
    string,
    unknown
  >;
  assert.equal(method, '[token]');
  assert.equal(reason, 'got "[token]"');
});

describe('a log message', () => {
  test('has values in place of its own format directives only', () => {
    assert.equal(
      formatMessage('%s met %s after %d ms', ['%s%o', '%d', 3]),
      '%s%o met %d after 3 ms',
    );
  });

  test('includes the stack of an error', () => {
    const message = formatMessage('failed: %o', [new TypeError('boom')]);
    assert.match(message, /^failed: TypeError: boom\n {4}at /);
    assert.doesNotMatch(message, /\[stack\]/);
  });
});
