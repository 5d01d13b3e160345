import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { get } from '../../support/http.ts';
import { bearing, peerToken, tokensOnly } from '../../support/peerToken.ts';
import { joinRoom } from '../../support/protooMembers.ts';

interface Members {
  count: number;
  names: string[];
  since?: number;
}

describe('the members of a room, for those who are about to enter', () => {
  let server: Server;
  let open: Server;

  before(async () => {
    [server, open] = await Promise.all([
      startServer(tokensOnly),
      startServer({ limits: { admissionsPerMinute: 1, admissionBurst: 20 } }),
    ]);
  });

  after(() => Promise.all([server.close(), open.close()]));

  /** The answer of a server to a peer with a token, or without one. */
  async function ask(
    at: Server,
    room: string,
    peerId: string,
    token?: string,
    query = '?members=true',
  ): Promise<{ status: number; members?: Members }> {
    const { status, body } = await get(
      at.url,
      `/rooms/${room}/peers/${peerId}/admission${query}`,
      { headers: token === undefined ? {} : bearing(token).headers },
    );
    return { status, ...(JSON.parse(body) as { members?: Members }) };
  }

  function enter(at: Server, roomId: string, displayName: string, role = '') {
    const peerId = displayName.toLowerCase();
    const request = { roomId, peerId, displayName };
    return at === open
      ? joinRoom(at, request)
      : joinRoom(
          at,
          request,
          bearing(peerToken(peerId, { room: roomId, ...(role && { role }) })),
        );
  }

  const token = (peerId: string, room: string, more = {}) =>
    peerToken(peerId, { room, ...more });

  test('are told by name, the first ones first, and the rest by number', async () => {
    const asked = Date.now();
    const names = ['Ada', 'Grace', 'Mary', 'Jean', 'Alan', 'Kathleen'];
    for (const name of names) {
      await enter(server, 'garden', name);
    }
    const { status, members } = await ask(
      server,
      'garden',
      'eve',
      token('eve', 'garden'),
    );
    assert.equal(status, 200);
    assert.equal(members?.count, 6);
    assert.deepEqual(members.names, names.slice(0, 5));
    assert.ok((members.since ?? 0) >= asked);
    // One who comes back is not told of themselves.
    const own = await ask(server, 'garden', 'ada', token('ada', 'garden'));
    assert.deepEqual(own.members?.names[0], 'Grace');
    assert.ok((own.members.since ?? 0) >= (members.since ?? Infinity));
    // Those who do not ask are told nothing.
    const plain = await ask(
      server,
      'garden',
      'eve',
      token('eve', 'garden'),
      '',
    );
    assert.equal(plain.members, undefined);
  });

  test('are not told to strangers', async () => {
    await enter(server, 'court', 'Ada');
    for (const wrong of [undefined, token('eve', 'garden'), 'no token']) {
      const { status, members } = await ask(server, 'court', 'eve', wrong);
      assert.ok(status === 401 || status === 403, String(status));
      assert.equal(members, undefined);
    }
    const blind = token('eve', 'court', { grants: { subscribe: false } });
    const { status, members } = await ask(server, 'court', 'eve', blind);
    assert.equal(status, 200);
    assert.equal(members, undefined);
  });

  test('are told past a lock and a lobby only to those who pass them', async () => {
    const ada = await enter(server, 'attic', 'Ada', 'moderator');
    const eve = () => ask(server, 'attic', 'eve', token('eve', 'attic'));
    const mary = () =>
      ask(
        server,
        'attic',
        'mary',
        token('mary', 'attic', { role: 'moderator' }),
      );
    assert.deepEqual((await eve()).members?.names, ['Ada']);
    await ada.request('setLobby', { enabled: true });
    assert.deepEqual(await eve(), { status: 200, admitted: true });
    assert.deepEqual((await mary()).members?.names, ['Ada']);
    await ada.request('setLobby', { enabled: false });
    await ada.request('lockRoom', { locked: true });
    assert.deepEqual(await eve(), { status: 200, admitted: true });
    assert.deepEqual((await mary()).members?.names, ['Ada']);
  });

  test('are not told to a person who is banned', async () => {
    const ada = await enter(server, 'cellar', 'Ada', 'moderator');
    await enter(server, 'cellar', 'Eve');
    await ada.request('removePeer', { peerId: 'eve', ban: true });
    const { members } = await ask(
      server,
      'cellar',
      'eve',
      token('eve', 'cellar'),
    );
    assert.equal(members, undefined);
  });

  test('are told in an open room, at a bounded rate', async () => {
    await enter(open, 'square', 'Ada');
    assert.deepEqual((await ask(open, 'square', 'eve')).members?.names, [
      'Ada',
    ]);
    assert.equal((await ask(open, 'nowhere', 'eve')).members, undefined);
    assert.equal(open.registry.rooms.has('nowhere'), false);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask(open, 'square', 'eve')),
    );
    assert.ok(answers.some(({ status }) => status === 429));
  });
});
