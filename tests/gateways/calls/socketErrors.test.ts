import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { CallsClient } from './CallsClient.ts';
import { BACKEND, CallsSite } from './CallsSite.ts';
import { assertProvoked } from './contractCodes.ts';

const UNKNOWN = '0123456789abcdef01234567';
const MEDIA = { audioEnabled: true, videoEnabled: true };
const OFFER = { type: 'offer', sdp: 'v=0\r\n' };

describe('a failure on the socket of calls', () => {
  let site: CallsSite;
  let rounds = 0;
  const provoked = new Set<string>();

  before(async () => {
    site = await CallsSite.start({
      calls: { maxParticipants: 2 },
      limits: { signalBurst: 1, signalsPerSecond: 1 },
    });
  });

  after(() => site[Symbol.asyncDispose]());

  /** Two people in a call, and a third who could be. */
  class Scene implements Disposable {
    readonly conversationId: string;
    readonly callId: string;
    readonly adas: string;
    readonly bobs: string;
    readonly ada: CallsClient;
    readonly bob: CallsClient;
    readonly cy: CallsClient;

    private constructor(
      [ada, bob, cy]: readonly [CallsClient, CallsClient, CallsClient],
      conversationId: string,
      callId: string,
      [adas, bobs]: readonly { participantId: string }[],
    ) {
      this.conversationId = conversationId;
      this.callId = callId;
      this.adas = adas?.participantId ?? '';
      this.bobs = bobs?.participantId ?? '';
      this.ada = ada;
      this.bob = bob;
      this.cy = cy;
    }

    static async open(): Promise<Scene> {
      rounds += 1;
      const names = ['ada', 'bob', 'cy'].map((name) => `${name}${rounds}`);
      const [creator = '', ...others] = names;
      const conversationId = await site.createGroup(creator, ...others);
      const connect = (name = '') => CallsClient.of(site, name);
      const clients = [
        await connect(names[0]),
        await connect(names[1]),
        await connect(names[2]),
      ] as const;
      const { callId } = await clients[0].get('call:initiate', {
        conversationId,
        type: 'video',
      });
      const { participants } = await clients[1].get('call:accept', {
        callId,
        ...MEDIA,
      });
      return new Scene(clients, conversationId, callId, participants);
    }

    [Symbol.dispose](): void {
      for (const client of [this.ada, this.bob, this.cy]) {
        client[Symbol.dispose]();
      }
    }
  }

  for (const [code, reason, what, cause] of [
    [
      'CALL_NOT_FOUND',
      'CALL_NOT_FOUND',
      'an unknown call',
      ({ cy }) => cy.ask('call:join', { callId: UNKNOWN, ...MEDIA }),
    ],
    [
      'CALL_ALREADY_ACTIVE',
      'CALL_ALREADY_ACTIVE',
      'a second call of a conversation',
      ({ cy, conversationId }) =>
        cy.ask('call:initiate', { conversationId, type: 'audio' }),
    ],
    [
      'ALREADY_PARTICIPANT',
      'ALREADY_PARTICIPANT',
      'a second join',
      ({ bob, callId }) => bob.ask('call:join', { callId, ...MEDIA }),
    ],
    [
      'MAX_PARTICIPANTS_REACHED',
      'MAX_PARTICIPANTS_REACHED',
      'a participant too many',
      ({ cy, callId }) => cy.ask('call:accept', { callId, ...MEDIA }),
    ],
    [
      'PARTICIPANT_NOT_FOUND',
      'PARTICIPANT_NOT_FOUND',
      'an unknown target',
      ({ bob, callId }) =>
        bob.ask('call:signal', {
          callId,
          targetParticipantId: UNKNOWN,
          signal: OFFER,
        }),
    ],
    [
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
      'a signal from outside the call',
      ({ cy, callId, adas }) =>
        cy.ask('call:signal', {
          callId,
          targetParticipantId: adas,
          signal: OFFER,
        }),
    ],
    [
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
      'the removal of another, even by the initiator',
      ({ ada, callId, bobs }) =>
        ada.ask('call:leave', { callId, participantId: bobs }),
    ],
    [
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
      'the devices of another',
      ({ ada, callId, bobs }) =>
        ada.ask('call:media-state-change', {
          callId,
          participantId: bobs,
          ...MEDIA,
          screenShareEnabled: false,
        }),
    ],
    [
      'SIGNALING_ERROR',
      'VALIDATION_ERROR',
      'a malformed signal',
      ({ bob, callId, adas }) =>
        bob.ask('call:signal', {
          callId,
          targetParticipantId: adas,
          signal: { type: 'offer' },
        }),
    ],
    [
      'SIGNALING_ERROR',
      'SIGNALING_ERROR',
      'an offer that is too long',
      ({ bob, callId, adas }) =>
        bob.ask('call:signal', {
          callId,
          targetParticipantId: adas,
          signal: { type: 'offer', sdp: 'x'.repeat(65_537) },
        }),
    ],
    [
      'TRANSCRIPTION_ERROR',
      'VALIDATION_ERROR',
      'a malformed text',
      ({ bob, callId }) => bob.ask('call:transcription', { callId, text: 1 }),
    ],
    [
      'TRANSCRIPTION_ERROR',
      'TRANSCRIPTION_ERROR',
      'a text that is too long',
      ({ bob, callId, bobs }) =>
        bob.ask('call:transcription', {
          callId,
          participantId: bobs,
          text: 'x'.repeat(4_001),
          language: 'en',
          timestamp: '2026-01-02T03:04:05Z',
          isFinal: true,
        }),
    ],
    [
      'INVALID_REQUEST',
      'VALIDATION_ERROR',
      'other malformed data',
      ({ bob }) => bob.ask('call:join', { callId: 'call' }),
    ],
    [
      'INVALID_REQUEST',
      'VALIDATION_ERROR',
      'data that is no object',
      ({ bob }) => bob.ask('call:join', 'call'),
    ],
    [
      'INVALID_REQUEST',
      'UNKNOWN_METHOD',
      'an unknown event',
      ({ bob }) => bob.ask('call:dance', {}),
    ],
    [
      'NOT_FOUND',
      'CONVERSATION_NOT_FOUND',
      'an unknown conversation',
      ({ ada }) =>
        ada.ask('call:initiate', { conversationId: UNKNOWN, type: 'audio' }),
    ],
    [
      'RATE_LIMIT_EXCEEDED',
      'LIMIT_REACHED',
      'signals that come too fast',
      async ({ bob, callId, adas }) => {
        const data = { callId, targetParticipantId: adas, signal: OFFER };
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => bob.ask('call:signal', data)),
        );
        return answers.find((it) => !it.success);
      },
    ],
    [
      'CALL_ENDED',
      'CALL_ENDED',
      'a call that is over',
      async ({ ada, bob, cy, callId, adas, bobs }) => {
        await ada.get('call:leave', { callId, participantId: adas });
        await bob.get('call:leave', { callId, participantId: bobs });
        return cy.ask('call:join', { callId, ...MEDIA });
      },
    ],
    [
      'INVALID_CONVERSATION_TYPE',
      'INVALID_CONVERSATION_TYPE',
      'a call in a public conversation',
      async ({ ada }) => {
        const { body } = await site.ask(
          'POST',
          '/api/conversations',
          { type: 'public', title: 'All' },
          BACKEND,
        );
        const { conversationId } = body.data;
        return ada.ask('call:initiate', { conversationId, type: 'audio' });
      },
    ],
  ] as const satisfies readonly (readonly [
    string,
    string,
    string,
    // The answer has the shape that the test requires.
    // oxlint-disable-next-line typescript/no-explicit-any
    (scene: Scene) => Promise<any>,
  ])[]) {
    test(`is ${code} for ${what}`, async () => {
      using scene = await Scene.open();
      const { success, error, ...rest } = await cause(scene);
      assert.equal(success, false);
      assert.deepEqual(rest, {});
      const { message, details, ...named } = error;
      assert.deepEqual(named, { code });
      provoked.add(named.code);
      assert.equal(typeof message, 'string');
      assert.equal(details.reason, reason);
    });
  }

  test('comes as an event where there is no callback', async () => {
    using scene = await Scene.open();
    const { cy, callId } = scene;
    cy.send('call:accept', { callId, ...MEDIA });
    assert.deepEqual(await cy.next('call:error'), {
      callId,
      code: 'MAX_PARTICIPANTS_REACHED',
      message: 'the call is full: it takes 2 participants',
      details: {
        reason: 'MAX_PARTICIPANTS_REACHED',
        option: 'calls.maxParticipants',
      },
    });
    cy.send('call:accept', { callId: '<script>' });
    const { callId: unknown } = await cy.next('call:error');
    assert.equal(unknown, undefined);
  });

  test('has every code of the contract that a client causes', () => {
    assertProvoked('socketErrors.test.ts', provoked);
  });
});
