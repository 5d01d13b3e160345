import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import type { StoreOptions } from '../../../lib/store/options.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { get } from '../../support/http.ts';
import { JsonClient } from '../../support/JsonClient.ts';
import { bearing } from '../../support/peerToken.ts';
import { noPostgres, PostgresCluster } from '../../support/PostgresCluster.ts';
import { SmallDisk } from '../../support/SmallDisk.ts';
import { until } from '../../support/until.ts';
import type { ChatClient } from './ChatClient.ts';
import { ChatSite } from './ChatSite.ts';
import type { Member } from './ChatSite.ts';

const REFUSED = {
  detail:
    'the database cannot be reached or written at the moment; try again later',
};

const newRoom = { name: 'Room', room_type: 'video' };
const stranger = {
  email: 'stranger@example.com',
  name: 'Stranger',
  password: 'correct horse battery',
};

/** A room with two members on its socket, at a server whose database fails. */
class Meeting implements AsyncDisposable {
  readonly chat: ChatSite;
  readonly ada: Member;
  readonly bob: Member;
  readonly roomId: number;

  private constructor(chat: ChatSite, ada: Member, bob: Member, room: number) {
    this.chat = chat;
    this.ada = ada;
    this.bob = bob;
    this.roomId = room;
  }

  static async start(store: Partial<StoreOptions>): Promise<Meeting> {
    const chat = await ChatSite.start({ store });
    const ada = await chat.join('ada@example.com', 'Ada');
    const bob = await chat.join('bob@example.com', 'Bob');
    return new Meeting(chat, ada, bob, await chat.createRoom(ada));
  }

  enter(member: Member): Promise<ChatClient> {
    return this.chat.connect(this.roomId, member);
  }

  /** The statuses and bodies of requests that write. */
  async writes(): Promise<unknown[]> {
    const { access } = this.ada;
    const asked = [
      await this.chat.ask('POST', '/auth/register/', stranger),
      await this.chat.ask('PATCH', '/auth/profile/', { name: 'A' }, access),
      await this.chat.ask('POST', '/api/rooms/', newRoom, access),
      await this.chat.ask('DELETE', this.#room, undefined, access),
    ];
    return asked.map(({ status, body }) => [status, body]);
  }

  /** The statuses and bodies of requests that read. */
  async reads(): Promise<unknown[]> {
    const { access } = this.ada;
    const paths = [
      '/auth/profile/',
      '/api/rooms/',
      this.#room,
      `${this.#room}messages/`,
    ];
    const asked = paths.map(async (it) => {
      const { status, body } = await this.chat.ask(
        'GET',
        it,
        undefined,
        access,
      );
      return [status, body];
    });
    return Promise.all(asked);
  }

  /** Waits until `/health` tells this of the database, with the whole status. */
  async health(database: 'healthy' | 'unhealthy'): Promise<unknown> {
    return until(`the database is ${database}`, async () => {
      const { status, body } = await get(this.chat.server.url, '/health');
      assert.equal(status, 200);
      const { checks, ...health } = JSON.parse(body);
      return checks.database === database && health.status;
    });
  }

  /** The texts that were kept. */
  async kept(): Promise<unknown[]> {
    const messages = await this.chat.messagesIn(this.roomId, this.ada);
    return messages.map(({ content }) => content);
  }

  get #room(): string {
    return `/api/rooms/${this.roomId}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chat[Symbol.asyncDispose]();
  }
}

/** Sends a message, which closes the socket without being kept. */
async function failToSend(client: ChatClient): Promise<void> {
  client.send({ content: 'lost' });
  const { code, reason } = await client.closed;
  assert.deepEqual([code, reason], [1011, REFUSED.detail]);
  assert.deepEqual(client.messages, []);
}

/** Sends a message and receives it as it was kept. */
async function send(client: ChatClient, content: string): Promise<void> {
  client.send({ content });
  await until(content, () =>
    client.messages.some((message) => message['content'] === content),
  );
}

/** Has some messages under way for as long as the socket is open. */
function keepSending(client: ChatClient, name: string): void {
  let count = 0;
  const sendNext = (): void => {
    count += 1;
    client.send({ content: `${name} ${count}` });
  };
  client.socket.on('message', () => {
    if (String(client.messages.at(-1)?.['content']).startsWith(name)) {
      sendNext();
    }
  });
  for (let index = 0; index < 20; index += 1) {
    sendNext();
  }
}

describe('while PostgreSQL is away', { skip: noPostgres }, () => {
  let cluster: PostgresCluster;
  let meeting: Meeting;
  let stays: ChatClient;
  let follower: ProtooClient;
  let others: [ProtooClient, ProtooClient, JsonClient];

  before(async () => {
    cluster = await PostgresCluster.start();
    meeting = await Meeting.start({ url: await cluster.createDatabase() });
    const { ada, bob, chat, roomId } = meeting;
    const { url } = chat.server;
    stays = await meeting.enter(ada);
    const bobId = String(bob.account.id);
    const room = `chat-${roomId}`;
    follower = await ProtooClient.connect(
      url,
      room,
      bobId,
      bearing(bob.access),
    );
    await follower.request('joinRoom', { roomId: room, peerId: bobId });
    const [one, two] = [
      await ProtooClient.join(url, 'lounge', 'one'),
      await ProtooClient.join(url, 'lounge', 'two'),
    ];
    others = [
      one.client,
      two.client,
      await JsonClient.join(url, 'lounge', 'three'),
    ];
    const sender = await meeting.enter(bob);
    await send(sender, 'before');
    await stays.at(0);
    await sender.close();
    await cluster.stop();
  });

  after(async () => {
    await Promise.all([stays, follower, ...others].map((it) => it.close()));
    await meeting[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  test('every request gets 503 with the reason', async () => {
    const login = { email: stranger.email, password: stranger.password };
    const { status, body } = await meeting.chat.ask(
      'POST',
      '/auth/login/',
      login,
    );
    const replies = [
      [status, body],
      ...(await meeting.reads()),
      ...(await meeting.writes()),
    ];
    for (const reply of replies) {
      assert.deepEqual(reply, [503, REFUSED]);
    }
  });

  test('new sockets are accepted and closed with 1011', async () => {
    const { ada, chat, roomId } = meeting;
    const client = chat.dial(`/ws/chat/${roomId}/`, ada.access);
    const { code, reason } = await client.closed;
    assert.equal(code, 1011);
    assert.match(reason, /try again later$/);
  });

  test('the health is degraded', async () => {
    assert.equal(await meeting.health('unhealthy'), 'degraded');
  });

  test('a protoo client is told that its message was not kept, and stays', async () => {
    await assert.rejects(
      follower.request('sendMessage', { data: { content: 'lost' } }),
      {
        code: 503,
        message: REFUSED.detail,
      },
    );
    await follower.request('ping');
  });

  test('rooms without a record go on as ever', async () => {
    const [one, two, three] = others;
    const { url } = meeting.chat.server;
    await one.request('sendMessage', { data: { content: 'hello' } });
    const { data } = await two.notified('message');
    assert.deepEqual(data, { content: 'hello' });
    const late = await ProtooClient.join(url, 'lounge', 'late');
    assert.equal(late.reply.peers?.length, 3);
    await three.notified('participantJoined');
    const later = await JsonClient.join(url, 'lounge', 'later');
    await Promise.all([late.client.close(), later.close()]);
  });

  test('open sockets stay, and go on by themselves once it is back', async () => {
    const { bob, chat, roomId } = meeting;
    await cluster.restart();
    assert.equal(await meeting.health('healthy'), 'healthy');
    await send(stays, 'after');
    await follower.notified('message', ({ data }) => {
      const message = data as { content?: string };
      return message.content === 'after';
    });
    await follower.request('sendMessage', { data: { content: 'and on' } });
    const again = await chat.connect(roomId, bob);
    await send(again, 'and again');
    assert.deepEqual(await meeting.kept(), [
      'before',
      'after',
      'and on',
      'and again',
    ]);
    await again.close();
  });

  test('what is under way is kept or not sent, and the server lives', async () => {
    const { ada, bob, chat, roomId } = meeting;
    const clients = [
      await meeting.enter(ada),
      await meeting.enter(bob),
      await meeting.enter(ada),
    ] as const;
    const [one, two, watcher] = clients;
    keepSending(one, 'one');
    keepSending(two, 'two');
    await watcher.at(0);
    await cluster.stop();
    assert.equal((await one.closed).code, 1011);
    assert.equal((await two.closed).code, 1011);
    assert.equal(await meeting.health('unhealthy'), 'degraded');
    await cluster.restart();
    assert.equal(await meeting.health('healthy'), 'healthy');

    await send(watcher, 'the end');
    const kept = await chat.messagesIn(roomId, ada);
    const ids = new Set(watcher.messages.map(({ id }) => id));
    assert.deepEqual(
      kept.filter(({ id }) => ids.has(id)),
      watcher.messages,
    );
    await watcher.close();
  });
});

describe('while another process locks the SQLite file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-locked-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('what writes gets 503, what reads goes on, and all does once it is unlocked', async (t) => {
    const file = path.join(folder, 'atrium.db');
    await using meeting = await Meeting.start({ file, busyTimeout: 0 });
    const { ada, bob } = meeting;
    const stays = await meeting.enter(ada);
    await send(stays, 'before');
    const before = await meeting.reads();

    const lock = await lockFile(file);
    t.after(() => lock.kill());
    for (const reply of await meeting.writes()) {
      assert.deepEqual(reply, [503, REFUSED]);
    }
    assert.deepEqual(await meeting.reads(), before);
    await failToSend(await meeting.enter(bob));
    assert.equal(await meeting.health('unhealthy'), 'degraded');

    lock.stdin?.end();
    await once(lock, 'exit');
    assert.equal(await meeting.health('healthy'), 'healthy');
    await send(stays, 'after');
    assert.deepEqual(await meeting.kept(), ['before', 'after']);
    await stays.close();
  });
});

/** Starts a process that locks a database until its input ends. */
async function lockFile(file: string): Promise<ChildProcess> {
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(${JSON.stringify(file)});
    database.exec('begin exclusive');
    process.stdout.write('locked');
    process.stdin.resume().on('end', () => database.exec('rollback'));
  `;
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('on a full disk, what writes gets 503 until there is space', async (t) => {
  using disk = SmallDisk.mount();
  if (disk === undefined) {
    t.skip('a small file system cannot be mounted here');
    return;
  }
  const file = path.join(disk.path, 'atrium.db');
  await using meeting = await Meeting.start({ file });
  const { ada, bob } = meeting;
  const stays = await meeting.enter(ada);
  await send(stays, 'before');
  const before = await meeting.reads();

  disk.fill();
  for (const reply of await meeting.writes()) {
    assert.deepEqual(reply, [503, REFUSED]);
  }
  assert.deepEqual(await meeting.reads(), before);
  await failToSend(await meeting.enter(bob));
  assert.equal(await meeting.health('unhealthy'), 'degraded');

  disk.clear();
  assert.equal(await meeting.health('healthy'), 'healthy');
  await send(stays, 'after');
  assert.deepEqual(await meeting.kept(), ['before', 'after']);
  const { status } = await meeting.chat.ask(
    'POST',
    '/auth/register/',
    stranger,
  );
  assert.equal(status, 201);
  await stays.close();
});
