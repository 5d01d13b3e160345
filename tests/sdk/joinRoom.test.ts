import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import type { Connection } from '../../sdk/src/core/Connection.ts';
import { Emitter } from '../../sdk/src/core/Emitter.ts';
import { joinRoom } from '../../sdk/src/core/joinRoom.ts';
import { refusal } from './refusal.ts';

type Events = {
  notification: [{ method: string; data?: object }];
  close: [];
};

/** A connection to a room whose lobby refuses the first join. */
class Lobby extends Emitter<Events> {
  listeners = 0;
  #joins = 0;

  override on<Name extends keyof Events>(
    name: Name,
    listener: (...args: Events[Name]) => void,
  ): () => void {
    const remove = super.on(name, listener);
    this.listeners += 1;
    return () => {
      this.listeners -= 1;
      remove();
    };
  }

  async request(): Promise<object> {
    this.#joins += 1;
    if (this.#joins === 1) {
      throw refusal('joinRoom', 'IN_LOBBY');
    }
    return { peers: [] };
  }

  tell(method: string, data = {}): void {
    this.emit('notification', { method, data });
  }

  lose(): void {
    this.emit('close');
  }
}

function join(lobby: Lobby): { joined: Promise<object>; places: number[] } {
  const places: number[] = [];
  const joined = joinRoom(
    lobby as unknown as Connection,
    {} as Parameters<typeof joinRoom>[1],
    (place) => places.push(place),
  );
  return { joined, places };
}

describe('joining a room with a lobby', () => {
  test('waits, tells the place, and listens no longer once let in', async () => {
    const lobby = new Lobby();
    const { joined, places } = join(lobby);
    await turn();
    assert.equal(lobby.listeners, 2);
    lobby.tell('lobby', { position: 2 });
    lobby.tell('admitted');
    assert.deepEqual(await joined, { peers: [] });
    assert.equal(lobby.listeners, 0);
    lobby.tell('lobby', { position: 1 });
    assert.deepEqual(places, [2]);
  });

  test('fails with the connection, and listens no longer', async () => {
    const lobby = new Lobby();
    const { joined } = join(lobby);
    await turn();
    lobby.lose();
    await assert.rejects(joined, /connection to the server has closed/);
    assert.equal(lobby.listeners, 0);
  });
});
