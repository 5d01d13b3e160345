import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { readOptions, usage } from '../../../tools/load/options.ts';
import { UsageError } from '../../../tools/UsageError.ts';

const URL = '--url=wss://127.0.0.1:4443';

describe('the options of a load', () => {
  test('have defaults', () => {
    const { url, processes, ...options } = readOptions([URL]) ?? {};
    assert.equal(url?.href, 'wss://127.0.0.1:4443/');
    assert.ok((processes ?? 0) > 0);
    assert.deepEqual(options, {
      rooms: 1,
      peers: 10,
      publishers: 10,
      publish: ['audio', 'video'],
      duration: 30,
      ramp: 5,
      engine: 'replay',
      prefix: 'load',
      key: undefined,
      kid: undefined,
      insecure: true,
      allowRemote: false,
      limits: { loss: undefined, joinP99: undefined, errors: undefined },
      json: false,
    });
  });

  test('accept the URL of a page', () => {
    assert.equal(
      readOptions(['--url=https://localhost:4443/atrium'])?.url.href,
      'wss://localhost:4443/atrium',
    );
  });

  test('reach other machines on request, and trust their certificates', () => {
    const far = ['--url=wss://meet.example', '--allow-remote'];
    assert.equal(readOptions(far)?.allowRemote, true);
    assert.equal(readOptions(far)?.insecure, false);
    assert.equal(readOptions([...far, '--insecure'])?.insecure, true);
  });

  test('are all listed by --help', () => {
    assert.equal(readOptions(['--help']), undefined);
    assert.equal(usage().match(/^ {2}--/gm)?.length, 19);
  });

  const wrong: Record<string, [args: string[], RegExp]> = {
    'no server': [[], /^--url: expected the server, got nothing$/],
    'another machine': [
      ['--url=wss://meet.example'],
      /^--url: expected a server on this machine, got meet\.example; add --allow-remote if it is yours$/,
    ],
    'an address of another kind': [
      ['--url=ftp://localhost'],
      /^--url: expected an address such as/,
    ],
    'no peers': [[URL, '--peers=0'], /^--peers: expected a whole number/],
    'too many peers': [
      [URL, '--peers=2000', '--rooms=11'],
      /^--rooms, --peers: expected at most 20000 peers in all, got 22000$/,
    ],
    'an unknown kind': [
      [URL, '--publish=audio,screen'],
      /^--publish: expected audio, video, or both with a comma, got "audio,screen"$/,
    ],
    'an unknown engine': [
      [URL, '--engine=steam'],
      /^--engine: expected "replay" or "real", got "steam"$/,
    ],
    'no ramp': [[URL, '--ramp=0'], /^--ramp: expected a number above 0/],
    'a threshold in words': [
      [URL, '--max-loss=few'],
      /^--max-loss: expected a number, got "few"$/,
    ],
    'a prefix with a space': [
      [URL, '--prefix=a b'],
      /^--prefix: expected up to/,
    ],
    'an unknown option': [[URL, '--peer=1'], /Unknown option '--peer'/],
  };
  for (const [what, [args, message]] of Object.entries(wrong)) {
    test(`refuse ${what}`, () => {
      assert.throws(
        () => readOptions(args),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});
