import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';

import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { noPostgres, PostgresCluster } from '../../support/PostgresCluster.ts';
import { ChatSite } from './ChatSite.ts';

const unavailable = {
  code: 503,
  message:
    'the database cannot be reached or written at the moment; try again later',
};

describe("a lasting room's socket", () => {
  test('closes with 1011 when a message cannot be kept, and protoo is told', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'atrium-locked-'));
    try {
      const file = path.join(folder, 'locked.db');
      await using chat = await ChatSite.start({
        store: { file, busyTimeout: 0 },
      });
      const ada = await chat.join('ada@example.com', 'Ada');
      const roomId = await chat.createRoom(ada);
      const socket = await chat.connect(roomId, ada);
      const { client: protoo } = await ProtooClient.join(
        `${chat.server.url}?token=${ada.access}`,
        `chat-${roomId}`,
        String(ada.account.id),
      );

      const other = new DatabaseSync(file);
      other.exec('begin immediate');
      socket.send({ content: 'lost' });
      assert.deepEqual(await socket.closed, {
        code: 1011,
        reason: unavailable.message,
      });
      const message = { data: { content: 'kept' } };
      await assert.rejects(protoo.request('sendMessage', message), unavailable);
      other.exec('rollback');
      other.close();

      const again = await chat.connect(roomId, ada);
      await protoo.request('sendMessage', message);
      assert.equal((await again.at(0))['content'], 'kept');
      const kept = await chat.messagesIn(roomId, ada);
      assert.deepEqual(kept, again.messages);
      await Promise.all([again.close(), protoo.close()]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test(
    'is accepted and closed with 1011 while the database is away',
    { skip: noPostgres },
    async () => {
      await using cluster = await PostgresCluster.start();
      const url = await cluster.createDatabase();
      const chat = await ChatSite.start({ store: { url } });
      const ada = await chat.join('ada@example.com', 'Ada');
      const roomId = await chat.createRoom(ada);
      const path = `/ws/chat/${roomId}/`;

      await cluster.stop();
      const client = chat.dial(path, ada.access);
      await once(client.socket, 'open');
      assert.equal((await client.closed).code, 1011);
      const { status } = await chat.dial(path, 'nonsense').refused;
      assert.equal(status, 401);
      assert.equal(chat.server.registry.rooms.size, 0);

      await cluster.restart();
      const again = await chat.connect(roomId, ada);
      again.send({ content: 'back' });
      assert.equal((await again.at(0))['content'], 'back');
      await again.close();
      await chat[Symbol.asyncDispose]();
    },
  );
});
