import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import * as fc from 'fast-check';

import {
  decodeHeader,
  deriveKey,
  encodeHeader,
  importBaseKey,
  seal,
  unseal,
} from '../../../sdk/src/core/e2ee/sframe.ts';
import type { Bytes } from '../../../sdk/src/core/e2ee/sframe.ts';

function fromHex(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

function toHex(bytes: Bytes): string {
  return Buffer.from(bytes).toString('hex');
}

const TAG = new Uint8Array(16);

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('SFrame', () => {
  it('matches the test vectors of RFC 9605, appendix C.3', async () => {
    const baseKey = fromHex('000102030405060708090a0b0c0d0e0f');
    const metadata = fromHex('4945544620534672616d65205747');
    const plaintext = fromHex('64726166742d696574662d736672616d652d656e63');
    const key = await deriveKey(await importBaseKey(baseKey), 0x123n);
    assert.equal(toHex(key.salt), '84991c167b8cd23c93708ec7');
    const sealed = await seal(key, 0x4567n, metadata, plaintext);
    assert.equal(
      toHex(sealed),
      '990123456794f509d36e9beacb0e261d99c7d1e972f1fed787d4049f17ca21353c1cc24d56ceabced279',
    );
    assert.deepEqual(await unseal(key, metadata, sealed), plaintext);
  });

  // Some of those in RFC 9605, appendix C.1.
  const headers: [kid: bigint, counter: bigint, header: string][] = [
    [0n, 0n, '00'],
    [0n, 8n, '0808'],
    [1n, 0xffffffffffffffffn, '1fffffffffffffffff'],
    [7n, 7n, '77'],
    [8n, 8n, '880808'],
    [256n, 0n, '900100'],
    [0xffffffffffffffffn, 0x100n, 'f9ffffffffffffffff0100'],
  ];
  for (const [kid, counter, header] of headers) {
    it(`has the header ${header} for key ${kid} and counter ${counter}`, () => {
      assert.equal(toHex(encodeHeader({ kid, counter })), header);
    });
  }

  it('reads the headers that it writes', () => {
    fc.assert(
      fc.property(uint64, uint64, (kid, counter) => {
        const header = encodeHeader({ kid, counter });
        const { length } = header;
        const sealed = Uint8Array.of(...header, ...TAG);
        assert.deepEqual(decodeHeader(sealed), { kid, counter, length });
      }),
    );
  });

  it('refuses input too short for a header and a tag', () => {
    fc.assert(
      fc.property(uint64, uint64, fc.nat(), (kid, counter, cut) => {
        const whole = Uint8Array.of(...encodeHeader({ kid, counter }), ...TAG);
        const part = whole.subarray(0, cut % whole.length);
        assert.throws(() => decodeHeader(part), /too few for SFrame/);
      }),
    );
  });
});
