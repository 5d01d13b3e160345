import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { shakeHands } from '../../support/handshake.ts';
import { get } from '../../support/http.ts';
import { RawSocketIo } from '../../support/RawSocketIo.ts';
import type { RawTransport } from '../../support/RawSocketIo.ts';
import { until } from '../../support/until.ts';
import { CallsClient } from '../calls/CallsClient.ts';
import { CallsSite, tokenOf } from '../calls/CallsSite.ts';

const UNKNOWN = '0123456789abcdef01234567';
const TRANSPORTS: readonly RawTransport[] = ['websocket', 'polling'];
const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

/** Packets that end the connection. */
const FATAL: Readonly<Record<string, string>> = {
  'of no type': 'x',
  'of an unknown type': '49',
  'that only a server sends': '2',
  'that is an event without data': '42',
  'that is an empty event': '42[]',
  'that is null': '42null',
  'that is an event of null': '42[null]',
  'that is an event of a list': '42[[]]',
  'that is an object': '42{}',
  'that is half an event': '42["call:join"',
  'that is a reserved event': '42["disconnect"]',
  'with a number that is too big': '4299999999999999999999999["call:join"]',
  'that announces binary data':
    '451-["call:join",{"_placeholder":true,"num":0}]',
  'that answers with binary data': '461-1[{"_placeholder":true,"num":0}]',
  'that is an error': '44"error"',
  'that joins a second time': '40',
  'for a namespace that it has not joined': '42/media,["consume",{}]',
  'for a namespace that is none': '42/__proto__,["x"]',
  'that leaves': '41',
};

/** Events, by their JSON, that are answered with a failure of this code. */
const REFUSED: Readonly<Record<string, readonly [json: string, code: string]>> =
  {
    'of an unknown name': ['["call:dance",{}]', 'INVALID_REQUEST'],
    'of a number': ['[7,{}]', 'INVALID_REQUEST'],
    'of no name': ['["",{}]', 'INVALID_REQUEST'],
    'of a long name': [`["${'x'.repeat(100_000)}"]`, 'INVALID_REQUEST'],
    'called __proto__': ['["__proto__",{}]', 'INVALID_REQUEST'],
    'called constructor': ['["constructor",{}]', 'INVALID_REQUEST'],
    'called toString': ['["toString"]', 'INVALID_REQUEST'],
    'that only the server sends': ['["call:ended",{}]', 'INVALID_REQUEST'],
    'without data': ['["call:join"]', 'INVALID_REQUEST'],
    'with null': ['["call:join",null]', 'INVALID_REQUEST'],
    'with a list': ['["call:join",[]]', 'INVALID_REQUEST'],
    'with a number': ['["call:join",1e999]', 'INVALID_REQUEST'],
    'with a text': [`["call:join","${UNKNOWN}"]`, 'INVALID_REQUEST'],
    'with 100,000 nested lists': [`["call:join",${DEEP}]`, 'INVALID_REQUEST'],
    'with 100,000 nested lists in a field': [
      `["call:signal",{"callId":"${UNKNOWN}","targetParticipantId":"${UNKNOWN}","signal":${DEEP}}]`,
      'SIGNALING_ERROR',
    ],
    'with a prototype': [
      `["call:reject",{"__proto__":{"callId":"${UNKNOWN}"}}]`,
      'INVALID_REQUEST',
    ],
    'with a constructor': [
      '["call:reject",{"constructor":{"prototype":{"callId":"x"}}}]',
      'INVALID_REQUEST',
    ],
    'with many arguments': [
      `["call:reject",{"callId":"${UNKNOWN}"}${',1'.repeat(50_000)}]`,
      'CALL_NOT_FOUND',
    ],
    'with an id of 200,000 digits': [
      `["call:reject",{"callId":"${'0'.repeat(200_000)}"}]`,
      'INVALID_REQUEST',
    ],
    'with half a character': [
      '["call:transcription",{"text":"\\ud800"}]',
      'TRANSCRIPTION_ERROR',
    ],
    'that authenticates with null': [
      '["authenticate",null]',
      'PERMISSION_DENIED',
    ],
    'that authenticates as another': [
      `["authenticate",{"userId":"ada","token":"${tokenOf('ada')}"}]`,
      'PERMISSION_DENIED',
    ],
  };

/** Handshakes that are upgraded; those of other versions end at once. */
const ACCEPTED_FIRST: ReadonlySet<string> = new Set([
  'an old version',
  'a version that is none',
  'a callback',
  'two transports',
]);

/** Packets that change nothing. */
const IGNORED: Readonly<Record<string, string>> = {
  'that answers an event that was never sent': '437[{"success":true}]',
  'that answers an event with a prototype': '437[{"__proto__":{"x":1}}]',
  'that joins a namespace that is none': '40/nowhere,',
  'that joins a namespace called __proto__': '40/__proto__,{"x":1}',
  'that joins a namespace with a query': '40/media?callId=1&__proto__=2,',
  'that answers without data': '431',
  'of a pong': '3',
  'of a pong with data': `3${'x'.repeat(1_000)}`,
};

describe('the socket of calls', () => {
  let site: CallsSite;
  let bystander: CallsClient;

  before(async () => {
    site = await CallsSite.start({
      access: { origins: ['https://a.example'] },
    });
    bystander = await CallsClient.of(site, 'bystander');
  });

  after(async () => {
    bystander[Symbol.dispose]();
    await site[Symbol.asyncDispose]();
  });

  /** Joins as a user, who is authenticated. */
  async function join(transport: RawTransport): Promise<RawSocketIo> {
    const client = await RawSocketIo.open(site.url, transport);
    client.send('40');
    await client.next('40{');
    client.send(`420["authenticate",{"token":"${tokenOf('mallory')}"}]`);
    await client.next('430[');
    return client;
  }

  /** Asserts that the bystander alone is left, and is served. */
  async function assertServing(): Promise<void> {
    await until('one connection', async () =>
      /^atrium_limit_used\{option="limits.sockets"\} 1$/m.test(
        (await get(site.server.url, '/metrics')).body,
      ),
    );
    const { error } = await bystander.ask('call:reject', { callId: UNKNOWN });
    assert.equal(error.code, 'CALL_NOT_FOUND');
    assert.deepEqual(bystander.taken(), []);
  }

  for (const transport of TRANSPORTS) {
    for (const [name, packet] of Object.entries(FATAL)) {
      test(`closes after a packet ${name}, by ${transport}`, async () => {
        await using client = await join(transport);
        client.send(packet);
        await client.closed;
        await assertServing();
      });
    }

    test(`closes after binary data, by ${transport}`, async () => {
      await using client = await join(transport);
      client.send(
        transport === 'websocket'
          ? Buffer.from('42["call:join",{}]')
          : `b${Buffer.from('42["call:join",{}]').toString('base64')}`,
      );
      await client.closed;
      await assertServing();
    });

    for (const [name, [json, code]] of Object.entries(REFUSED)) {
      test(`refuses an event ${name}, by ${transport}`, async () => {
        {
          await using client = await join(transport);
          client.send(`427${json}`);
          const answer = await client.next('437[');
          const [{ success, error }] = JSON.parse(answer.slice(3)) as [
            { success: boolean; error: { code: string; message: string } },
          ];
          assert.deepEqual([success, error.code], [false, code]);
          assert.ok(error.message.length < 1_000, error.message);
        }
        await assertServing();
      });
    }

    for (const [name, packet] of Object.entries(IGNORED)) {
      test(`ignores a packet ${name}, by ${transport}`, async () => {
        {
          await using client = await join(transport);
          client.send(packet);
          client.send(`428["call:reject",{"callId":"${UNKNOWN}"}]`);
          assert.match(await client.next('438['), /CALL_NOT_FOUND/);
        }
        await assertServing();
      });
    }
  }

  test('closes after a packet that is too long', async () => {
    await using client = await join('websocket');
    client.send(`42["call:join","${'x'.repeat(300_000)}"]`);
    await client.closed;
    await assertServing();
  });

  for (const [name, query, headers = {}] of [
    ['an old version', 'EIO=3&transport=polling'],
    ['a version that is none', 'EIO=__proto__&transport=polling'],
    ['a transport that is none', 'EIO=4&transport=constructor'],
    ['a transport called __proto__', 'EIO=4&transport=__proto__'],
    ['two transports', 'EIO=4&transport=polling&transport=websocket'],
    ['an unknown session', 'EIO=4&transport=polling&sid=unknown'],
    ['a session called __proto__', 'EIO=4&transport=polling&sid=__proto__'],
    ['a session called constructor', 'EIO=4&transport=polling&sid=constructor'],
    ['nothing', ''],
    ['a broken query', '%ff%fe=%'],
    ['a callback', 'EIO=4&transport=polling&j=0'],
    [
      'a foreign origin',
      'EIO=4&transport=polling',
      { Origin: 'https://evil.example' },
    ],
  ] as const) {
    test(`refuses a handshake with ${name}`, async () => {
      const path = `/socket.io/?${query}`;
      const reply = await get(site.url, path, { headers });
      assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status}`);
      const upgrade = await shakeHands(
        site.server.url,
        path.replace('polling', 'websocket'),
        headers,
      );
      assert.ok(
        ACCEPTED_FIRST.has(name) || upgrade.status >= 400,
        `${upgrade.status}`,
      );
      await assertServing();
    });
  }

  test('keeps a session whose id others use for an upgrade', async () => {
    {
      await using client = await join('websocket');
      const path = `/socket.io/?EIO=4&transport=websocket&sid=${client.sid}`;
      await shakeHands(site.server.url, path);
      const polled = await get(site.url, path.replace('websocket', 'polling'));
      assert.equal(polled.status, 400);
      client.send(`428["call:reject",{"callId":"${UNKNOWN}"}]`);
      assert.match(await client.next('438['), /CALL_NOT_FOUND/);
    }
    await assertServing();
  });
});

describe('a client that never authenticates', () => {
  for (const transport of TRANSPORTS) {
    for (const [name, packets] of [
      ['joins nothing', []],
      ['only joins', ['40']],
      ['joins a namespace that is none', ['40/nowhere,']],
      ['asks for other things', ['40', '427["call:join",{}]']],
      ['has no token', ['40', '427["authenticate",{}]']],
    ] as const) {
      test(`is disconnected if it ${name}, by ${transport}`, async () => {
        await using site = await CallsSite.start({
          signalling: { joinTimeout: 100 },
        });
        await using client = await RawSocketIo.open(site.url, transport);
        for (const packet of packets) {
          client.send(packet);
        }
        await client.closed;
      });
    }
  }
});

describe('a flood of events of calls', () => {
  for (const transport of TRANSPORTS) {
    test(`closes the connection, by ${transport}, and no other`, async (t) => {
      await using site = await CallsSite.start({
        limits: { messagesPerSecond: 10, messageBurst: 30 },
      });
      using bystander = await CallsClient.of(site, 'bystander');
      await using client = await RawSocketIo.open(site.url, transport);
      // The allowance does not grow while the clock does not move.
      const now = performance.now();
      const clock = t.mock.method(performance, 'now', () => now);
      client.send('40');
      const packets = Array.from(
        { length: 500 },
        (_, id) => `42${id}["call:dance",{}]`,
      );
      for (const sent of transport === 'polling'
        ? [packets.join('\u001E')]
        : packets) {
        client.send(sent);
      }
      await client.closed;
      clock.mock.restore();
      const { error } = await bystander.ask('call:reject', {
        callId: UNKNOWN,
      });
      assert.equal(error.code, 'CALL_NOT_FOUND');
    });
  }
});
