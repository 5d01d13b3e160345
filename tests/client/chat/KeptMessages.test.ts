import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Envelope } from '../../../client/src/chat/Envelope.ts';
import type { Entry } from '../../../client/src/chat/Entry.ts';
import { KeptMessages } from '../../../client/src/chat/KeptMessages.ts';
import { newKey } from '../../../sdk/src/core/e2ee/key.ts';
import { until } from '../../support/until.ts';

const loadCipher = () => import('../../../sdk/src/core/e2ee/chatCipher.ts');

const ENTRY: Entry = {
  id: '1',
  peerId: 'ada',
  name: 'Ada',
  text: 'Grüße aus 東京 🎉',
  at: 5,
  self: true,
  firstHand: true,
  fate: { state: 'sending', missing: ['Bob'] },
};

/** The storage of a tab, in which so many characters have a place. */
class TabStorage extends Map<string, string> implements Storage {
  [name: string]: unknown;
  space = 5_000_000;

  get length(): number {
    return this.size;
  }

  key(): null {
    return null;
  }

  getItem(key: string): string | null {
    return this.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (value.length > this.space) {
      throw new DOMException('full', 'QuotaExceededError');
    }
    this.set(key, value);
  }

  removeItem(key: string): void {
    this.delete(key);
  }
}

describe('what is kept of a chat over a reload', () => {
  let storage: TabStorage;

  beforeEach(() => {
    storage = new TabStorage();
  });

  const keptIn = (room: string, key?: string): KeptMessages =>
    new KeptMessages(storage, room, 'ada', new Envelope(key, loadCipher));

  const chat = (entries: Entry[]) => () => ({ entries, cleared: ['key'] });

  async function save(kept: KeptMessages, entries: Entry[]): Promise<void> {
    const before = storage.get('atrium.chat');
    kept.save(chat(entries));
    await until('the chat in the storage', () => {
      return storage.get('atrium.chat') !== before;
    });
  }

  /** Saves what cannot be written, and lets it fail. */
  async function failToSave(kept: KeptMessages): Promise<void> {
    kept.save(chat([ENTRY]));
    for (let turns = 0; turns < 200; turns += 1) {
      await turn();
    }
    assert.equal(storage.size, 0);
  }

  for (const key of [undefined, newKey()]) {
    test(`is found by the same room${key ? ' with the same key' : ''} alone`, async () => {
      await save(keptIn('garden', key), [ENTRY]);
      assert.ok(!storage.get('atrium.chat')?.includes('東京'));
      assert.deepEqual(await keptIn('garden', key).load(), {
        messages: [
          {
            id: '1',
            peerId: 'ada',
            name: 'Ada',
            text: ENTRY.text,
            at: 5,
            file: undefined,
            via: undefined,
            fate: { state: 'undelivered', missing: ['Bob'] },
          },
        ],
        cleared: ['key'],
      });
      const nothing = { messages: [], cleared: [] };
      assert.deepEqual(await keptIn('garden', newKey()).load(), nothing);
      if (key) {
        assert.deepEqual(await keptIn('garden').load(), nothing);
      }
      assert.equal(storage.size, 1);
      assert.deepEqual(await keptIn('court', key).load(), nothing);
      assert.equal(storage.size, 0);
    });
  }

  test('are the last messages, as they are when they are written', async () => {
    const entries = Array.from({ length: 150 }, (_, number) => ({
      ...ENTRY,
      id: String(number),
    }));
    await save(keptIn('garden'), entries);
    const { messages } = await keptIn('garden').load();
    assert.equal(messages.length, 100);
    assert.equal(messages[0]?.id, '50');
  });

  test('is written again after the encryption has failed', async () => {
    let loads = 0;
    const envelope = new Envelope(newKey(), () => {
      loads += 1;
      return loads === 1
        ? Promise.reject(new Error('No cipher.'))
        : loadCipher();
    });
    const kept = new KeptMessages(storage, 'garden', 'ada', envelope);
    await failToSave(kept);
    await save(kept, [ENTRY]);
    assert.equal((await kept.load()).messages.length, 1);
  });

  test('is gone once the user has left, for good', async () => {
    const kept = keptIn('garden');
    await save(kept, [ENTRY]);
    kept.remove();
    assert.equal(storage.size, 0);
    kept.save(() => ({ entries: [ENTRY], cleared: [] }));
    await turn();
    await turn();
    assert.equal(storage.size, 0);
  });

  test('is nothing where the storage is full, missing, or of another page', async () => {
    storage.space = 10;
    const kept = keptIn('garden');
    await failToSave(kept);
    storage.space = 1_000;
    storage.setItem('atrium.chat', '{"room":"garden","chat":"?"}');
    const nothing = { messages: [], cleared: [] };
    assert.deepEqual(await kept.load(), nothing);
    storage.setItem('atrium.chat', 'none');
    assert.deepEqual(await kept.load(), nothing);
    const without = new KeptMessages(
      undefined,
      'garden',
      'ada',
      new Envelope(undefined, loadCipher),
    );
    without.save(() => ({ entries: [ENTRY], cleared: [] }));
    assert.deepEqual(await without.load(), nothing);
  });
});
