import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import * as fc from 'fast-check';

import { FrameDecryptor } from '../../../sdk/src/core/e2ee/FrameDecryptor.ts';
import {
  CLEAR_LENGTH,
  FrameEncryptor,
} from '../../../sdk/src/core/e2ee/FrameEncryptor.ts';
import { isKey, keyFor, newKey } from '../../../sdk/src/core/e2ee/key.ts';
import { decodeHeader } from '../../../sdk/src/core/e2ee/sframe.ts';
import type { Bytes } from '../../../sdk/src/core/e2ee/sframe.ts';

const ROOM_KEY = newKey();

function camera(peerId = 'ada', roomKey = ROOM_KEY) {
  return keyFor(roomKey, peerId, 'camera');
}

/** The two ends of what a peer sends of a source. */
async function pair(): Promise<[FrameEncryptor, FrameDecryptor]> {
  const key = await camera();
  return [await FrameEncryptor.create(key), new FrameDecryptor(key)];
}

/** A frame in which all bytes differ. */
function frame(length = 100): Bytes {
  return Uint8Array.from({ length }, (_, index) => index);
}

const frames = fc
  .uint8Array({ minLength: 1, maxLength: 200 })
  .map((bytes) => Uint8Array.from(bytes));

describe('the key of a room', () => {
  it('is 32 random bytes, encoded for a URL', () => {
    const keys = Array.from({ length: 100 }, newKey);
    assert.ok(keys.every(isKey));
    assert.ok(keys.every((key) => encodeURIComponent(key) === key));
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(Buffer.from(ROOM_KEY, 'base64url').length, 32);
  });

  it('is invalid if it is truncated or malformed', () => {
    for (const text of [
      '',
      ROOM_KEY.slice(1),
      `${ROOM_KEY}A`,
      '+'.repeat(43),
    ]) {
      assert.ok(!isKey(text), text);
    }
  });
});

describe('an encrypted frame', () => {
  it('decrypts to the original frame', async () => {
    const [encryptor, decryptor] = await pair();
    await fc.assert(
      fc.asyncProperty(frames, async (plain) => {
        const encrypted = await encryptor.encrypt(plain);
        assert.deepEqual(await decryptor.decrypt(encrypted), plain);
      }),
    );
  });

  it('keeps only its first byte unencrypted', async () => {
    const [encryptor] = await pair();
    const plain = frame();
    const encrypted = Buffer.from(await encryptor.encrypt(plain));
    assert.equal(CLEAR_LENGTH, 1);
    assert.equal(encrypted[0], plain[0]);
    // Four bytes are found by chance once in 400,000 runs.
    for (let start = 1; start + 4 <= plain.length; start += 1) {
      const piece = plain.subarray(start, start + 4);
      assert.equal(encrypted.indexOf(piece), -1, `${start} is readable`);
    }
  });

  it('is refused if any of its bytes has changed', async () => {
    const [encryptor, decryptor] = await pair();
    const encrypted = await encryptor.encrypt(frame(20));
    for (const [index, byte] of encrypted.entries()) {
      const changed = encrypted.with(index, byte ^ 1);
      await assert.rejects(decryptor.decrypt(changed), `byte ${index}`);
    }
    assert.deepEqual(await decryptor.decrypt(encrypted), frame(20));
  });

  it('is refused if it was truncated or extended', async () => {
    const [encryptor, decryptor] = await pair();
    const encrypted = await encryptor.encrypt(frame(3));
    for (let length = 0; length < encrypted.length; length += 1) {
      await assert.rejects(decryptor.decrypt(encrypted.subarray(0, length)));
    }
    await assert.rejects(decryptor.decrypt(Uint8Array.of(...encrypted, 0)));
  });

  it('is refused if it is not encrypted', async () => {
    const [, decryptor] = await pair();
    await fc.assert(
      fc.asyncProperty(frames, (plain) =>
        assert.rejects(decryptor.decrypt(plain)),
      ),
    );
    assert.ok(!decryptor.hasDecrypted);
  });

  it('is refused with another key, as of another peer or source', async () => {
    const [encryptor] = await pair();
    const encrypted = await encryptor.encrypt(frame());
    for (const key of [
      await camera('ada', newKey()),
      await camera('grace'),
      await keyFor(ROOM_KEY, 'ada', 'screen'),
    ]) {
      await assert.rejects(new FrameDecryptor(key).decrypt(encrypted));
    }
  });

  it('is refused if it is replayed', async () => {
    const [encryptor, decryptor] = await pair();
    const encrypted = await encryptor.encrypt(frame());
    await decryptor.decrypt(encrypted);
    await assert.rejects(decryptor.decrypt(encrypted), /received before/);
  });

  it('is accepted if earlier frames were lost or come later', async () => {
    const [encryptor, decryptor] = await pair();
    const sent: Bytes[] = [];
    for (let count = 0; count < 50; count += 1) {
      sent.push(await encryptor.encrypt(frame()));
    }
    for (const encrypted of sent.toReversed().filter((_, it) => it % 3 > 0)) {
      assert.deepEqual(await decryptor.decrypt(encrypted), frame());
    }
  });

  it('is refused if it is too late to rule out a replay', async () => {
    const [encryptor, decryptor] = await pair();
    const late = await encryptor.encrypt(frame());
    for (let count = 0; count < 2000; count += 1) {
      await decryptor.decrypt(await encryptor.encrypt(frame(1)));
    }
    await assert.rejects(decryptor.decrypt(late), /received before/);
  });

  it('is refused if another encryptor replaces the first', async () => {
    const [encryptor, decryptor] = await pair();
    await decryptor.decrypt(await encryptor.encrypt(frame()));
    const other = await FrameEncryptor.create(await camera());
    await assert.rejects(
      decryptor.decrypt(await other.encrypt(frame())),
      /another sender/,
    );
  });

  it('has at least one byte', async () => {
    const [encryptor] = await pair();
    await assert.rejects(encryptor.encrypt(new Uint8Array()), /An empty frame/);
  });
});

describe('an encryptor', () => {
  it('never shares key and counter with another', async () => {
    const used = new Set<string>();
    for (let session = 0; session < 200; session += 1) {
      const encryptor = await FrameEncryptor.create(await camera());
      for (let count = 0; count < 5; count += 1) {
        const encrypted = await encryptor.encrypt(frame());
        const { kid, counter } = decodeHeader(encrypted.subarray(CLEAR_LENGTH));
        used.add(`${kid} ${counter}`);
      }
    }
    assert.equal(used.size, 1000);
  });

  it('counts every frame once, even if many are encrypted at a time', async () => {
    const [encryptor] = await pair();
    const encrypted = await Promise.all(
      Array.from({ length: 300 }, () => encryptor.encrypt(frame())),
    );
    const counters = encrypted.map(
      (it) => decodeHeader(it.subarray(CLEAR_LENGTH)).counter,
    );
    assert.deepEqual(new Set(counters).size, 300);
  });
});
