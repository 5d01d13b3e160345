import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { aboveEachEngine } from '../../support/stores.ts';
import { CallsClient } from './CallsClient.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';

const ID = /^[\da-f]{24}$/;
const MEDIA = { audioEnabled: true, videoEnabled: false };

/** Requires a time of the last minutes or the next ones, in UTC. */
function isTime(value: unknown): void {
  assert.equal(new Date(String(value)).toISOString(), value);
}

aboveEachEngine('the socket of calls', (engine) => {
  let site: CallsSite;
  let conversationId: string;
  /** The number of the test, of whose people no calls of others ring. */
  let round = 0;
  let people: readonly [string, string, string];
  let ada: CallsClient;
  let bob: CallsClient;
  let cy: CallsClient;

  before(async () => {
    site = await CallsSite.start({
      store: await engine.emptyStore(),
      limits: { callsPerMinute: 1_000 },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  beforeEach(async () => {
    round += 1;
    people = [`ada${round}`, `bob${round}`, `cy${round}`];
    conversationId = await site.createGroup(...people);
    [ada, bob, cy] = await Promise.all([
      CallsClient.of(site, people[0]),
      CallsClient.of(site, people[1]),
      CallsClient.of(site, people[2]),
    ]);
  });

  afterEach(() => {
    for (const client of [ada, bob, cy]) {
      client[Symbol.dispose]();
    }
  });

  /** Starts a call of Ada's. */
  async function initiate(): Promise<string> {
    const { callId } = await ada.get('call:initiate', {
      conversationId,
      type: 'video',
    });
    await Promise.all([bob.next('call:incoming'), cy.next('call:incoming')]);
    return callId;
  }

  /** Starts a call of Ada's that Bob accepts. */
  async function call() {
    const callId = await initiate();
    const { participants } = await bob.get('call:accept', { callId, ...MEDIA });
    await Promise.all([ada.next('call:started'), bob.next('call:started')]);
    await ada.next('call:participant-joined');
    const [adas, bobs] = participants as { participantId: string }[];
    assert.ok(adas && bobs);
    return { callId, adas: adas.participantId, bobs: bobs.participantId };
  }

  test('rings, and the call starts with the first acceptance', async () => {
    using phone = await CallsClient.of(site, people[1]);
    const initiated = await ada.get('call:initiate', {
      conversationId,
      type: 'video',
      settings: { videoEnabled: false },
    });
    const { callId } = initiated;
    assert.match(callId, ID);
    assert.deepEqual(initiated, { callId, mode: 'p2p' });
    for (const client of [bob, phone, cy]) {
      const { expiresAt, ...incoming } = await client.next('call:incoming');
      isTime(expiresAt);
      assert.deepEqual(incoming, {
        callId,
        conversationId,
        type: 'video',
        caller: { userId: people[0], username: `Name of ${people[0]}` },
      });
    }

    const accepted = await bob.get('call:accept', { callId, ...MEDIA });
    const [adas, bobs] = accepted.participants;
    for (const { participantId, joinedAt } of [adas, bobs]) {
      assert.match(participantId, ID);
      isTime(joinedAt);
    }
    const participants = [
      {
        participantId: adas.participantId,
        userId: people[0],
        username: `Name of ${people[0]}`,
        role: 'initiator',
        status: 'connected',
        joinedAt: adas.joinedAt,
      },
      {
        participantId: bobs.participantId,
        userId: people[1],
        username: `Name of ${people[1]}`,
        role: 'participant',
        status: 'connected',
        joinedAt: bobs.joinedAt,
      },
    ];
    assert.deepEqual(accepted, {
      callId,
      participantId: bobs.participantId,
      mode: 'p2p',
      participants,
    });
    for (const client of [ada, bob]) {
      assert.deepEqual(await client.next('call:started'), {
        callId,
        mode: 'p2p',
        participants,
      });
    }
    assert.deepEqual(await ada.next('call:participant-joined'), {
      callId,
      participant: {
        participantId: bobs.participantId,
        userId: people[1],
        username: `Name of ${people[1]}`,
        joinedAt: bobs.joinedAt,
      },
      totalParticipants: 2,
    });
    assert.deepEqual(await phone.next('call:handled'), {
      callId,
      by: 'accept',
    });
  });

  test('ends a call when everybody has rejected it', async () => {
    const callId = await initiate();
    assert.deepEqual(await bob.ask('call:reject', { callId, reason: 'busy' }), {
      success: true,
      data: {},
    });
    cy.send('call:reject', { callId });
    const { endedAt, ...ended } = await ada.next('call:ended');
    isTime(endedAt);
    assert.deepEqual(ended, { callId, reason: 'normal', duration: 0 });
  });

  test('ends a call that is not answered in time', async () => {
    await using brief = await CallsSite.start({
      calls: { ringTimeout: 1_000 },
    });
    const group = await brief.createGroup('ada', 'bob');
    using caller = await CallsClient.of(brief, 'ada');
    using called = await CallsClient.of(brief, 'bob');
    const request = { conversationId: group, type: 'audio' };
    const { callId } = await caller.get('call:initiate', request);
    for (const client of [caller, called]) {
      const { endedAt, ...ended } = await client.next('call:ended');
      isTime(endedAt);
      assert.deepEqual(ended, { callId, reason: 'timeout', duration: 0 });
    }
  });

  test('passes signals on, to the other device alone', async () => {
    const { callId, adas, bobs } = await call();
    const signals = [
      { type: 'offer', sdp: 'v=0\r\n' },
      {
        type: 'ice-candidate',
        candidate: {
          candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host',
          sdpMid: '0',
          sdpMLineIndex: 0,
          usernameFragment: null,
        },
      },
    ];
    using phone = await CallsClient.of(site, people[0]);
    for (const signal of signals) {
      bob.send('call:signal', { callId, targetParticipantId: adas, signal });
    }
    for (const signal of signals) {
      assert.deepEqual(await ada.next('call:signal'), {
        callId,
        fromParticipantId: bobs,
        signal,
      });
    }
    // Browsers have it after their last candidate; the answer comes next.
    await ada.get('call:signal', {
      callId,
      targetParticipantId: bobs,
      signal: { type: 'ice-candidate', candidate: null },
    });
    const answer = { type: 'answer', sdp: 'v=0\r\n' };
    await ada.get('call:signal', {
      callId,
      targetParticipantId: bobs,
      signal: { ...answer, stray: 'field' },
    });
    assert.deepEqual(await bob.next('call:signal'), {
      callId,
      fromParticipantId: adas,
      signal: answer,
    });
    // The answers to these would arrive after any signal.
    await phone.authenticate({ token: tokenOf(people[0]) });
    assert.deepEqual(phone.taken(), []);
    await cy.authenticate({ token: tokenOf(people[2]) });
    assert.deepEqual(cy.taken(), []);
  });

  test('relays the devices and the texts of a participant', async () => {
    const { callId, bobs } = await call();
    const settings = {
      audioEnabled: false,
      videoEnabled: true,
      screenShareEnabled: true,
    };
    bob.send('call:media-state-change', {
      callId,
      participantId: bobs,
      ...settings,
    });
    assert.deepEqual(await ada.next('call:participant-media-state'), {
      callId,
      participantId: bobs,
      username: `Name of ${people[1]}`,
      ...settings,
    });
    for (const isFinal of [false, true]) {
      const spoken = {
        callId,
        participantId: bobs,
        text: 'Hello',
        language: 'en',
        timestamp: '2026-01-02T03:04:05.678Z',
        isFinal,
      };
      await bob.get('call:transcription', spoken);
      assert.deepEqual(await ada.next('call:transcription'), {
        ...spoken,
        username: `Name of ${people[1]}`,
      });
    }
  });

  test('tells the others of those who leave, and of the end', async () => {
    const { callId, adas, bobs } = await call();
    await bob.get('call:leave', { callId, participantId: bobs });
    const { leftAt, ...left } = await ada.next('call:participant-left');
    isTime(leftAt);
    assert.deepEqual(left, {
      callId,
      participantId: bobs,
      userId: people[1],
      username: `Name of ${people[1]}`,
      totalParticipants: 1,
    });
    ada.send('call:leave', { callId, participantId: adas });
    const { endedAt, duration, ...ended } = await cy.next('call:ended');
    isTime(endedAt);
    assert.equal(typeof duration, 'number');
    assert.deepEqual(ended, { callId, reason: 'normal' });
  });

  test('switches to the server with the third, once all have acknowledged', async () => {
    const { callId, adas } = await call();
    const joined = await cy.get('call:join', { callId, ...MEDIA });
    assert.equal(joined.mode, 'sfu');
    assert.equal(joined.participants.length, 3);
    const { mediaServerConfig } = joined;
    assert.equal(mediaServerConfig.routerId, `call-${callId}`);
    assert.ok(mediaServerConfig.rtpCapabilities.codecs.length > 0);
    for (const client of [ada, bob]) {
      const { switchDeadline, ...change } =
        await client.next('call:mode-switch');
      isTime(switchDeadline);
      assert.deepEqual(change, {
        callId,
        oldMode: 'p2p',
        newMode: 'sfu',
        reason: 'participant-count-changed',
        mediaServerConfig,
      });
    }
    await ada.get('call:mode-switch-ack', {
      callId,
      participantId: adas,
      success: true,
    });
    await bob.get('call:mode-switch-ack', { callId, success: true });
    const signal = { type: 'offer', sdp: 'v=0\r\n' };
    const { error } = await bob.ask('call:signal', {
      callId,
      targetParticipantId: adas,
      signal,
    });
    assert.equal(error.code, 'INVALID_MODE');
  });

  test('takes a participant back whose connection was lost', async () => {
    const { callId, bobs } = await call();
    bob.socket.io.engine.close();
    using back = new CallsClient(site);
    await back.authenticate({ token: tokenOf(people[1]) });
    const started = await back.next('call:started');
    assert.equal(started.callId, callId);
    const [, again] = started.participants;
    assert.equal(again.participantId, bobs);
    assert.equal(again.status, 'connected');
  });
});
