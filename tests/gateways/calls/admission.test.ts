import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openStore } from '../../../lib/store/openStore.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';
import { accessToken, addAccount } from '../../support/chatAccount.ts';
import { get } from '../../support/http.ts';
import { bearing } from '../../support/peerToken.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';

/** The user of the account whose admission is asked for. */
const USER = '1';

const [ada, bob] = ['ada', 'bob'].map((userId) => tokenOf(userId));

describe('the admission of a member to the room of a call', () => {
  let site: CallsSite;
  let group: string;
  let callId: string;

  before(async () => {
    const { store: options } = testConfig();
    const store = await openStore(options, '/');
    await addAccount(store);
    await store.close();
    site = await CallsSite.start({
      store: options,
      calls: { reconnectTimeout: 600_000 },
    });
    group = await site.createGroup('ada', 'bob', USER);
    const body = { conversationId: group, type: 'video' };
    const { body: call } = await site.ask('POST', '/api/calls', body, ada);
    callId = call.data.callId;
  });
  after(() => site[Symbol.asyncDispose]());

  /** Joins the call; returns the id of the participant. */
  async function join(token: string | undefined): Promise<string> {
    const path = `/api/calls/${callId}/participants`;
    const { status, body } = await site.ask('POST', path, undefined, token);
    assert.equal(status, 200);
    return body.data.participantId;
  }

  /** The status and the failure with which the admission is answered. */
  async function admission() {
    const path = `/rooms/call-${callId}/peers/${USER}/admission`;
    const asked = await get(site.server.url, path, bearing(accessToken));
    const { error } = JSON.parse(asked.body);
    return [asked.status, error?.code, error?.message];
  }

  test('is refused while the call has no room', async () => {
    const [status, code] = await admission();
    assert.deepEqual([status, code], [404, 'ROOM_NOT_FOUND']);
  });

  test('is granted when the call has one, and refused after the member was removed', async () => {
    const participantId = await join(accessToken);
    await join(bob);
    assert.deepEqual(await admission(), [200, undefined, undefined]);
    const path = `/api/calls/${callId}/participants/${participantId}`;
    const { status } = await site.ask('DELETE', path, undefined, ada);
    assert.equal(status, 200);
    assert.deepEqual(await admission(), [
      403,
      'FORBIDDEN',
      'roomId: the user was removed from the call and cannot return to it',
    ]);
  });
});
