import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import type { CallView } from '../../lib/calls/types.ts';
import {
  CallsHarness,
  MEDIA,
  participantOf,
  UNKNOWN_ID,
  user,
} from '../support/calls.ts';
import type { Device } from '../support/calls.ts';
import { aboveEachEngine } from '../support/stores.ts';
import { until } from '../support/until.ts';

/** A request to translate. */
interface Asked {
  q: string;
  source: string;
  target: string;
  format: string;
  api_key?: string;
}

aboveEachEngine('the texts of a call', (engine) => {
  const timestamp = new Date('2026-02-03T04:05:06.789Z');
  const [ada, bob, cy, dan] = ['ada', 'bob', 'cy', 'dan'].map((it) => user(it));
  assert.ok(ada && bob && cy && dan);
  let harness: CallsHarness;
  let service: Server;
  let asked: Asked[];
  let answer: (asked: Asked, response: ServerResponse) => void;
  let call: CallView;
  let speaker: Device;
  let french: Device;
  let canadian: Device;
  let english: Device;

  before(async () => {
    harness = await CallsHarness.open(engine);
  });

  after(() => harness.close());

  beforeEach(async () => {
    asked = [];
    answer = ({ q, target }, response) => {
      response.end(JSON.stringify({ translatedText: `${target}: ${q}` }));
    };
    service = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const question = JSON.parse(body) as Asked;
        asked.push(question);
        answer(question, response);
      });
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
  });

  afterEach(async () => {
    await harness.calls.close();
    service.closeAllConnections();
    service.close();
    await once(service, 'close');
  });

  /** Begins a call of four in three languages. */
  async function begin(translator: object = {}): Promise<void> {
    const { port } = service.address() as AddressInfo;
    await harness.restart({
      translator: { url: `http://127.0.0.1:${port}/`, ...translator },
    });
    const people = [ada, bob, cy, dan].flatMap((it) => it ?? []);
    const conversationId = await harness.conversation(people);
    speaker = harness.connect(user('ada'), 'en');
    french = harness.connect(user('bob'), 'fr');
    canadian = harness.connect(user('cy'), 'fr-CA');
    english = harness.connect(user('dan'), 'en-GB');
    call = await harness.call(
      [speaker, french, canadian, english],
      conversationId,
    );
  }

  function speak(text: string, isFinal = true, language = 'en-US') {
    return harness.calls.transcripts.speak(speaker.caller, call.callId, {
      text,
      language,
      timestamp,
      isFinal,
    });
  }

  function list() {
    const page = { limit: 100, offset: 0 };
    return harness.calls.transcripts.list(speaker.caller, call.callId, page);
  }

  test('are relayed at once while they are interim', async () => {
    await begin();
    await speak('Hel', false);
    for (const device of [french, canadian, english]) {
      assert.deepEqual(device.all('transcription'), [
        {
          type: 'transcription',
          callId: call.callId,
          participantId: participantOf(call, speaker.caller),
          username: 'ada-name',
          text: 'Hel',
          language: 'en-US',
          translation: undefined,
          targetLanguage: undefined,
          timestamp,
          isFinal: false,
        },
      ]);
    }
    assert.deepEqual(speaker.all('transcription'), []);
    assert.deepEqual(asked, []);
    assert.equal((await list()).total, 0);
  });

  test('are translated once a language, relayed and stored', async () => {
    await begin({ apiKey: 'key' });
    await speak('Hello');
    assert.deepEqual(asked, [
      {
        q: 'Hello',
        source: 'en',
        target: 'fr',
        format: 'text',
        api_key: 'key',
      },
    ]);
    assert.deepEqual(
      [french, canadian, english].map((device) =>
        device
          .all('transcription')
          .map(({ text, translation, targetLanguage, isFinal }) => [
            text,
            translation,
            targetLanguage,
            isFinal,
          ]),
      ),
      [
        [['Hello', 'fr: Hello', 'fr', true]],
        [['Hello', 'fr: Hello', 'fr-CA', true]],
        [['Hello', undefined, undefined, true]],
      ],
    );
    const { transcriptions, total } = await list();
    assert.equal(total, 1);
    const [stored] = transcriptions;
    assert.ok(stored);
    assert.deepEqual(stored, {
      id: stored.id,
      callId: call.callId,
      participantId: participantOf(call, speaker.caller),
      text: 'Hello',
      language: 'en-US',
      timestamp,
      confidence: undefined,
      translations: { fr: 'fr: Hello' },
    });
    await speak('Hello');
    assert.equal(asked.length, 1);
  });

  test('keep their order, however long the translations take', async () => {
    await begin();
    const held: ServerResponse[] = [];
    answer = ({ q }, response) => {
      if (q === 'one') {
        held.push(response);
      } else {
        response.end(JSON.stringify({ translatedText: q.toUpperCase() }));
      }
    };
    const first = speak('one');
    await until('the first request', () => held[0]);
    const second = speak('two');
    await until('both requests', () => asked.length === 2);
    assert.deepEqual(french.all('transcription'), []);
    // Those who need no translation do not wait for it.
    assert.deepEqual(
      english.all('transcription').map(({ text }) => text),
      ['one', 'two'],
    );
    held[0]?.end('{"translatedText":"ONE"}');
    await Promise.all([first, second]);
    assert.deepEqual(
      french.all('transcription').map(({ translation }) => translation),
      ['ONE', 'TWO'],
    );
  });

  test('arrive without a translation where the translator fails', async () => {
    await begin({ timeout: 100 });
    const failures: ((asked: Asked, response: ServerResponse) => void)[] = [
      (_asked, response) => response.writeHead(500).end('{}'),
      (_asked, response) => response.end('no JSON'),
      // It never answers.
      () => undefined,
    ];
    for (const [index, failure] of failures.entries()) {
      answer = failure;
      await speak(`text ${index}`);
    }
    for (const device of [french, canadian]) {
      assert.deepEqual(
        device
          .all('transcription')
          .map(({ text, translation }) => [text, translation]),
        [
          ['text 0', undefined],
          ['text 1', undefined],
          ['text 2', undefined],
        ],
      );
      assert.deepEqual(
        device.all('error').map(({ code }) => code),
        ['TRANSLATION_ERROR', 'TRANSLATION_ERROR', 'TRANSLATION_ERROR'],
      );
    }
    for (const device of [speaker, english]) {
      assert.deepEqual(device.all('error'), []);
    }
    assert.deepEqual(
      (await list()).transcriptions.map(({ translations }) => translations),
      [{}, {}, {}],
    );
    assert.equal(asked.length, failures.length);
    await speak('left alone');
    assert.equal(asked.length, failures.length);
    assert.equal(french.all('transcription').length, 4);
  });

  test('are translated for others when one language is refused', async () => {
    await begin();
    answer = ({ q, target }, response) => {
      if (target === 'xx') {
        response.writeHead(400).end('{"error":"xx is not supported"}');
      } else {
        response.end(JSON.stringify({ translatedText: q.toUpperCase() }));
      }
    };
    const stranger = harness.connect(user('eve'), 'xx');
    const conversationId = await harness.conversation(
      [speaker, stranger, french].map(({ caller }) => caller),
    );
    call = await harness.call([speaker, stranger], conversationId);
    await speak('alone');
    assert.equal(stranger.all('error')[0]?.code, 'TRANSLATION_ERROR');
    await harness.calls.join(french.caller, call.callId, MEDIA);
    await speak('together');
    assert.equal(french.all('transcription')[0]?.translation, 'TOGETHER');
  });

  /** Begins a call with people of these languages; returns their devices. */
  async function callIn(...languages: string[]): Promise<Device[]> {
    const devices = languages.map((language) =>
      harness.connect(user(`in-${language}`), language),
    );
    const conversationId = await harness.conversation(
      [speaker, ...devices].map(({ caller }) => caller),
    );
    call = await harness.call([speaker, ...devices], conversationId);
    return devices;
  }

  /** The languages that the translator was asked for a text. */
  function targetsOf(text: string): string[] {
    return asked.flatMap(({ q, target }) => (q === text ? target : []));
  }

  test('are translated for others when one language times out', async () => {
    await begin({ timeout: 1_500 });
    const [hanging, german] = await callIn('xx', 'de');
    answer = ({ q, target }, response) => {
      if (target === 'de') {
        response.end(JSON.stringify({ translatedText: q.toUpperCase() }));
      }
    };
    const texts = ['one', 'two', 'three', 'four', 'five'];
    for (const text of texts) {
      await speak(text);
    }
    assert.deepEqual(
      german?.all('transcription').map(({ translation }) => translation),
      texts.map((text) => text.toUpperCase()),
    );
    assert.deepEqual(german?.all('error'), []);
    assert.equal(hanging?.all('error').length, texts.length);
    // The one that hangs is left alone after three failures.
    assert.deepEqual(targetsOf('three').toSorted(), ['de', 'xx']);
    assert.deepEqual(targetsOf('five'), ['de']);
  });

  test('count failures of no more languages than are kept', async () => {
    await begin({ languages: 1 });
    await callIn('xx', 'yy');
    answer = (_asked, response) => response.writeHead(500).end('{}');
    const texts = ['one', 'two', 'three', 'four', 'five'];
    for (const text of texts) {
      await speak(text);
    }
    assert.deepEqual(targetsOf('five').toSorted(), ['xx', 'yy']);
  });

  test('go untranslated where too many are translated, which is no failure', async () => {
    await begin({ requests: 1 });
    const [first, second] = await callIn('de', 'nl');
    for (const text of ['one', 'two', 'three', 'four']) {
      await speak(text);
    }
    assert.deepEqual(
      [first?.all('error').length, second?.all('error').length],
      [0, 4],
    );
    assert.ok(first);
    await harness.calls.remove(
      first.caller,
      call.callId,
      participantOf(call, first.caller),
    );
    await speak('five');
    assert.equal(second?.all('transcription').at(-1)?.translation, 'nl: five');
  });

  test('come untranslated and without an error where there is no translator', async () => {
    await begin({ url: undefined });
    await speak('Hello');
    const [event] = french.all('transcription');
    assert.equal(event?.text, 'Hello');
    assert.equal(event?.translation, undefined);
    assert.deepEqual(french.all('error'), []);
  });

  test('come from media servers as well', async () => {
    await begin();
    const spoken = { text: 'Bonjour', language: 'fr', timestamp };
    const stored = await harness.calls.transcripts.submit(
      call.callId,
      participantOf(call, french.caller),
      spoken,
      0.5,
    );
    assert.deepEqual(stored.translations, { en: 'en: Bonjour' });
    assert.equal(stored.confidence, 0.5);
    assert.equal(speaker.all('transcription')[0]?.translation, 'en: Bonjour');
    assert.equal(canadian.all('transcription')[0]?.translation, undefined);
    assert.deepEqual((await list()).transcriptions, [stored]);
    await assert.rejects(
      harness.calls.transcripts.submit(call.callId, UNKNOWN_ID, spoken),
      { code: 'PARTICIPANT_NOT_FOUND' },
    );
  });

  test('are refused where they are empty, too long, or of somebody else', async () => {
    await begin();
    for (const text of ['', ' \n', 'x'.repeat(4_001), 'a\0b', 'a\ud83d']) {
      await assert.rejects(speak(text), { code: 'TRANSCRIPTION_ERROR' });
    }
    await speak('x'.repeat(4_000), false);
    const { transcripts } = harness.calls;
    const spoken = { text: 'Hi', language: 'en', timestamp, isFinal: true };
    await assert.rejects(
      transcripts.speak(speaker.caller, call.callId, {
        ...spoken,
        participantId: participantOf(call, french.caller),
      }),
      { code: 'PERMISSION_DENIED' },
    );
    const eve = user('eve');
    await assert.rejects(transcripts.speak(eve, call.callId, spoken), {
      code: 'PERMISSION_DENIED',
    });
    await assert.rejects(
      transcripts.list(eve, call.callId, { limit: 1, offset: 0 }),
      { code: 'PERMISSION_DENIED' },
    );
    await harness.calls.end(speaker.caller, call.callId);
    await assert.rejects(speak('late'), { code: 'CALL_ENDED' });
    await assert.rejects(harness.calls.join(eve, call.callId, MEDIA), {
      code: 'CALL_ENDED',
    });
  });
});
