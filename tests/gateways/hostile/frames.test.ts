import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import { sample } from '../../../scripts/samples.ts';
import { socketContracts } from '../../support/contracts.ts';
import { GARBAGE } from '../../support/SocketContract.ts';
import { frameBytes, OPCODES } from '../../support/frames.ts';
import { SocketHarness } from '../../support/SocketHarness.ts';
import { until } from '../../support/until.ts';

const MAX_FRAME_BYTES = 262_144;

/** Invalid WebSocket frames, with the close code for each. */
const VIOLATIONS: Readonly<Record<string, { bytes: Buffer; code: number }>> = {
  'a frame without a mask': {
    bytes: frameBytes('{}', { masked: false }),
    code: 1002,
  },
  'a frame with reserved bits': {
    bytes: frameBytes('{}', { reserved: 0b100 }),
    code: 1002,
  },
  'a frame of an unknown kind': {
    bytes: frameBytes('{}', { opcode: 0x3 }),
    code: 1002,
  },
  'a continuation of nothing': {
    bytes: frameBytes('{}', { opcode: OPCODES.continuation }),
    code: 1002,
  },
  'a message within a message': {
    bytes: Buffer.concat([frameBytes('{', { fin: false }), frameBytes('{}')]),
    code: 1002,
  },
  'a ping in pieces': {
    bytes: frameBytes('', { opcode: OPCODES.ping, fin: false }),
    code: 1002,
  },
  'a ping that is too long': {
    bytes: frameBytes('x'.repeat(126), { opcode: OPCODES.ping }),
    code: 1002,
  },
  'a goodbye with half a code': {
    bytes: frameBytes('x', { opcode: OPCODES.close }),
    code: 1002,
  },
  'a close frame with a reserved code': {
    bytes: frameBytes(Buffer.from([0x03, 0xed]), { opcode: OPCODES.close }),
    code: 1002,
  },
  'a goodbye that is not UTF-8': {
    bytes: frameBytes(Buffer.from([0x03, 0xe8, 0xff]), {
      opcode: OPCODES.close,
    }),
    code: 1007,
  },
  'a text that is not UTF-8': {
    bytes: frameBytes(Buffer.from([0x22, 0xc3, 0x28, 0x22])),
    code: 1007,
  },
  'a text with half a character': {
    bytes: frameBytes(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])),
    code: 1007,
  },
  'a frame of 10 MB': {
    bytes: frameBytes(Buffer.alloc(10_000_000, 0x20)),
    code: 1009,
  },
  'a frame that says it is longer than any can be': {
    bytes: Buffer.from([0x81, 0xff, 0xff, ...Buffer.alloc(11, 0xff)]),
    code: 1009,
  },
  'a message of pieces that is too long': {
    bytes: Buffer.concat([
      frameBytes('['.repeat(MAX_FRAME_BYTES), { fin: false }),
      frameBytes(']', { opcode: OPCODES.continuation }),
    ]),
    code: 1009,
  },
  '100,000 fragments': { bytes: fragments('x', 100_000), code: 1008 },
  '100,000 empty fragments': { bytes: fragments('', 100_000), code: 1008 },
};

function fragments(payload: string, count: number): Buffer {
  const first = frameBytes(payload, { fin: false });
  const next = frameBytes(payload, {
    fin: false,
    opcode: OPCODES.continuation,
  });
  return Buffer.concat([
    first,
    ...Array.from({ length: count - 1 }, () => next),
  ]);
}

for (const [turn, contract] of socketContracts.entries()) {
  describe(`frames over ${contract.name}`, () => {
    let scene: SocketHarness;

    before(async () => {
      scene = await SocketHarness.open(contract);
    });

    after(() => scene.close());

    for (const [name, text] of sample(
      'malformed frames and handshakes',
      Object.entries(GARBAGE),
      turn,
    )) {
      for (const joined of [false, true]) {
        const who = joined ? 'a member' : 'a newcomer';
        test(`${name}, from ${who}`, async () => {
          const client = joined ? await scene.join() : await scene.connect();
          client.socket.send(text);
          const verdict = contract.garbage[name as keyof typeof GARBAGE];
          await scene.assertVerdict(client, verdict);
          await scene.assertServing();
        });
      }
    }

    for (const [name, { frame, verdict }] of Object.entries(
      contract.malformed,
    )) {
      test(name, async () => {
        const client = await scene.join();
        client.send(frame);
        await scene.assertVerdict(client, verdict);
        await scene.assertServing();
      });
    }

    test('that are unexpected messages are ignored', async () => {
      const client = await scene.join();
      for (const frame of Object.values(contract.ignored)) {
        client.send(frame);
      }
      await contract.probe(client);
      assert.deepEqual(client.notifications, []);
      await client.close();
    });

    test('that are binary close the connection, even with JSON inside', async () => {
      const client = await scene.join();
      client.socket.send(Buffer.from(contract.harmless(client, 1)));
      assert.deepEqual(await client.closed, {
        code: 1003,
        reason: 'expected a text frame, got a binary one',
      });
      await scene.assertServing();
    });

    for (const [name, { bytes, code }] of sample(
      'malformed frames and handshakes',
      Object.entries(VIOLATIONS),
      turn,
    )) {
      test(name, async () => {
        const client = await scene.join();
        client.raw.write(bytes);
        const { code: got } = await client.closed;
        assert.equal(got, code);
        await scene.assertServing();
      });
    }

    // ws itself would wait 30 s for the goodbye to be answered.
    const timeout = 10_000;
    test(
      'a member that breaks the protocol is out before it answers the goodbye',
      { timeout },
      async () => {
        const room = await scene.makeRoom();
        const watcher = await scene.join(room);
        const client = await scene.join(room);
        assert.equal(scene.peersIn(room), 2);
        // A client that reads nothing cannot answer the close frame.
        client.raw.pause();
        client.raw.write(frameBytes('x', { reserved: 0b111 }));
        await until('one peer', () => scene.peersIn(room) === 1);
        client.raw.resume();
        await client.closed;
        await watcher.close();
      },
    );

    test('are served up to the maximum length', async () => {
      const client = await scene.join();
      const text = contract.harmless(client, 77);
      const answered = contract.answer(client, 77);
      client.socket.send(text.padEnd(MAX_FRAME_BYTES));
      await answered;
      client.socket.send(text.padEnd(MAX_FRAME_BYTES + 1));
      const { code } = await client.closed;
      assert.equal(code, 1009);
      await scene.assertServing();
    });

    test('are served in a thousand fragments', async () => {
      const client = await scene.join();
      const text = contract.harmless(client, 78).padEnd(1_000);
      const answered = contract.answer(client, 78);
      for (const [index, piece] of Array.from(text).entries()) {
        client.raw.write(
          frameBytes(piece, {
            opcode: index === 0 ? OPCODES.text : OPCODES.continuation,
            fin: index === text.length - 1,
          }),
        );
      }
      await answered;
      await client.close();
    });

    test('may be pings between fragments, which are answered', async () => {
      const client = await scene.join();
      const text = contract.harmless(client, 79);
      const answered = contract.answer(client, 79);
      const ponged = once(client.socket, 'pong');
      client.raw.write(frameBytes(text.slice(0, 10), { fin: false }));
      client.raw.write(frameBytes('between', { opcode: OPCODES.ping }));
      client.raw.write(
        frameBytes(text.slice(10), { opcode: OPCODES.continuation }),
      );
      const [payload] = (await ponged) as [Buffer];
      assert.equal(payload.toString(), 'between');
      await answered;
      await client.close();
    });
  });
}
