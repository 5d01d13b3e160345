import assert from 'node:assert/strict';
import { test } from 'node:test';

import { passwordProblems } from '../../lib/accounts/passwordRules.ts';

const person = { email: 'ada.lovelace@example.com', name: 'Ada Lovelace' };

/** The rules that each password breaks, in Django's order. */
const cases: [password: string, rules: string[]][] = [
  ['correct horse battery', []],
  ['q7x!', ['short']],
  ['password', ['common']],
  [' PassWord ', ['common']],
  ['12345678', ['common', 'numeric']],
  ['83650174926', ['numeric']],
  ['1234', ['short', 'common', 'numeric']],
  ['lovelace1', ['similar']],
  ['Lovelace', ['similar', 'common']],
  ['ecalevol', ['similar']],
  ['adalovelace', ['similar']],
  ['ada.lovelace@example.com', ['similar']],
  ['lovelace-is-only-a-small-part-of-it', []],
  ['🔑🔑🔑🔑🔑🔑🔑🔑', []],
];

for (const [password, rules] of cases) {
  test(`${JSON.stringify(password)} breaks ${rules.join(', ') || 'no rule'}`, async () => {
    const problems = await passwordProblems(password, person);
    assert.deepEqual(
      problems.map(({ rule }) => rule),
      rules,
    );
  });
}

for (const [name, password] of [
  ['Андрей Иванов', 'Иванов12'],
  ['Zoë Müller-Lüdenscheidt', 'lüdenscheidt'],
  ['नमस्ते दुनिया भर', 'दुनिया12'],
] as const) {
  test(`${JSON.stringify(password)} is like a word of the name ${name}`, async () => {
    assert.deepEqual(await passwordProblems(password, { name }), [
      { rule: 'similar', field: 'name' },
    ]);
  });
}
