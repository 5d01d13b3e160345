import assert from 'node:assert/strict';
import { once } from 'node:events';

import { until } from '../../support/until.ts';
import type { ChatClient } from './ChatClient.ts';
import { pick, statusOf, summaryOf } from './chatModel.ts';
import type { Line, Login, Room, Selection, Sent, User } from './chatModel.ts';
import type { ChatSite, Reply } from './ChatSite.ts';

/**
 * Users, rooms and connections of one story, with a model of what the server has
 * to answer. Every action asserts its answer.
 */
export class ChatWorld {
  readonly #site: ChatSite;
  /** Part of the names of the story's rooms and of no others. */
  readonly #mark: string;
  readonly #users: User[] = [];
  readonly #rooms: Room[] = [];
  readonly #lines: Line[] = [];
  #sent = 0;

  constructor(site: ChatSite, mark: string) {
    this.#site = site;
    this.#mark = mark;
  }

  get #open(): Line[] {
    return this.#lines.filter(({ code }) => code === undefined);
  }

  async addUser(name: string): Promise<void> {
    const member = await this.#site.join(
      `${name}-${this.#mark}@example.com`,
      name,
    );
    const logins = [{ access: member.access, ended: false }];
    this.#users.push({ member, logins, deleted: false });
  }

  async logIn(who: number): Promise<void> {
    const user = pick(this.#users, who);
    const { email } = user.member.account;
    if (!user.deleted) {
      const { access } = await this.#site.login(email);
      user.logins.push({ access, ended: false });
    }
  }

  async logOut(who: number, which: number): Promise<void> {
    const user = pick(this.#users, who);
    const login = pick(user.logins, which);
    const { status } = await this.#ask('POST', '/auth/logout/', login);
    assert.equal(status, login.ended ? 401 : 200);
    login.ended = true;
    await this.#closed((line) => line.login === login, 4001);
  }

  async deleteUser(who: number): Promise<void> {
    const user = pick(this.#users, who);
    const login = pick(user.logins, 0);
    const { status } = await this.#ask('DELETE', '/auth/profile/', login);
    assert.equal(status, login.ended ? 401 : 204);
    if (!login.ended) {
      user.deleted = true;
      for (const it of user.logins) {
        it.ended = true;
      }
      await this.#closed((line) => line.user === user, 4001);
    }
  }

  async createRoom(who: number, type: string): Promise<void> {
    const user = pick(this.#users, who);
    const login = pick(user.logins, -1);
    const name = `${this.#mark} ${this.#rooms.length}`;
    const reply = await this.#ask('POST', '/api/rooms/', login, {
      name,
      room_type: type,
    });
    assert.equal(reply.status, login.ended ? 401 : 201);
    if (!login.ended) {
      const { id } = reply.body;
      this.#rooms.push({
        id,
        creator: user,
        name,
        type,
        deleted: false,
        messages: [],
      });
    }
  }

  async changeRoom(who: number, where: number): Promise<void> {
    const [user, room] = [pick(this.#users, who), pick(this.#rooms, where)];
    const name = `${room.name}!`;
    const path = `/api/rooms/${room.id}/`;
    const login = pick(user.logins, -1);
    const { status } = await this.#ask('PATCH', path, login, { name });
    assert.equal(status, statusOf(user, login, room, 200));
    room.name = status === 200 ? name : room.name;
  }

  async deleteRoom(who: number, where: number): Promise<void> {
    const [user, room] = [pick(this.#users, who), pick(this.#rooms, where)];
    const path = `/api/rooms/${room.id}/`;
    const login = pick(user.logins, -1);
    const { status } = await this.#ask('DELETE', path, login);
    assert.equal(status, statusOf(user, login, room, 204));
    if (status === 204) {
      room.deleted = true;
      await this.#closed((line) => line.room === room, 4004);
    }
  }

  async connect(who: number, which: number, where: number): Promise<void> {
    const [user, room] = [pick(this.#users, who), pick(this.#rooms, where)];
    const login = pick(user.logins, which);
    if (login.ended || room.deleted) {
      const client = this.#site.dial(`/ws/chat/${room.id}/`, login.access);
      const { status } = await client.refused;
      assert.equal(status, login.ended ? 401 : 404);
      return;
    }
    const client = await this.#site.connect(room.id, login);
    const since = room.messages.length;
    this.#lines.push({ client, user, login, room, since, signals: [] });
  }

  async disconnect(which: number, politely: boolean): Promise<void> {
    const line = this.#open.at(which % this.#open.length);
    if (line !== undefined) {
      line.code = politely ? 1000 : 1006;
      if (politely) {
        line.client.socket.close(1000);
      } else {
        line.client.socket.terminate();
      }
      await line.client.closed;
    }
  }

  /**
   * Sends messages by several connections at once; meanwhile something else may
   * happen to them.
   */
  async speak(
    words: readonly { which: number; word: string }[],
    meanwhile: () => Promise<void>,
  ): Promise<void> {
    const open = this.#open;
    const sent = (open.length === 0 ? [] : words).map(({ which, word }) => {
      const line = pick(open, which);
      this.#sent += 1;
      const content = `${word} ${this.#sent}`;
      line.client.send({ content });
      return { line, content };
    });
    await meanwhile();
    for (const [room, inRoom] of Map.groupBy(sent, ({ line }) => line.room)) {
      await this.#settle(room, inRoom);
    }
  }

  async signal(which: number, target: number | undefined): Promise<void> {
    const line = this.#open.at(which % this.#open.length);
    if (line === undefined) {
      return;
    }
    const user = target === undefined ? undefined : pick(this.#users, target);
    line.client.send({
      type: 'webrtc-hangup',
      ...(user && { target_id: user.member.account.id }),
    });
    const sender_id = line.user.member.account.id;
    const heard = this.#open.filter(
      (it) =>
        it !== line &&
        it.room === line.room &&
        (user === undefined || it.user === user),
    );
    for (const { client, signals } of heard) {
      signals.push({ type: 'webrtc-hangup', sender_id });
      await received(client, () => signalsOf(client).length >= signals.length);
    }
  }

  async listMessages(
    who: number,
    where: number,
    { limit, before, after, search }: Selection,
  ): Promise<void> {
    const [user, room] = [pick(this.#users, who), pick(this.#rooms, where)];
    const login = pick(user.logins, -1);
    const idAt = (position: number | undefined): number | undefined =>
      position === undefined
        ? undefined
        : (room.messages.at(position)?.id ?? 1);
    const range = { limit, before: idAt(before), after: idAt(after), search };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(range)) {
      query.set(name, String(value ?? ''));
    }
    const path = `/api/rooms/${room.id}/messages/?${query.toString()}`;
    const { status, body } = await this.#ask('GET', path, login);
    assert.equal(status, statusOf(user, login, room, 200, 200));
    if (status === 200) {
      const found = room.messages.filter(
        ({ id, content }) =>
          id < (range.before ?? Infinity) &&
          id > (range.after ?? 0) &&
          content.toLowerCase().includes((search ?? '').toLowerCase()),
      );
      const start =
        after === undefined
          ? Math.max(0, found.length - (limit ?? Infinity))
          : 0;
      const expected = found.slice(start, start + (limit ?? Infinity));
      assert.deepEqual(
        body.map(({ id, content, user: author }: Record<string, unknown>) => ({
          id,
          user: author,
          content,
        })),
        expected.map(({ id, content, user: author }) => ({
          id,
          user: summaryOf(author),
          content,
        })),
        path,
      );
    }
  }

  async listRooms(
    who: number,
    type: string,
    limit: number,
    offset: number,
  ): Promise<void> {
    const login = pick(pick(this.#users, who).logins, -1);
    const path = `/api/rooms/?search=${this.#mark}&room_type=${type}&limit=${limit}&offset=${offset}`;
    const { status, body } = await this.#ask('GET', path, login);
    assert.equal(status, login.ended ? 401 : 200);
    if (status === 200) {
      const all = this.#rooms.filter(
        (room) => !room.deleted && (type === '' || room.type === type),
      );
      assert.equal(body.count, all.length);
      assert.equal(body.next !== null, offset + limit < all.length);
      assert.deepEqual(
        body.results.map(({ id, name, creator }: Record<string, unknown>) => ({
          id,
          name,
          creator,
        })),
        all.slice(offset, offset + limit).map(({ id, name, creator }) => ({
          id,
          name,
          creator: summaryOf(creator),
        })),
      );
    }
  }

  /** Lists everything that is left. */
  async readAll(who: number): Promise<void> {
    await this.listRooms(who, '', 100, 0);
    for (const where of this.#rooms.keys()) {
      for (const limit of [undefined, 1, 3]) {
        await this.listMessages(who, where, { limit });
      }
    }
  }

  /** Closes every connection, and asserts that each has received its part. */
  async end(): Promise<void> {
    const last = new Set(this.#open);
    for (const line of last) {
      line.code = 1000;
      line.client.socket.close(1000);
    }
    for (const line of this.#lines) {
      const { client, room, since, signals, code } = line;
      const closed = await client.closed;
      assert.equal(closed.code, code, closed.reason);
      const heard = idsIn(client);
      const expected = room.messages.slice(since).map(({ id }) => id);
      assert.deepEqual(
        heard,
        last.has(line) ? expected : expected.slice(0, heard.length),
        'expected the messages of the room from its entry on, in their order',
      );
      assert.deepEqual(signalsOf(client), signals);
    }
  }

  /**
   * Waits until messages have been kept or lost, and takes those that were kept
   * into the model. Only connections that have closed may have lost some.
   */
  async #settle(room: Room, sent: readonly Sent[]): Promise<void> {
    const here = this.#open.filter((it) => it.room === room);
    await until('only open connections are peers', () => {
      const live = this.#site.server.registry.rooms.get(`chat-${room.id}`);
      return (live?.peers.size ?? 0) === here.length;
    });
    const required = sent.filter(({ line }) => line.code === undefined);
    for (const { client } of here) {
      await received(client, () =>
        required.every(({ content }) =>
          client.messages.some((it) => it['content'] === content),
        ),
      );
    }
    // Messages of closed connections were queued before this request came.
    await this.#site.ask('GET', '/auth/profile/');
    const all = await this.#site.store.messages.list(room.id, {});
    const known = room.messages.length;
    assert.deepEqual(
      all.slice(0, known).map(({ id }) => id),
      room.messages.map(({ id }) => id),
    );
    for (const { id, content, user } of all.slice(known)) {
      const line = sent.find((it) => it.content === content)?.line;
      assert.ok(line, `${content} was never sent`);
      assert.equal(user.id, line.user.member.account.id);
      room.messages.push({ id, content, user: line.user });
    }
    const kept = room.messages.slice(known).map(({ content }) => content);
    for (const [line, own] of Map.groupBy(sent, (it) => it.line)) {
      const said = own.map(({ content }) => content);
      const heard = kept.filter((content) => said.includes(content));
      assert.deepEqual(heard, said.slice(0, heard.length));
      assert.ok(line.code !== undefined || heard.length === said.length);
    }
    for (const { client, since } of here) {
      const count = room.messages.length - since;
      await received(client, () => idsIn(client).length >= count);
    }
  }

  /** Waits until the connections of a kind have been closed. */
  async #closed(kind: (line: Line) => boolean, code: number): Promise<void> {
    for (const line of this.#open.filter(kind)) {
      line.code = code;
      await line.client.closed;
    }
  }

  #ask(
    method: string,
    path: string,
    { access }: Login,
    body?: object,
  ): Promise<Reply> {
    return this.#site.ask(method, path, body, access);
  }
}

/** The ids of the messages that a client has received. */
function idsIn({ messages }: ChatClient): unknown[] {
  return messages.flatMap(({ id }) => id ?? []);
}

function signalsOf({ messages }: ChatClient): object[] {
  return messages.filter(({ type }) => type !== undefined);
}

/** Waits for messages of an open connection. */
async function received(
  { socket, closed }: ChatClient,
  enough: () => boolean,
): Promise<void> {
  while (!enough()) {
    const over = closed.then(({ code, reason }) =>
      assert.fail(`closed with ${code} ${reason}`),
    );
    await Promise.race([once(socket, 'message'), over]);
  }
}
