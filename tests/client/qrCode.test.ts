import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';

import { codePath } from '../../client/src/codePath.ts';
import { qrCode } from '../../client/src/qrCode.ts';

/** A code with "#" for its dark modules. */
function drawn(content: string): string[] {
  return qrCode(content).map((row) =>
    row.map((dark) => (dark ? '#' : ' ')).join(''),
  );
}

/**
 * Contents of some versions, with the SHA-256 of the code that the npm package "qr" 0.7.0
 * makes of each with the same mask. The package "jsqr" 1.4.0 reads them all.
 */
const KNOWN: readonly [content: string, size: number, hash: string][] = [
  [
    'https://meet.example.org/?room=winter-garden',
    29,
    '7a9d73a9407f434d0e51e29119da3af887c3df67e326a52d8bcf90745dcf52d2',
  ],
  [
    'ü'.repeat(60),
    41,
    'ffca32a596ea097ef6e3efd724fe2fe310553a60c6940bc5314df128dc5b47c6',
  ],
  [
    `https://meet.example.org/?room=winter-garden#token=${'eyJhbGciOi'.repeat(32)}`,
    69,
    '3303ad759309352716601b2b5c514ead71b1a0bbe5be36e1b3e1b86ce37b0e84',
  ],
  [
    'x'.repeat(2_953),
    177,
    '66a5a02ea3ff5685a7f8a471954a7a4e807cd51110ef1968aa7b28a69f3893f6',
  ],
];

describe('a QR code', () => {
  test('has its marks, its format and its data where readers expect them', () => {
    assert.deepEqual(drawn('Atrium'), [
      '#######  #  # #######',
      '#     # #  #  #     #',
      '# ### #  #    # ### #',
      '# ### # #  #  # ### #',
      '# ### #   ### # ### #',
      '#     # ### # #     #',
      '####### # # # #######',
      '          ###        ',
      '##### ####  ## # # # ',
      '    #    #  #  # ####',
      ' ### #### ## #  # ## ',
      '##  #  #       ##### ',
      '# ## ###   # #  ##   ',
      '        #  #####  #  ',
      '####### #   # ##   # ',
      '#     #  ######  ## #',
      '# ### # ### #   #  # ',
      '# ### # ##  #  ##    ',
      '# ### # #  # #   ##  ',
      '#     # ###      ##  ',
      '####### #  # #   # # ',
    ]);
  });

  for (const [content, size, hash] of KNOWN) {
    test(`is that of another encoder with ${size} rows`, () => {
      const rows = drawn(content);
      assert.equal(rows.length, size);
      const found = createHash('sha256').update(rows.join('\n')).digest('hex');
      assert.equal(found, hash);
    });
  }

  test('takes no more than a code can hold', () => {
    assert.throws(() => qrCode('x'.repeat(2_954)), {
      name: 'RangeError',
      message: 'content: expected at most 2953 bytes, got 2954',
    });
  });

  test('is drawn within the quiet zone that readers need', () => {
    const { size, path } = codePath('Atrium');
    assert.equal(size, 21 + 2 * 4);
    assert.ok(path.startsWith('M4,4H5V5H4ZM5,4H6V5H5Z'));
    assert.equal(
      path.match(/M/g)?.length,
      drawn('Atrium').join('').replaceAll(' ', '').length,
    );
  });
});
