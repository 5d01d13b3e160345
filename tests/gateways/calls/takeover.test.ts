import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { get } from '../../support/http.ts';
import { Exposition } from '../../support/prometheus.ts';
import { RawSocketIo } from '../../support/RawSocketIo.ts';
import type { RawTransport } from '../../support/RawSocketIo.ts';
import { CallsClient } from './CallsClient.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';

const MEDIA = { audioEnabled: true, videoEnabled: true };

/** A call that Ada has started, which rings for Bob. */
async function ring(site: CallsSite, ada: CallsClient): Promise<string> {
  const conversationId = await site.createGroup('ada', 'bob');
  const call = { conversationId, type: 'video' };
  return (await ada.get('call:initiate', call)).callId;
}

/** Joins a call as Bob, with a client that answers no pings. */
async function joinSilently(
  site: CallsSite,
  transport: RawTransport,
  callId: string,
): Promise<RawSocketIo> {
  const client = await RawSocketIo.open(site.url, transport);
  client.send('40');
  await client.next('40{');
  client.send(`421["authenticate",{"token":"${tokenOf('bob')}"}]`);
  await client.next('431[{"success":true');
  client.send(`422["call:join",${JSON.stringify({ callId, ...MEDIA })}]`);
  await client.next('432[{"success":true');
  return client;
}

/** The participants of a call with their states, by user. */
async function statesIn(site: CallsSite, callId: string) {
  const path = `/api/calls/${callId}`;
  const { body } = await site.ask('GET', path, undefined, tokenOf('ada'));
  return body.data.participants.map(
    ({ userId, status }: { userId: string; status: string }) =>
      `${userId} ${status}`,
  );
}

for (const transport of ['websocket', 'polling'] as const) {
  describe(`a participant whose connection by ${transport} is half open`, () => {
    const options = { calls: { confirmTimeout: 100 } };

    test('joins again with another one, and keeps the place', async () => {
      await using site = await CallsSite.start(options);
      using ada = await CallsClient.of(site, 'ada');
      const callId = await ring(site, ada);
      await using silent = await joinSilently(site, transport, callId);
      await ada.next('call:participant-joined');
      using bob = await CallsClient.of(site, 'bob');
      const { participantId, participants } = await bob.get('call:join', {
        callId,
        ...MEDIA,
      });
      await silent.closed;
      assert.equal(participants.length, 2);
      const { body } = await get(site.server.url, '/metrics');
      const closed = new Exposition(body);
      assert.equal(
        closed.sum('atrium_connections_closed_total', { reason: 'silent' }),
        1,
      );
      const signal = { type: 'offer', sdp: 'v=0\r\n' };
      await ada.get('call:signal', {
        callId,
        targetParticipantId: participantId,
        signal,
      });
      assert.deepEqual((await bob.next('call:signal')).signal, signal);
      assert.deepEqual(await statesIn(site, callId), [
        'ada connected',
        'bob connected',
      ]);
      const names = ada.taken();
      assert.ok(!names.includes('call:participant-left'), names.join(', '));
    });

    test('is back when another one is authenticated', async () => {
      await using site = await CallsSite.start(options);
      using ada = await CallsClient.of(site, 'ada');
      const callId = await ring(site, ada);
      await using silent = await joinSilently(site, transport, callId);
      using bob = await CallsClient.of(site, 'bob');
      const { callId: started } = await bob.next('call:started');
      assert.equal(started, callId);
      await silent.closed;
      assert.deepEqual(await statesIn(site, callId), [
        'ada connected',
        'bob connected',
      ]);
    });
  });
}

describe('a participant whose connection is alive', () => {
  test('keeps it when another device of the user joins', async () => {
    await using site = await CallsSite.start({
      calls: { confirmTimeout: 60_000 },
    });
    using ada = await CallsClient.of(site, 'ada');
    const callId = await ring(site, ada);
    for (const transport of ['websocket', 'polling']) {
      using bob = new CallsClient(site, { transports: [transport] });
      await bob.authenticate({ token: tokenOf('bob') });
      const { participantId } = await bob.get('call:join', {
        callId,
        ...MEDIA,
      });
      using phone = await CallsClient.of(site, 'bob');
      const { error } = await phone.ask('call:join', { callId, ...MEDIA });
      assert.equal(error.code, 'ALREADY_PARTICIPANT');
      assert.deepEqual(await statesIn(site, callId), [
        'ada connected',
        'bob connected',
      ]);
      await bob.get('call:leave', { callId, participantId });
    }
  });
});
