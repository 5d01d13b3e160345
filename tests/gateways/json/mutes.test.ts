import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import type { Server } from '../../../lib/Server.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../../tools/fixtures/server.ts';
import { JsonClient, withTokens } from '../../support/JsonClient.ts';
import { joinTogether } from '../../support/jsonMembers.ts';
import { sendAudio } from '../../support/protooMembers.ts';

describe('participants of the JSON API', () => {
  let server: Server;

  before(async () => {
    server = await startServer(withTokens);
  });

  after(() => server.close());

  test('learn that others mute themselves, as newcomers see it', async () => {
    const { roomId, ada } = await joinTogether(server, 'ada');
    const { client: pat } = await ProtooClient.join(server.url, roomId, 'pat');
    const { producerId } = await sendAudio(pat, { source: 'mic' });
    /** The state of the microphone of Pat, as a newcomer is told. */
    const seen = async (): Promise<boolean | undefined> => {
      const bob = await JsonClient.as(server.url, 'bob');
      const { participants } = await bob.request('joinRoom', { roomId });
      await bob.close();
      return participants.find(({ id }) => id === 'pat')?.isAudioEnabled;
    };
    const concerned = { roomId, participantId: 'pat', producerId };
    await pat.request('pauseProducer', { producerId });
    assert.deepEqual((await ada.received('producerPaused')).data, concerned);
    assert.equal(await seen(), false);
    await pat.request('resumeProducer', { producerId });
    assert.deepEqual((await ada.received('producerResumed')).data, concerned);
    assert.equal(await seen(), true);
    await Promise.all([ada.close(), pat.close()]);
  });

  test('receive the messages that clients of protoo send, to all or to them', async () => {
    const { roomId, ada, bob } = await joinTogether(server, 'ada', 'bob');
    const { client: pat } = await ProtooClient.join(server.url, roomId, 'pat');
    await pat.request('sendMessage', { data: { text: 'to all' } });
    await pat.request('sendMessage', {
      to: [ada.participantId],
      data: ['to', 'Ada'],
    });
    await pat.close();
    const heard = async (client: JsonClient): Promise<unknown[]> => {
      await client.received('participantLeft');
      return client.messages
        .filter(({ type }) => type === 'message')
        .map(({ data }) => data as unknown);
    };
    const from = { roomId, participantId: 'pat' };
    const toAll = { ...from, data: { text: 'to all' } };
    assert.deepEqual(await heard(ada), [
      toAll,
      { ...from, data: ['to', 'Ada'] },
    ]);
    assert.deepEqual(await heard(bob), [toAll]);
    await Promise.all([ada.close(), bob.close()]);
  });
});
