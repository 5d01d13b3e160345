import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Conversations } from '../../lib/calls/Conversations.ts';
import { callsSection } from '../../lib/calls/options.ts';
import { ShareLinks } from '../../lib/calls/ShareLinks.ts';
import { openStore } from '../../lib/store/openStore.ts';
import type { Store } from '../../lib/store/Store.ts';
import { guestIn, userCaller } from '../support/callers.ts';
import { aboveEachEngine } from '../support/stores.ts';

const noLink = { code: 'SHARE_LINK_NOT_FOUND', status: 404 };
const noSession = { code: 'SESSION_INVALID', status: 401 };
const DAY = 86_400_000;

aboveEachEngine('share links', (engine) => {
  let store: Store;
  let options = {};
  let conversations: Conversations;
  let links: ShareLinks;
  const ada = userCaller('ada');

  before(async () => {
    store = await openStore(await engine.emptyStore(), '/');
    const section = () => callsSection.parse(options);
    conversations = new Conversations(
      store.conversations,
      store.users,
      section,
    );
    links = new ShareLinks(store.conversations, conversations, section);
  });
  after(() => store.close());

  async function createGroup(): Promise<string> {
    const group = { type: 'group', title: '', memberIds: [] } as const;
    return (await conversations.create(ada, group)).id;
  }

  test('let guests into their conversation, each with a session', async (t) => {
    const now = Date.now();
    t.mock.method(Date, 'now', () => now);
    const id = await createGroup();
    const { token } = await links.create(ada, id);
    const sessions = await Promise.all(
      ['Alice', 'Boris'].map((username) =>
        links.startSession(token, { username, language: 'fr' }),
      ),
    );
    assert.equal(new Set(sessions.map((it) => it.sessionToken)).size, 2);
    for (const [index, username] of ['Alice', 'Boris'].entries()) {
      const session = sessions[index];
      assert.ok(session);
      assert.match(session.guestId, /^[\da-f]{24}$/);
      assert.deepEqual(await links.guestOf(session.sessionToken), {
        caller: { ...guestIn(id, session.guestId), username },
        language: 'fr',
        expiresAt: now + DAY,
      });
    }
  });

  test('and sessions have tokens that nothing else is taken for', async () => {
    const id = await createGroup();
    const { token } = await links.create(ada, id);
    const { sessionToken } = await links.startSession(token, {
      username: 'Alice',
    });
    await assert.rejects(links.guestOf(token), noSession);
    await assert.rejects(links.guestOf(''), noSession);
    const guest = { username: 'Eve' };
    await assert.rejects(links.startSession(sessionToken, guest), noLink);
    await assert.rejects(links.startSession('', guest), noLink);
  });

  test('and sessions end when their time is over', async (t) => {
    const id = await createGroup();
    const start = Date.now();
    const clock = t.mock.method(Date, 'now', () => start);
    const { token, expiresAt } = await links.create(ada, id, DAY);
    assert.equal(expiresAt.getTime(), start + DAY);
    const guest = { username: 'Alice' };
    const { sessionToken } = await links.startSession(token, guest);
    clock.mock.mockImplementation(() => start + 0.9 * DAY);
    const late = await links.startSession(token, guest);
    clock.mock.mockImplementation(() => start + 1.1 * DAY);
    await assert.rejects(links.startSession(token, guest), noLink);
    await assert.rejects(links.guestOf(sessionToken), noSession);
    assert.ok(await links.guestOf(late.sessionToken));
  });

  test('last for as long as the server allows', async (t) => {
    const id = await createGroup();
    const start = Date.now();
    t.mock.method(Date, 'now', () => start);
    const { expiresAt } = await links.create(ada, id);
    assert.equal(expiresAt.getTime(), start + 7 * DAY);
    await assert.rejects(links.create(ada, id, 8 * DAY), {
      code: 'VALIDATION_ERROR',
      message:
        'expiresIn: expected at most 604800 s (calls.shareLinkLifetime), got 691200',
    });
  });

  test('are created by members, staff and backends', async () => {
    const id = await createGroup();
    const eve = userCaller('eve');
    await assert.rejects(links.create(eve, id), { code: 'NOT_A_MEMBER' });
    await assert.rejects(links.create(guestIn(id), id), {
      code: 'CONVERSATION_DENIED',
    });
    await assert.rejects(links.create(ada, 'f'.repeat(24)), {
      code: 'CONVERSATION_NOT_FOUND',
    });
    assert.ok(await links.create(userCaller('root', 'admin'), id));
    assert.ok(await links.create('backend', id));
  });

  test('lead to no public conversation', async () => {
    const { id } = await conversations.create('backend', {
      type: 'public',
      title: '',
      memberIds: ['ada'],
    });
    await assert.rejects(links.create(ada, id), {
      code: 'INVALID_CONVERSATION_TYPE',
      status: 422,
    });
  });

  test('and their guests are as many as the options say', async (t) => {
    options = { shareLinksPerConversation: 1, guestsPerConversation: 2 };
    t.after(() => {
      options = {};
    });
    const id = await createGroup();
    const { token } = await links.create(ada, id);
    const limited = { code: 'LIMIT_REACHED', status: 429 };
    await assert.rejects(links.create(ada, id), {
      ...limited,
      option: 'calls.shareLinksPerConversation',
    });
    const start = () => links.startSession(token, { username: 'Guest' });
    await Promise.all([start(), start()]);
    await assert.rejects(start(), {
      ...limited,
      option: 'calls.guestsPerConversation',
    });
  });
});
