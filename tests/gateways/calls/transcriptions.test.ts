import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import type { CallDevice } from '../../../lib/calls/types.ts';
import { userCaller } from '../../support/callers.ts';
import { aboveEachEngine } from '../../support/stores.ts';
import { BACKEND, CallsSite, tokenOf } from './CallsSite.ts';
import type { Reply } from './CallsSite.ts';
import { hasBody, isRefused } from './replies.ts';

const ID = /^[\da-f]{24}$/;
const MEDIA_SERVER = 'the-secret-of-a-media-server-that-is-long-enough';
const ada = tokenOf('ada');
const bob = tokenOf('bob');

/** A translator that puts the language before a text. */
function startTranslator(): Server {
  return createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { q, target } = JSON.parse(body) as { q: string; target: string };
      response.end(JSON.stringify({ translatedText: `${target}: ${q}` }));
    });
  }).listen(0, '127.0.0.1');
}

aboveEachEngine('the texts of a call over HTTP', (engine) => {
  let translator: Server;
  let site: CallsSite;
  let callId: string;
  let participantId: string;

  before(async () => {
    translator = startTranslator();
    await once(translator, 'listening');
    const { port } = translator.address() as AddressInfo;
    site = await CallsSite.start({
      store: await engine.emptyStore(),
      calls: {
        reconnectTimeout: 600_000,
        mediaServer: { secret: MEDIA_SERVER },
        translator: { url: `http://127.0.0.1:${port}` },
      },
    });
    const conversationId = await site.createGroup('ada', 'bob', 'eve');
    const { body } = await site.ask(
      'POST',
      '/api/calls',
      { conversationId, type: 'audio' },
      ada,
    );
    ({ callId } = body.data);
    ({ participantId } = body.data.participants[0]);
    const path = `/api/calls/${callId}/participants`;
    assert.equal((await site.ask('POST', path, undefined, bob)).status, 200);
    const french: CallDevice = {
      caller: userCaller('bob'),
      language: 'fr-CA',
      deliver: () => undefined,
      confirm: () => Promise.resolve(true),
    };
    site.server.calls.register(french);
  });

  after(async () => {
    await site[Symbol.asyncDispose]();
    translator.closeAllConnections();
    translator.close();
    await once(translator, 'close');
  });

  function submit(
    changes: Record<string, unknown> = {},
    token = MEDIA_SERVER,
  ): Promise<Reply> {
    return site.ask(
      'POST',
      `/api/calls/${callId}/transcriptions`,
      {
        participantId,
        text: 'Hello',
        language: 'en',
        timestamp: '2026-02-03T04:05:06.789Z',
        ...changes,
      },
      token,
    );
  }

  function list(query = '', token = bob): Promise<Reply> {
    const path = `/api/calls/${callId}/transcriptions${query}`;
    return site.ask('GET', path, undefined, token);
  }

  test('are taken of media servers, and given back to participants', async () => {
    hasBody(await list(), 200, {
      transcriptions: [],
      total: 0,
      limit: 20,
      offset: 0,
    });
    const first = await submit({ confidenceScore: 0.95 });
    const { transcriptionId } = first.body.data;
    hasBody(first, 201, {
      transcriptionId,
      translations: { fr: 'fr: Hello' },
    });
    assert.match(transcriptionId, ID);
    const second = await submit({
      text: 'Salut 👋\n',
      language: 'fr-FR',
      timestamp: '2026-02-03T06:05:07+02:00',
    });
    hasBody(second, 201, {
      transcriptionId: second.body.data.transcriptionId,
      translations: {},
    });
    const transcriptions = [
      {
        transcriptionId,
        participantId,
        text: 'Hello',
        language: 'en',
        timestamp: '2026-02-03T04:05:06.789Z',
        confidenceScore: 0.95,
        translations: { fr: 'fr: Hello' },
      },
      {
        transcriptionId: second.body.data.transcriptionId,
        participantId,
        text: 'Salut 👋\n',
        language: 'fr-FR',
        timestamp: '2026-02-03T04:05:07.000Z',
        translations: {},
      },
    ];
    hasBody(await list(), 200, {
      transcriptions,
      total: 2,
      limit: 20,
      offset: 0,
    });
    hasBody(await list('?limit=1&offset=1', ada), 200, {
      transcriptions: transcriptions.slice(1),
      total: 2,
      limit: 1,
      offset: 1,
    });
  });

  test('are taken of media servers alone, which may do nothing else', async () => {
    for (const token of [ada, bob, BACKEND]) {
      const reply = await submit({}, token);
      isRefused(reply, 403, 'FORBIDDEN', 'PERMISSION_DENIED');
    }
    isRefused(
      await list('', MEDIA_SERVER),
      403,
      'FORBIDDEN',
      'PERMISSION_DENIED',
    );
    isRefused(
      await site.ask(
        'POST',
        '/api/conversations',
        { type: 'group' },
        MEDIA_SERVER,
      ),
      403,
      'FORBIDDEN',
      'CONVERSATION_DENIED',
    );
  });

  test('are shown to those alone who were in the call', async () => {
    const reply = await list('', tokenOf('eve'));
    isRefused(reply, 403, 'FORBIDDEN', 'PERMISSION_DENIED');
  });

  test('are refused where they are malformed', async () => {
    for (const changes of [
      { text: undefined },
      { language: 'no language' },
      { timestamp: 'now' },
      { timestamp: 0 },
      { confidenceScore: 1.5 },
      { participantId: 'nothing' },
    ]) {
      const reply = await submit(changes);
      isRefused(reply, 400, 'INVALID_REQUEST', 'VALIDATION_ERROR');
    }
    for (const text of ['', ' \n', 'x'.repeat(4_001), 'a\0b', 'a\ud83d']) {
      const reply = await submit({ text });
      isRefused(reply, 400, 'INVALID_REQUEST', 'TRANSCRIPTION_ERROR');
    }
    isRefused(
      await submit({ participantId: 'f'.repeat(24) }),
      404,
      'NOT_FOUND',
      'PARTICIPANT_NOT_FOUND',
    );
  });
});
