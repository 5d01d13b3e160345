import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import * as fc from 'fast-check';

import { events } from '../../../lib/gateways/chat/contract.ts';
import { sampleSize } from '../../../scripts/samples.ts';
import { chooseSeed } from '../../support/seed.ts';
import { until } from '../../support/until.ts';
import type { ChatClient } from './ChatClient.ts';
import { ChatSite } from './ChatSite.ts';
import type { Member } from './ChatSite.ts';

/** The number of bursts of frames that are tried. */
const RUNS = sampleSize('random bursts of frames to lasting rooms', 300);

const unit = fc.constantFrom('binary', 'grapheme', 'grapheme-ascii');
const anyText = unit.chain((it) => fc.string({ unit: it, maxLength: 40 }));
const anyJson = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });

const content = fc.oneof(
  anyText,
  anyText.map((text) => text.repeat(200)),
  fc.constantFrom('', ' ', '\n', '\0', '\ud800', '😀'.repeat(4_000)),
  fc.constantFrom('x'.repeat(4_000), 'x'.repeat(4_001), '😀'.repeat(4_001)),
  anyJson,
);

const description = (type: string) =>
  fc.oneof(
    fc.record({ type: fc.constant(type), sdp: anyText, stray: anyJson }),
    anyJson,
  );

const signal = fc.record(
  {
    type: fc.constantFrom(...Object.keys(events), 'webrtc-', '__proto__'),
    offer: description('offer'),
    answer: description('answer'),
    candidate: fc.oneof(fc.record({ candidate: anyText }), anyJson),
    target_id: fc.oneof(fc.integer(), anyJson),
    sender_id: anyJson,
  },
  { requiredKeys: ['type'] },
);

const frame = fc.oneof(
  content.map((it) => JSON.stringify({ content: it })),
  signal.map((it) => JSON.stringify(it)),
  anyJson.map((it) => JSON.stringify(it)),
  anyText,
);

/** The text that a frame asks to keep, if it is one that a message can have. */
function contentIn(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { content: it, type = 'content' } = Object(value) as {
    content?: unknown;
    type?: unknown;
  };
  return type === 'content' &&
    typeof it === 'string' &&
    /\S/.test(it) &&
    !/\0|\p{Cs}/u.test(it) &&
    /^.{1,4000}$/su.test(it)
    ? it
    : undefined;
}

describe("any frames at a lasting room's socket", () => {
  let chat: ChatSite;
  let ada: Member;
  let sender: ChatClient;
  let listener: ChatClient;

  before(async () => {
    chat = await ChatSite.start();
    ada = await chat.join('ada@example.com', 'Ada');
    const roomId = await chat.createRoom(ada);
    sender = await chat.connect(roomId, ada);
    listener = await chat.connect(roomId, ada);
  });
  after(async () => {
    await Promise.all([sender.close(), listener.close()]);
    await chat[Symbol.asyncDispose]();
  });

  test('leave it open, and bring the others what is valid, in order', async (t) => {
    let burst = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), async (frames) => {
        burst += 1;
        const end = `the end of burst ${burst}`;
        for (const text of [...frames, JSON.stringify({ content: end })]) {
          sender.send(text);
        }
        await until('the end', () =>
          listener.messages.some((message) => message['content'] === end),
        );
        const messages = listener.messages.splice(0);
        assert.deepEqual(
          messages.flatMap((it) => it['content'] ?? []),
          [...frames.flatMap((text) => contentIn(text) ?? []), end],
        );
        for (const { type = 'content', ...data } of messages) {
          const { data: schema } = events[type as keyof typeof events];
          assert.deepEqual(schema.strict().parse(data), data);
        }
      }),
      { numRuns: RUNS, seed: chooseSeed(t) },
    );
  });
});
