import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CallsClient } from './CallsClient.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';

const MEDIA = { audioEnabled: true, videoEnabled: true };

test('the removal of a member over HTTP puts the user out of the live call', async () => {
  await using site = await CallsSite.start();
  const conversationId = await site.createGroup('ada', 'bob');
  using ada = await CallsClient.of(site, 'ada');
  using bob = await CallsClient.of(site, 'bob');
  const { callId } = await ada.get('call:initiate', {
    conversationId,
    type: 'video',
  });
  const { participantId } = await bob.get('call:accept', { callId, ...MEDIA });

  const path = `/api/conversations/${conversationId}/members/bob`;
  const { status } = await site.ask('DELETE', path, undefined, tokenOf('ada'));
  assert.equal(status, 200);
  assert.deepEqual(await bob.next('call:error'), {
    callId,
    code: 'KICKED',
    message: 'the participant is no longer a member of the conversation',
  });
  const left = await ada.next('call:participant-left');
  assert.equal(left.participantId, participantId);
  const { error } = await bob.ask('call:join', { callId, ...MEDIA });
  assert.equal(error.code, 'PERMISSION_DENIED');
});
