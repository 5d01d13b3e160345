import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { sample } from '../../../scripts/samples.ts';
import { shakeHands } from '../../support/handshake.ts';
import { get } from '../../support/http.ts';
import { RawSocketIo } from '../../support/RawSocketIo.ts';
import type { RawTransport } from '../../support/RawSocketIo.ts';
import { until } from '../../support/until.ts';
import { CallsClient } from '../calls/CallsClient.ts';
import { CallsSite } from '../calls/CallsSite.ts';
import { packetIn, socketIoWires, UNKNOWN } from './socketioWires.ts';
import type { SocketIoWire } from './socketioWires.ts';

const TRANSPORTS: readonly RawTransport[] = ['websocket', 'polling'];

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
  'that leaves': '41',
};

/** Handshakes that are refused. */
const HANDSHAKES: readonly (readonly [
  name: string,
  query: string,
  headers?: Record<string, string>,
])[] = [
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
];

/** Handshakes that are upgraded; those of other versions end at once. */
const ACCEPTED_FIRST: ReadonlySet<string> = new Set([
  'an old version',
  'a version that is none',
  'a callback',
  'two transports',
]);

/** Packets of other namespaces that change nothing. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'that joins a namespace that is none': '40/nowhere,',
  'that joins a namespace called __proto__': '40/__proto__,{"x":1}',
};

/** Packets that change nothing. */
const IGNORED: Readonly<Record<string, string>> = {
  'that answers an event that was never sent': '437[{"success":true}]',
  'that answers an event with a prototype': '437[{"__proto__":{"x":1}}]',
  'that answers without data': '431',
  'of a pong': '3',
  'of a pong with data': `3${'x'.repeat(1_000)}`,
};

for (const [index, wire] of socketIoWires.entries()) {
  describe(wire.name, () => suite(wire, index));
}

/** @param turn - Which cases are tried of each kind, if not all are. */
function suite(wire: SocketIoWire, turn: number): void {
  const { namespace, astray, otherWithQuery, refused } = wire;
  const [harmless, harmlessCode] = wire.harmless;
  let site: CallsSite;
  let bystander: CallsClient;
  let credentials: object;

  before(async () => {
    site = await CallsSite.start({
      access: { origins: ['https://a.example'] },
      calls: { reconnectTimeout: 600_000 },
    });
    bystander = await CallsClient.of(site, 'bystander');
    credentials = await wire.prepare(site);
  });

  after(async () => {
    bystander[Symbol.dispose]();
    await site[Symbol.asyncDispose]();
  });

  /** Joins as a user, who is authenticated. */
  async function join(transport: RawTransport): Promise<RawSocketIo> {
    const client = await RawSocketIo.open(site.url, transport);
    client.send(packetIn(wire, '40'));
    await client.next(packetIn(wire, '40'));
    const authenticate = JSON.stringify(['authenticate', credentials]);
    client.send(packetIn(wire, `420${authenticate}`));
    await client.next(`${answerTo(0)}[{"success":true`);
    return client;
  }

  /** The beginning of the answer to an event, by its number. */
  function answerTo(id: number): string {
    return packetIn(wire, `43${id}`);
  }

  /** Asserts that a client is served. */
  async function assertAnswered(client: RawSocketIo): Promise<void> {
    client.send(packetIn(wire, `428${harmless}`));
    const answer = await client.next(`${answerTo(8)}[`);
    assert.ok(answer.includes(`"code":"${harmlessCode}"`), answer);
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

  for (const [index, transport] of TRANSPORTS.entries()) {
    const some = <Case>(cases: Case[]): Case[] =>
      sample(
        'malformed frames and handshakes',
        cases,
        turn * TRANSPORTS.length + index,
      );
    const fatal = Object.entries(FATAL).map(
      ([name, packet]) => [name, packetIn(wire, packet)] as const,
    );
    for (const [name, packet] of some([...fatal, ...Object.entries(astray)])) {
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

    for (const [name, [json, code]] of some(Object.entries(refused))) {
      test(`refuses an event ${name}, by ${transport}`, async () => {
        {
          await using client = await join(transport);
          client.send(packetIn(wire, `427${json}`));
          const answer = await client.next(`${answerTo(7)}[`);
          const [{ success, error }] = JSON.parse(
            answer.slice(answerTo(7).length),
          ) as [{ success: boolean; error: { code: string; message: string } }];
          assert.deepEqual([success, error.code], [false, code]);
          assert.ok(error.message.length < 1_000, error.message);
        }
        await assertServing();
      });
    }

    const ignored = Object.entries(IGNORED).map(
      ([name, packet]) => [name, packetIn(wire, packet)] as const,
    );
    for (const [name, packet] of some([
      ...ignored,
      ...Object.entries(ELSEWHERE),
      ['that joins the other namespace with a query', otherWithQuery] as const,
    ])) {
      test(`ignores a packet ${name}, by ${transport}`, async () => {
        {
          await using client = await join(transport);
          client.send(packet);
          await assertAnswered(client);
        }
        await assertServing();
      });
    }
  }

  test('closes after a packet that is too long', async () => {
    await using client = await join('websocket');
    client.send(packetIn(wire, `42["call:join","${'x'.repeat(300_000)}"]`));
    await client.closed;
    await assertServing();
  });

  // Handshakes are the same for all namespaces.
  for (const [name, query, headers = {}] of namespace === '/'
    ? sample('malformed frames and handshakes', [...HANDSHAKES])
    : []) {
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
      await assertAnswered(client);
    }
    await assertServing();
  });
}

/** Every contract by every transport. */
function eachWay(): (readonly [SocketIoWire, RawTransport])[] {
  return socketIoWires.flatMap((wire) =>
    TRANSPORTS.map((transport) => [wire, transport] as const),
  );
}

describe('a client that never authenticates', () => {
  let site: CallsSite;

  before(async () => {
    site = await CallsSite.start({ signalling: { joinTimeout: 100 } });
  });
  after(() => site[Symbol.asyncDispose]());

  for (const [wire, transport] of eachWay()) {
    for (const [name, packets] of [
      ['joins nothing', []],
      ['only joins', ['40']],
      ['joins a namespace that is none', ['40/nowhere,']],
      ['asks for other things', ['40', '427["call:join",{}]']],
      ['has no token', ['40', '427["authenticate",{}]']],
    ] as const) {
      test(`is disconnected from ${wire.namespace} if it ${name}, by ${transport}`, async () => {
        await using client = await RawSocketIo.open(site.url, transport);
        for (const packet of packets) {
          client.send(packet.includes('/') ? packet : packetIn(wire, packet));
        }
        await client.closed;
      });
    }
  }
});

describe('a flood of events over Socket.IO', () => {
  let site: CallsSite;

  before(async () => {
    site = await CallsSite.start({
      limits: { messagesPerSecond: 10, messageBurst: 30 },
    });
  });
  after(() => site[Symbol.asyncDispose]());

  for (const [wire, transport] of eachWay()) {
    test(`closes the connection to ${wire.namespace}, by ${transport}, and no other`, async (t) => {
      using bystander = await CallsClient.of(site, 'bystander');
      await using client = await RawSocketIo.open(site.url, transport);
      // The allowance does not grow while the clock does not move.
      const now = performance.now();
      const clock = t.mock.method(performance, 'now', () => now);
      client.send(packetIn(wire, '40'));
      const packets = Array.from({ length: 500 }, (_, id) =>
        packetIn(wire, `42${id}["call:dance",{}]`),
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
