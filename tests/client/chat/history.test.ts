import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { keyOf } from '../../../client/src/chat/Entry.ts';
import {
  HistoryAnswers,
  questionIn,
} from '../../../client/src/chat/HistoryAnswers.ts';
import {
  readHistory,
  writeHistory,
} from '../../../client/src/chat/historyMessages.ts';
import type { History } from '../../../client/src/chat/historyMessages.ts';
import { HistoryQuestions } from '../../../client/src/chat/HistoryQuestions.ts';
import { MessageLog } from '../../../client/src/chat/MessageLog.ts';

const ADDRESS = { to: 'bob', request: 'r1' };

function logOf(count: number, text = 'text'): MessageLog {
  const nothing = (): void => undefined;
  const log = new MessageLog({
    added: nothing,
    changed: nothing,
    removed: nothing,
  });
  for (let number = 0; number < count; number += 1) {
    log.add({
      id: String(number),
      peerId: 'ada',
      name: 'Ada',
      text,
      at: number,
      self: false,
      firstHand: true,
    });
  }
  return log;
}

describe('the history of a chat', () => {
  test('has the last hundred messages, and no more than may be sent', () => {
    const all = readHistory(
      writeHistory(logOf(150), 0, true, ADDRESS),
      ADDRESS,
    );
    assert.equal(all.messages.length, 100);
    assert.deepEqual(
      [all.messages[0]?.id, all.last, all.complete],
      ['50', 150, true],
    );
    const long = readHistory(
      writeHistory(logOf(150, 'x'.repeat(2_000)), 0, false, ADDRESS),
      ADDRESS,
    );
    assert.ok(long.messages.length < 40);
    assert.equal(long.messages.at(-1)?.id, '149');
  });

  test('has what came after a number', () => {
    const { messages } = readHistory(
      writeHistory(logOf(10), 8, true, ADDRESS),
      ADDRESS,
    );
    assert.deepEqual(
      messages.map(({ id }) => id),
      ['8', '9'],
    );
  });

  test('names what was cleared', () => {
    const log = logOf(1);
    log.clear();
    const { messages, cleared } = readHistory(
      writeHistory(log, 0, true, ADDRESS),
      ADDRESS,
    );
    assert.deepEqual(messages, []);
    assert.deepEqual(cleared, [keyOf({ peerId: 'ada', id: '0' })]);
  });

  test('has times by the clock of the reader, none of them in the future', () => {
    const message = { id: '1', peerId: 'ada', name: 'Ada', text: 'a' };
    const hour = 3_600_000;
    const now = Date.now();
    const { messages } = readHistory(
      JSON.stringify({
        ...ADDRESS,
        now: now + hour,
        messages: [
          { ...message, at: now + hour - 1_000 },
          { ...message, at: now + 5 * hour },
        ],
      }),
      ADDRESS,
    );
    const [first = Number.NaN, second = Number.NaN] = messages.map(
      ({ at }) => at - now,
    );
    assert.ok(first >= -1_000 && first < 0, String(first));
    assert.ok(second >= 0 && second < hour, String(second));
    const { messages: odd } = readHistory(
      `{"to":"bob","request":"r1","now":1e999,"messages":[{"id":"1","peerId":"ada","name":"Ada","text":"a","at":5},{"id":"2","peerId":"ada","name":"Ada","text":"a","at":-1e300}]}`,
      ADDRESS,
    );
    assert.deepEqual(
      odd.map(({ at }) => at),
      [0],
    );
  });

  test('is refused if it is for another question, and cut to what it may be', () => {
    const text = writeHistory(logOf(1), 0, true, ADDRESS);
    for (const address of [
      { ...ADDRESS, to: 'eve' },
      { ...ADDRESS, request: 'r2' },
    ]) {
      assert.throws(() => readHistory(text, address));
    }
    const good = { id: '1', peerId: 'ada', name: 'Ada', text: 'a', at: 1 };
    const read = readHistory(
      JSON.stringify({
        ...ADDRESS,
        messages: [
          ...Array.from({ length: 200 }, () => null),
          good,
          { ...good, text: 'x'.repeat(2_001) },
          { ...good, name: 7 },
          { ...good, at: '1' },
          { ...good, id: '' },
          { ...good, more: '<script>' },
          'none',
        ],
        cleared: [1, 'x'.repeat(1_000), 'key'],
        last: 'none',
      }),
      ADDRESS,
    );
    assert.deepEqual(
      read.messages.map((it) => ({ ...it, at: 1 })),
      [good, good].map((it) => ({ ...it, file: undefined })),
    );
    assert.deepEqual(
      [read.cleared, read.last, read.complete],
      [['key'], 0, false],
    );
  });
});

describe('the answers for those who come later', () => {
  test('go to the one who asks, in parts, and not at once again', async () => {
    const sent: [string, unknown][] = [];
    const answers = new HistoryAnswers(
      () => Promise.resolve('x'.repeat(25_000)),
      (to, data) => {
        sent.push([to, data]);
        return Promise.resolve();
      },
    );
    await answers.answer('bob', { ask: 'r1', after: 0 });
    assert.deepEqual(
      sent.map(([to, data]) => {
        const {
          answer,
          part,
          parts,
          data: text,
        } = data as {
          answer: string;
          part: number;
          parts: number;
          data: string;
        };
        return [to, answer, part, parts, text.length];
      }),
      [
        ['bob', 'r1', 0, 3, 12_000],
        ['bob', 'r1', 1, 3, 12_000],
        ['bob', 'r1', 2, 3, 1_000],
      ],
    );
    await answers.answer('bob', { ask: 'r2', after: 0 });
    assert.equal(sent.length, 3);
    await answers.answer('eve', { ask: 'r3', after: 0 });
    answers.remove('bob');
    await answers.answer('bob', { ask: 'r4', after: 0 });
    assert.equal(sent.length, 9);
  });

  test('know questions from other messages', () => {
    assert.deepEqual(questionIn({ ask: 'r1', after: 3 }), {
      ask: 'r1',
      after: 3,
    });
    assert.deepEqual(questionIn({ ask: 'r1' }), { ask: 'r1', after: 0 });
    for (const other of [undefined, null, 'ask', {}, { ask: 1 }]) {
      assert.equal(questionIn(other), undefined);
    }
    assert.equal(questionIn({ ask: 'x'.repeat(65) }), undefined);
  });
});

describe('the questions for earlier messages', () => {
  let questions: HistoryQuestions;
  let asked: { to: string; ask: string; after: number }[];
  let taken: [from: string, last: number][];
  let refusing: Set<string>;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    asked = [];
    taken = [];
    refusing = new Set();
    questions = new HistoryQuestions(
      (to, data) => {
        asked.push({ to, ...(data as { ask: string; after: number }) });
        return refusing.has(to)
          ? Promise.reject(new Error('PEER_NOT_FOUND'))
          : Promise.resolve();
      },
      (_from, _request, text) =>
        Promise.resolve().then(() => JSON.parse(text) as History),
      (from, { last }) => taken.push([from, last]),
    );
  });

  afterEach(() => {
    questions.close();
    mock.timers.reset();
  });

  async function pass(time: number): Promise<void> {
    mock.timers.tick(time);
    await turn();
  }

  /** Answers the last question. */
  async function answer(
    data: object,
    from = asked.at(-1)?.to ?? '',
    answered = asked.at(-1)?.ask,
  ): Promise<void> {
    await questions.handle(from, {
      answer: answered,
      part: 0,
      parts: 1,
      data: JSON.stringify(data),
    });
  }

  test('go to one of those who were there and can answer', async () => {
    questions.begin(['ada', 'bob', 'old']);
    assert.equal(questions.settled, false);
    questions.add('late');
    await pass(1_000);
    assert.deepEqual(asked, []);
    questions.add('ada');
    questions.add('bob');
    await pass(300);
    assert.equal(asked.length, 1);
    await answer({ complete: true, last: 7 });
    assert.deepEqual(taken, [[asked[0]?.to, 7]]);
    assert.equal(questions.settled, true);
  });

  test('are repeated once for what came meanwhile', async () => {
    questions.begin(['ada']);
    questions.add('ada');
    await pass(300);
    await answer({ complete: true, last: 7 });
    await pass(10_000);
    assert.deepEqual(
      asked.map(({ to, after }) => [to, after]),
      [
        ['ada', 0],
        ['ada', 7],
      ],
    );
    await answer({ complete: true, last: 8 });
    await pass(60_000);
    assert.equal(asked.length, 2);
    assert.equal(taken.length, 2);
  });

  test('go to another if there is no answer, none that fits, or a part of one', async () => {
    questions.begin(['ada', 'bob', 'cy', 'dan', 'eve']);
    for (const peerId of ['ada', 'bob', 'cy', 'dan', 'eve']) {
      questions.add(peerId);
    }
    await pass(300);
    await pass(5_000);
    assert.equal(asked.length, 2);
    await questions.handle(asked[1]?.to ?? '', {
      answer: asked[1]?.ask,
      part: 0,
      parts: 1,
      data: 'no JSON',
    });
    assert.equal(asked.length, 3);
    await answer({ complete: false, last: 1 });
    assert.equal(asked.length, 4);
    assert.equal(taken.length, 1);
    await pass(5_000);
    await pass(60_000);
    assert.equal(asked.length, 4, 'not everybody is asked');
    assert.equal(new Set(asked.map(({ to }) => to)).size, 4);
  });

  test('go to another if the one who was asked leaves, or is gone', async () => {
    questions.begin(['ada', 'bob']);
    questions.add('ada');
    await pass(300);
    questions.add('bob');
    questions.remove('ada');
    assert.equal(asked.at(-1)?.to, 'bob');
    refusing.add('cy');
    questions.begin(['cy', 'dan']);
    questions.add('cy');
    await pass(300);
    questions.add('dan');
    await pass(300);
    assert.equal(asked.at(-1)?.to, 'dan');
  });

  test('take nothing that was not asked for', async () => {
    questions.begin(['ada', 'bob']);
    questions.add('ada');
    await pass(300);
    await answer({ complete: true, last: 1 }, 'bob');
    await answer({ complete: true, last: 1 }, 'ada', 'other');
    const part = { answer: asked[0]?.ask, data: '{}' };
    await questions.handle('ada', { ...part, part: 1, parts: 2 });
    await questions.handle('ada', { ...part, part: 0, parts: 10_000 });
    await questions.handle('ada', { ...part, part: 0, parts: 2, data: 7 });
    await questions.handle('ada', {
      ...part,
      part: 0,
      parts: 1,
      data: 'x'.repeat(12_001),
    });
    assert.deepEqual(taken, []);
  });

  test('do not keep others waiting for an answer that does not come', async () => {
    questions.begin(['old']);
    assert.equal(questions.settled, false);
    await pass(20_001);
    assert.equal(questions.settled, true);
    questions.begin([]);
    assert.equal(questions.settled, true);
  });
});
