import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { PasswordHasher } from '../../lib/accounts/PasswordHasher.ts';
import { CHEAP_HASHES } from '../../tools/fixtures/cheapHashes.ts';

const options = { ...CHEAP_HASHES, hashesAtOnce: 1, hashesWaiting: 1 };

describe('a password hasher', () => {
  test('writes PHC strings with a new salt each time', async () => {
    const hasher = new PasswordHasher(() => options);
    const first = await hasher.hash('correct horse');
    const second = await hasher.hash('correct horse');
    assert.match(
      first,
      /^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
    );
    assert.notEqual(first, second);
  });

  test('tells the right password from a wrong one', async () => {
    const hasher = new PasswordHasher(() => options);
    const hash = await hasher.hash('pässword');
    assert.equal(await hasher.verify('pässword', hash), true);
    assert.equal(await hasher.verify('password', hash), false);
    assert.equal(await hasher.verify('', hash), false);
  });

  test('hashes at the cost that is set at the moment', async () => {
    let current = options;
    const hasher = new PasswordHasher(() => current);
    current = { ...options, hashMemory: 128, hashPasses: 2 };
    const hash = await hasher.hash('any');
    assert.match(hash, /^\$argon2id\$v=19\$m=128,t=2,p=1\$/);
  });

  test('reads hashes of any cost, such as those of the reference implementation', async () => {
    // printf password | argon2 somesalt -id -t 2 -m 10 -p 1 -l 24 -e
    const hash =
      '$argon2id$v=19$m=1024,t=2,p=1$c29tZXNhbHQ$Y+lHxfksTW5m0vcIGl8If/UJWDiMwZJA';
    const hasher = new PasswordHasher(() => options);
    assert.equal(await hasher.verify('password', hash), true);
  });

  test('computes a hash of full cost where there is none to compare with', async () => {
    const hasher = new PasswordHasher(() => ({ ...options, hashesWaiting: 0 }));
    const [known, unknown] = await Promise.allSettled([
      hasher.hash('any'),
      hasher.verify('any', undefined),
    ]);
    // It asked for a turn, as the comparison with a hash does.
    assert.equal(known.status, 'fulfilled');
    assert.equal(unknown.status, 'rejected');
    assert.equal(await hasher.verify('any', undefined), false);
  });

  test('refuses what is more than may wait, and goes on afterwards', async () => {
    const hasher = new PasswordHasher(() => options);
    const results = await Promise.allSettled(
      Array.from({ length: 3 }, () => hasher.hash('any')),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected'],
    );
    const [, , refused] = results;
    assert.ok(refused?.status === 'rejected');
    assert.equal((refused.reason as { code: string }).code, 'BUSY');
    await hasher.hash('any');
  });

  test('takes turns between networks, and refuses the one that asks for most', async () => {
    const hasher = new PasswordHasher(() => ({ ...options, hashesWaiting: 3 }));
    const turns: string[] = [];
    const ask = (network: string, name: string): Promise<string> =>
      hasher
        .verify('any', undefined, { network, onTurn: () => turns.push(name) })
        .then(
          () => 'served',
          (error: { code: string }) => error.code,
        );
    const outcomes = await Promise.all([
      ...['a', 'b', 'c', 'd', 'e'].map((name) => ask('192.0.2.1', name)),
      ask('192.0.2.2', 'f'),
    ]);
    assert.deepEqual(outcomes, [
      'served',
      'served',
      'served',
      'BUSY',
      'BUSY',
      'served',
    ]);
    assert.deepEqual(turns, ['a', 'b', 'f', 'c']);
  });

  test('computes nothing for one who gives up when it is its turn', async () => {
    const hasher = new PasswordHasher(() => options);
    let hashed = false;
    const first = hasher.hash('any').then((hash) => {
      hashed = true;
      return hash;
    });
    const gaveUp = new Error('too late');
    const second = hasher.verify('any', undefined, {
      onTurn: () => {
        throw gaveUp;
      },
    });
    await assert.rejects(second, gaveUp);
    assert.equal(hashed, true);
    assert.equal(await hasher.verify('any', await first), true);
  });
});
