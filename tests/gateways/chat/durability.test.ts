import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import { after, before, test } from 'node:test';

import { withTokens } from '../../support/JsonClient.ts';
import { ConfigFolder, ServerProcess } from '../../support/ServerProcess.ts';
import { onEachEngine } from '../../support/stores.ts';
import { until } from '../../support/until.ts';
import { ChatClient } from './ChatClient.ts';

/** The messages that are sent, and those that arrive before the end. */
const SENT = 1_000;
const ARRIVED = 300;

const ada = {
  email: 'ada@example.com',
  name: 'Ada',
  password: 'correct horse battery',
};

/** Asks a server for a resource, whose body may have any shape. */
async function ask(
  url: string,
  method: string,
  path: string,
  body?: object,
  token?: string,
  // oxlint-disable-next-line typescript/no-explicit-any
): Promise<any> {
  const asked = request(new URL(path, url), {
    method,
    agent: false,
    rejectUnauthorized: false,
    headers: {
      'Content-Type': 'application/json',
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
  });
  asked.end(body && JSON.stringify(body));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return json(response);
}

onEachEngine('a message that has arrived at a socket', (engine) => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });
  after(() => folder.remove());

  test('is there, once, after the server was killed', async () => {
    const config = await folder.add({
      ...withTokens,
      limits: { messagesPerSecond: 100_000, messageBurst: 100_000 },
      store: await engine.emptyStore(),
    });
    const killed = await ServerProcess.start(config);
    const { url } = killed;
    await ask(url, 'POST', '/auth/register/', ada);
    const { access } = await ask(url, 'POST', '/auth/login/', ada);
    const room = { name: 'Room', room_type: 'chat' };
    const { id } = await ask(url, 'POST', '/api/rooms/', room, access);
    const client = new ChatClient(new URL(`/ws/chat/${id}/`, url), access, []);
    await once(client.socket, 'open');
    for (let index = 0; index < SENT; index += 1) {
      client.send({ content: `message ${index}` });
    }
    await until('enough has arrived', () => client.messages.length >= ARRIVED);
    await killed.end('SIGKILL');
    await client.closed;

    const restarted = await ServerProcess.start(config);
    const path = `/api/rooms/${id}/messages/`;
    const kept = await ask(restarted.url, 'GET', path, undefined, access);
    assert.deepEqual(kept.slice(0, client.messages.length), client.messages);
    const contents = kept.map(({ content }: { content: string }) => content);
    assert.deepEqual(
      contents,
      Array.from({ length: kept.length }, (_, index) => `message ${index}`),
    );
    await restarted.end('SIGTERM');
    await Promise.all([killed.ended(), restarted.ended()]);
  });
});
