import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import type { ChatClient } from '../gateways/chat/ChatClient.ts';
import { ChatProcess } from '../support/ChatProcess.ts';
import { ConfigFolder } from '../support/ServerProcess.ts';
import { onEachEngine } from '../support/stores.ts';

/** Registrations after which the server is killed. Each costs a hash. */
const REGISTRATIONS = 8;

/** Registrations that are under way at once. */
const LANES = 2;

/** Messages that are sent with every registration, about 1,000 in all. */
const MESSAGES_EACH = 125;

const password = 'correct horse battery';

function personOf(index: number) {
  return { email: `person${index}@example.com`, name: 'Person', password };
}

/**
 * Registers and sends messages, and kills the server in the middle of both.
 *
 * @returns The registrations that were acknowledged; the senders have received
 *   the messages that were.
 */
async function workUntilKilled(
  chat: ChatProcess,
  senders: ChatClient[],
): Promise<number[]> {
  const acknowledged: number[] = [];
  let begun = 0;
  let killed: Promise<void> | undefined;
  const lanes = Array.from({ length: LANES }, async () => {
    while (killed === undefined) {
      const index = begun;
      begun += 1;
      const registration = chat.ask('POST', 'auth/register/', personOf(index));
      for (let count = 0; count < MESSAGES_EACH; count += 1) {
        const content = `message ${index}/${count}`;
        senders[count % senders.length]?.send({ content });
      }
      assert.equal((await registration).status, 201);
      acknowledged.push(index);
      if (acknowledged.length === REGISTRATIONS) {
        killed = chat.kill();
      }
    }
  });
  const ends = await Promise.allSettled(lanes);
  for (const end of ends) {
    // Cut off by the end of the server; one lane may have been between two.
    const reason: unknown = end.status === 'rejected' && end.reason;
    assert.ok(reason === false || reason instanceof TypeError, String(reason));
  }
  await killed;
  await Promise.all(senders.map(({ closed }) => closed));
  return acknowledged;
}

onEachEngine('a server that is killed at work', (engine) => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });
  after(() => folder.remove());

  test('has all that it acknowledged, once, when it is back; logins go on, or stay ended', async () => {
    const store = await engine.emptyStore();
    await using killed = await ChatProcess.start(folder, store);
    const ada = { email: 'ada@example.com', name: 'Ada', password };
    await killed.ask('POST', 'auth/register/', ada);
    const { body: tokens } = await killed.ask('POST', 'auth/login/', ada);
    const { body: ended } = await killed.ask('POST', 'auth/login/', ada);
    await killed.ask('POST', 'auth/logout/', {}, ended.access);
    const { body: room } = await killed.ask(
      'POST',
      'api/rooms/',
      { name: 'Room', room_type: 'chat' },
      tokens.access,
    );
    const senders = Array.from({ length: 4 }, () =>
      killed.dial(room.id, tokens.access),
    );
    await Promise.all(senders.map(({ socket }) => once(socket, 'open')));

    const registered = await workUntilKilled(killed, senders);

    await using back = await ChatProcess.start(folder, store);
    const messages = `api/rooms/${room.id}/messages/`;
    const { body: kept } = await back.ask(
      'GET',
      messages,
      undefined,
      tokens.access,
    );
    for (const { messages: acknowledged } of senders) {
      assert.ok(acknowledged.length > 0);
      assert.deepEqual(kept.slice(0, acknowledged.length), acknowledged);
    }
    const texts = kept.map(({ content }: { content: string }) => content);
    assert.equal(new Set(texts).size, texts.length);

    for (const index of registered) {
      const again = await back.ask('POST', 'auth/register/', personOf(index));
      assert.equal(again.status, 400);
      assert.deepEqual(Object.keys(again.body), ['email']);
    }
    const [first] = registered;
    assert.ok(first !== undefined);
    const login = await back.ask('POST', 'auth/login/', personOf(first));
    assert.equal(login.status, 200);

    const { refresh } = tokens;
    const refreshed = await back.ask('POST', 'auth/token/refresh/', {
      refresh,
    });
    assert.equal(refreshed.status, 200);
    const profile = await back.ask(
      'GET',
      'auth/profile/',
      undefined,
      refreshed.body.access,
    );
    assert.equal(profile.body.email, ada.email);
    for (const refused of [
      await back.ask('GET', 'auth/profile/', undefined, ended.access),
      await back.ask('POST', 'auth/token/refresh/', { refresh: ended.refresh }),
    ]) {
      assert.equal(refused.status, 401);
      assert.equal(refused.body.code, 'token_not_valid');
    }
  });
});
