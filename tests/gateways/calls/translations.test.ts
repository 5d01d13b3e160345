import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';

import { CallsClient } from './CallsClient.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';
import { assertProvoked } from './contractCodes.ts';

const MEDIA = { audioEnabled: true, videoEnabled: false };
const timestamp = '2026-02-03T04:05:06.789Z';

/** The ways in which a translator fails. */
const FAILURES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'that never answers': () => undefined,
  'that stops in the middle of its answer': (response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('{"translated');
  },
  'that answers 500': (response) => {
    response.writeHead(500).end('{"error":"out of memory"}');
  },
  'that wants an API key': (response) => {
    response.writeHead(403).end('{"error":"Please contact the operator"}');
  },
  'that answers no JSON': (response) => void response.end('<html>'),
  'that answers null': (response) => void response.end('null'),
  'that answers without a text': (response) => {
    response.end('{"translatedText":{"text":"Salut"}}');
  },
  'that answers without an end': (response) => {
    response.end(JSON.stringify({ translatedText: 'x'.repeat(1_000_000) }));
  },
  'that leads elsewhere': (response) => {
    response.writeHead(302, { Location: '/elsewhere' }).end();
  },
  'that hangs up': (response) => void response.destroy(),
};

describe('a text of a call', () => {
  let translator: Server;
  let url: string;
  let requests = 0;
  let fail: (response: ServerResponse) => void;
  const provoked = new Set<string>();

  before(async () => {
    translator = createServer((request, response) => {
      requests += 1;
      request.resume().once('end', () => fail(response));
    }).listen(0, '127.0.0.1');
    await once(translator, 'listening');
    const { port } = translator.address() as AddressInfo;
    url = `http://127.0.0.1:${port}`;
  });

  beforeEach(() => {
    requests = 0;
  });

  after(async () => {
    translator.closeAllConnections();
    translator.close();
    await once(translator, 'close');
  });

  for (const [name, failure] of Object.entries(FAILURES)) {
    test(`goes untranslated past a translator ${name}, which is left alone`, async () => {
      fail = failure;
      await using site = await CallsSite.start({
        calls: { translator: { url, timeout: 100 } },
      });
      const conversationId = await site.createGroup('ada', 'bob', 'cy');
      using ada = await CallsClient.of(site, 'ada', { language: 'en' });
      using bob = await CallsClient.of(site, 'bob', { language: 'fr-CA' });
      const { callId } = await ada.get('call:initiate', {
        conversationId,
        type: 'audio',
      });
      const { participants } = await bob.get('call:accept', {
        callId,
        ...MEDIA,
      });
      const [{ participantId }] = participants;
      await bob.next('call:started');
      bob.taken();
      const spoken = { callId, participantId, language: 'en', timestamp };

      for (const text of ['one', 'two', 'three', 'four']) {
        await ada.get('call:transcription', { ...spoken, text, isFinal: true });
        assert.deepEqual(await bob.next('call:transcription'), {
          ...spoken,
          username: 'Name of ada',
          text,
          isFinal: true,
        });
        const { message, ...error } = await bob.next('call:error');
        assert.deepEqual(error, { callId, code: 'TRANSLATION_ERROR' });
        provoked.add(error.code);
        assert.match(message, /"fr"/);
      }
      // Three failures opened the circuit. Requests may be given up early.
      assert.ok(requests <= 3, `${requests} requests`);

      // Interim texts are never translated, so no translation is missing.
      const interim = { ...spoken, text: 'fi', isFinal: false };
      await ada.get('call:transcription', interim);
      await bob.next('call:transcription');
      await bob.authenticate({ token: tokenOf('bob'), language: 'en' });
      await ada.get('call:transcription', {
        ...spoken,
        text: 'five',
        isFinal: true,
      });
      await bob.next('call:transcription');
      assert.deepEqual(bob.taken(), []);
      const names = ada.taken();
      assert.ok(!names.includes('call:error'), names.join(', '));
      assert.ok(requests <= 3, `${requests} requests`);

      const stored = await site.ask(
        'GET',
        `/api/calls/${callId}/transcriptions`,
        undefined,
        tokenOf('bob'),
      );
      assert.deepEqual(
        stored.body.data.transcriptions.map(
          (it: { text: string; translations: object }) => [
            it.text,
            it.translations,
          ],
        ),
        [
          ['one', {}],
          ['two', {}],
          ['three', {}],
          ['four', {}],
          ['five', {}],
        ],
      );
    });
  }

  test('has the code of the contract for translations', () => {
    assertProvoked('translations.test.ts', provoked);
  });
});
