import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { until } from '../support/until.ts';
import { Caller } from './Caller.ts';
import { LibreTranslate } from './LibreTranslate.ts';

/** More than a busy machine takes to switch to the server, ms. */
const SWITCH_TIMEOUT = 30_000;

/** The label of Ada's screen on the stage. */
const ADAS = 'Ada’s screen';

/** The speech recognition that a headless browser lacks; `say` speaks to it. */
const SPEECH = `{
  const listening = new Set();
  globalThis.SpeechRecognition = class extends EventTarget {
    start() {
      listening.add(this);
    }
    abort() {
      listening.delete(this);
      this.onend?.();
    }
  };
  globalThis.say = (transcript, isFinal) => {
    const result = Object.assign([{ transcript }], { isFinal });
    for (const recognition of listening) {
      recognition.onresult({ resultIndex: 0, results: [result] });
    }
    return Array.from(listening, ({ lang }) => lang);
  };
}`;

/** Keeps the texts of a page in English, in a browser of another language. */
const ENGLISH_TEXTS = `if (location.origin !== 'null') {
  localStorage.setItem('atrium', JSON.stringify({ language: 'en' }));
}`;

describe('in a call', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;
  let translator: LibreTranslate;
  let ada: Caller;
  let ben: Caller;
  let cleo: Caller;

  before(async () => {
    [translator, browser] = await Promise.all([
      LibreTranslate.start(),
      launchBrowser(),
    ]);
    server = await startServer({
      calls: {
        translator: { url: translator.url, timeout: 60_000 },
        switchTimeout: SWITCH_TIMEOUT,
      },
    });
    const { url } = server;
    [ada, ben, cleo] = await Promise.all([
      Caller.register(browser, url, 'Ada', { initScript: SPEECH }),
      Caller.register(browser, url, 'Ben'),
      Caller.register(browser, url, 'Cleo', {
        locale: 'es-ES',
        initScript: ENGLISH_TEXTS,
      }),
    ]);
  });

  afterEach(async () => {
    await Promise.all([ada, ben, cleo].map((it) => it.returnsHome()));
    await until('the end of all calls', () => server.calls.limitUse.used === 0);
  });

  after(async () => {
    await Promise.all(
      [ada, ben, cleo].map((it) => it?.[Symbol.asyncDispose]()),
    );
    await browser?.close();
    await server?.close();
    await translator?.[Symbol.asyncDispose]();
  });

  /** Lets Ada's browser recognise a text. @returns The languages it expects. */
  function adaSays(text: string, how: 'interim' | 'final'): Promise<string[]> {
    const list = `${JSON.stringify(text)}, ${how === 'final'}`;
    return ada.visitor.page.evaluate<string[]>(`say(${list})`);
  }

  /** Waits for a subtitle of Ada's. */
  function reads(one: Caller, text: string): Promise<void> {
    return one.visitor.page
      .locator('#subtitles p')
      .filter({ hasText: /Ada/ })
      .filter({ hasText: `: ${text}` })
      .waitFor();
  }

  it('subtitles come in the language of each, unless the speaker is muted', async () => {
    await ben.speaks('fr');
    await ada.starts('Subtitles', [ben, cleo]);
    await ada.calls('Subtitles');
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await ada.visitor.tile('Ben', 'microphone on').waitFor();
    assert.deepEqual(await adaSays('Unheard', 'final'), []);
    await ada.press('Subtitles');
    assert.deepEqual(await adaSays('Good mor', 'interim'), ['en']);
    await reads(ben, 'Good mor');
    await adaSays('Good morning', 'final');
    await reads(ben, 'Good morning (fr)');

    await cleo.press('Accept');
    await Promise.all(
      [ada, ben, cleo].map((it) => it.goes('Through the server')),
    );
    await adaSays('How are you?', 'final');
    await Promise.all([
      reads(ben, 'How are you? (fr)'),
      reads(cleo, 'How are you? (es)'),
    ]);
    // Once a language, and nothing that was not final.
    assert.deepEqual(translator.translated.toSorted(), [
      'en to es: How are you?',
      'en to fr: Good morning',
      'en to fr: How are you?',
    ]);

    await ada.press('Mute microphone');
    assert.deepEqual(await adaSays('Between us', 'final'), []);
    await ada.press('Unmute microphone');
    translator.setBroken(true);
    assert.deepEqual(await adaSays('Out of order', 'final'), ['en']);
    await Promise.all([ben, cleo].map((it) => reads(it, 'Out of order')));
    await Promise.all(
      [ben, cleo].map((it) =>
        it.visitor.notice(/Subtitles cannot be translated/).waitFor(),
      ),
    );
    translator.setBroken(false);
    await adaSays('At last', 'final');
    await Promise.all([
      reads(ben, 'At last (fr)'),
      reads(cleo, 'At last (es)'),
    ]);
    await Promise.all(
      [ben, cleo].map((it) =>
        it.visitor.notice(/Subtitles/).waitFor({ state: 'detached' }),
      ),
    );
    await ada.press('Stop subtitles');
    assert.deepEqual(await adaSays('Unheard', 'final'), []);
    assert.ok(
      ![...ben.received, ...cleo.received].some((it) =>
        /Unheard|Between us/.test(it),
      ),
    );
  });

  it('a screen is shown with its sound, directly and by the server', async () => {
    await ada.starts('Screen', [ben, cleo]);
    await ada.calls('Screen');
    await ben.reads('Ada is calling.');
    await ben.press('Accept');
    await ben.visitor.seesAndHears('Ada');
    await ada.press('Share screen');
    await ben.visitor.seesAndHears(ADAS);
    await ada.visitor.notice(/You are sharing your screen/).waitFor();

    await cleo.press('Accept');
    await Promise.all(
      [ada, ben, cleo].map((it) => it.goes('Through the server')),
    );
    await Promise.all([ben, cleo].map((it) => it.visitor.seesAndHears(ADAS)));
    await ben.visitor.seesAndHears('Ada');
    await ada.press('Stop sharing');
    await Promise.all(
      [ben, cleo].map((it) =>
        it.visitor.tile(ADAS).waitFor({ state: 'detached' }),
      ),
    );
    assert.deepEqual(await ada.visitor.openScreens(), []);
    await cleo.visitor.seesAndHears('Ada');
  });

  it('cameras stay off in an audio call, until somebody wants one', async () => {
    await ada.starts('Audio', [ben]);
    await ada.press('Audio call: Audio');
    await ben.reads('Ada is calling.');
    assert.equal(await ben.visitor.button('Without video').count(), 0);
    await ben.press('Accept');
    await Promise.all([
      ada.visitor.receives('Ben', { sound: true }),
      ben.visitor.receives('Ada', { sound: true }),
    ]);
    for (const [one, other] of [
      [ada, 'Ben'],
      [ben, 'Ada'],
    ] as const) {
      await one.visitor.tile(other, 'camera off').waitFor();
      assert.deepEqual(await one.visitor.openDevices(), ['audio']);
    }

    await ada.press('Start camera');
    await ben.visitor.tile('Ada', 'microphone on, camera on').waitFor();
    await ben.visitor.seesAndHears('Ada');
    await ada.press('Mute microphone');
    await ben.visitor.tile('Ada', 'microphone muted').waitFor();
    await ben.visitor.seesAndDoesNotHear('Ada');
    await ada.press('Unmute microphone');
    await ben.visitor.seesAndHears('Ada');
    await ada.press('Stop camera');
    await ben.visitor.tile('Ada', 'microphone on, camera off').waitFor();
    assert.deepEqual(await ada.visitor.openDevices(), ['audio']);
  });

  it('a person can be there without video where others have it', async () => {
    await ada.starts('Without', [ben]);
    await ada.calls('Without');
    await ben.reads('Ada is calling. With video.');
    await ben.press('Without video');
    await ben.visitor.seesAndHears('Ada');
    await ada.visitor.receives('Ben', { sound: true });
    await ada.visitor.tile('Ben', 'microphone on, camera off').waitFor();
    assert.deepEqual(await ben.visitor.openDevices(), ['audio']);
  });
});
