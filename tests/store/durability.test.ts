import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { openStore } from '../../lib/store/openStore.ts';
import type { StoreOptions } from '../../lib/store/options.ts';
import { sampleSize } from '../../scripts/samples.ts';
import { onEachEngine } from '../support/stores.ts';

const WRITER = path.join(import.meta.dirname, 'writer.ts');

const MESSAGES = sampleSize('writes before a process is killed', 1_000);
const USERS = sampleSize('writes before a process is killed', 200);

/** Runs the writer until it has written enough, and kills it in the middle. */
async function writeAndKill(options: StoreOptions): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const acknowledged: string[] = [];
  let messages = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    messages += line.startsWith('message') ? 1 : 0;
    const users = acknowledged.length - messages;
    if (messages >= MESSAGES && users >= USERS) {
      child.kill('SIGKILL');
    }
  }
  await ended;
  return acknowledged;
}

onEachEngine('a write that was acknowledged', (engine) => {
  test('is there, once, after the process was killed', async () => {
    const options = await engine.emptyStore();
    const acknowledged = await writeAndKill(options);

    const store = await openStore(options, '/');
    try {
      const kept = new Set<string>();
      const [room] = await store.rooms.list({});
      assert.ok(room);
      for (const { id } of await store.messages.list(room.id, {})) {
        assert.equal(kept.has(`message ${room.id} ${id}`), false);
        kept.add(`message ${room.id} ${id}`);
      }
      for (const line of acknowledged) {
        const [kind, email = ''] = line.split(' ');
        const found =
          kind === 'user'
            ? (await store.users.findByEmail(email)) !== undefined
            : kept.has(line);
        assert.equal(found, true, `${line} is lost`);
      }
      assert.ok(acknowledged.length >= MESSAGES + USERS);
    } finally {
      await store.close();
    }
  });
});
